import Foundation
import Proof
import Testing
import Wire

/// Signatures that others made or spoilt: lines of `script/generate-json`, in the file that `JWS_VECTORS` names.
@Suite struct JWSVectorTests {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["JWS_VECTORS"] != nil))
    func `agrees with the oracle at length`() throws {
        let path = try #require(ProcessInfo.processInfo.environment["JWS_VECTORS"])
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        try #require(!lines.isEmpty)
        for line in lines {
            let fields = line.split(separator: " ", omittingEmptySubsequences: false)
            try #require(fields.count == 3)
            let key = try #require(Hex.decode(String(fields[0])))
            let payload = try? JWS(parsing: Array(fields[1].utf8)).verify(key: key)
            #expect(payload == Base64.decode(String(fields[2])), "\(line)")
        }
    }
}
