import Foundation
import Testing

@testable import XMPP

/// The profiles against precis-i18n's answers.
@Suite struct PrecisTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let line: Substring
        let input: String
        let username: String?
        let opaque: String?

        init(_ line: Substring) throws {
            let fields = line.split(separator: " ").map(Self.text)
            try #require(fields.count == 3)
            self.line = line
            self.input = try #require(fields[0])
            self.username = fields[1]
            self.opaque = fields[2]
        }

        private static func text(_ field: Substring) -> String? {
            guard field != "-" else { return nil }
            var scalars = String.UnicodeScalarView()
            for part in field.split(separator: ".") {
                if let scalar = UInt32(part, radix: 16).flatMap(Unicode.Scalar.init) { scalars.append(scalar) }
            }
            return String(scalars)
        }

        var testDescription: String { String(line) }
    }

    /// Compares bytes: String's own equality would forgive a missing normalisation.
    private func disagreements(_ lines: some Sequence<Substring>) throws -> [String] {
        var wrong: [String] = []
        for vector in try lines.map(Vector.init) {
            let username = Precis.usernameCaseMapped(vector.input[...])
            let opaque = Precis.opaqueString(vector.input[...])
            if username.map({ Array($0.utf8) }) != vector.username.map({ Array($0.utf8) }) {
                wrong.append("username \(vector.line)")
            }
            if opaque.map({ Array($0.utf8) }) != vector.opaque.map({ Array($0.utf8) }) {
                wrong.append("opaque \(vector.line)")
            }
        }
        return wrong
    }

    @Test func `agrees with the oracle`() throws {
        #expect(try disagreements(precisVectors.split(separator: "\n")).isEmpty)
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["PRECIS_VECTORS"] != nil))
    func `agrees with the oracle at length`() throws {
        let path = try #require(ProcessInfo.processInfo.environment["PRECIS_VECTORS"])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let wrong = try disagreements(text.split(separator: "\n"))
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(40).joined(separator: "\n"))")
    }

    @Test func `an endless text is refused`() {
        #expect(Precis.usernameCaseMapped(String(repeating: "é", count: 5000)[...]) == nil)
        #expect(Precis.opaqueString(String(repeating: "é", count: 5000)[...]) == nil)
    }
}
