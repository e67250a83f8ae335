import Testing

@testable import Numbers

/// What libphonenumber makes of thousands of numbers, against what we make of them.
struct NumberVectorTests {
    @Test func `the normaliser agrees with libphonenumber`() {
        var disagreements: [String] = []
        var count = 0
        for line in NumberVectors.text.split(separator: "\n") {
            let fields = line.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 3 else {
                Issue.record("unreadable vector: \(line)")
                continue
            }
            count += 1
            let verdict = Self.verdict(fields[1], region: CountryCode(rawValue: fields[0]))
            if verdict != fields[2] { disagreements.append("\(line) but \(verdict)") }
        }
        #expect(count > 3_000)
        #expect(disagreements.isEmpty, "\(disagreements.count): \(disagreements.prefix(20).joined(separator: "\n"))")
    }

    private static func verdict(_ text: String, region: CountryCode?) -> String {
        do throws(NumberRefusal) {
            let number = try E164(normalising: text, region: region)
            return "\(number.digits),\(number.kind.rawValue),\(number.region?.rawValue ?? "")"
        } catch {
            return ""
        }
    }
}
