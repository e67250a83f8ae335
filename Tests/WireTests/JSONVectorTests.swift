import Foundation
import Testing
import Wire

/// Canonical forms against others' answers: lines of `script/generate-json`, in the file that `JSON_VECTORS` names.
@Suite struct JSONVectorTests {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["JSON_VECTORS"] != nil))
    func `agrees with the oracle at length`() throws {
        let path = try #require(ProcessInfo.processInfo.environment["JSON_VECTORS"])
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        try #require(!lines.isEmpty)
        var wrong: [String] = []
        for line in lines {
            let fields = line.split(separator: " ", omittingEmptySubsequences: false)
            try #require(fields.count == 2)
            let input = try #require(Base64.decode(String(fields[0])))
            let expected = Base64.decode(String(fields[1]))
            try #require(expected != nil || fields[1] == "-")
            if (try? JSON(parsing: input).canonical) != expected {
                wrong.append(String(decoding: input, as: UTF8.self))
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count) of \(lines.count): \(wrong.prefix(20).joined(separator: "\n"))")
    }
}
