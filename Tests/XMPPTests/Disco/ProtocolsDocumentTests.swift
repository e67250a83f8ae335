import Foundation
import Testing

@testable import XMPP

@Suite struct ProtocolsDocumentTests {
    /// `docs/protocols.md` is printed, not written: `WRITE_DOCS=1 swift test --filter ProtocolsDocument` prints it anew.
    @Test func `the documentation is what the table prints`() throws {
        let path = "docs/protocols.md"
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let file = root.appending(path: path)
        if ProcessInfo.processInfo.environment["WRITE_DOCS"] == "1" {
            try Data(Feature.document.utf8).write(to: file)
        }
        let document = try String(contentsOf: file, encoding: .utf8)
        #expect(document == Feature.document, "\(path) is out of date: run with WRITE_DOCS=1")
    }
}
