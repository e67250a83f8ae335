// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Synchronization
import Testing
import hoopoe

@Suite("The log")
struct LogTests {
    private final class Lines: Sendable {
        let written = Mutex<[String]>([])
    }

    private struct Quoting: Error, CustomStringConvertible {
        var description: String { "+447700900123 has no route" }
    }

    private func lines(_ format: @escaping LineLogHandler.Format, _ use: (Logger) -> Void) -> [String] {
        let lines = Lines()
        use(
            Logger(label: "hoopoe") { label in
                LineLogHandler(label: label, level: .info, format: format) { line in
                    lines.written.withLock { $0.append(line) }
                }
            })
        return lines.written.withLock { $0 }
    }

    @Test("an event is one JSON object on one line, whatever is in it")
    func json() throws {
        let written = lines(jsonLogLine) { logger in
            logger.debug("not at this level")
            logger.notice("two\nlines \"quoted\"", metadata: ["port": "5222"])
        }
        let line = try #require(written.first)
        #expect(written.count == 1 && line.split(separator: "\n").count == 1)
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(object?["level"] as? String == "notice")
        #expect(object?["message"] as? String == "two\nlines \"quoted\"")
        #expect(object?["metadata"] as? [String: String] == ["port": "5222"])
        let time = try #require(object?["time"] as? String)
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }

    @Test("on a terminal an event is one readable line that cannot forge another")
    func human() throws {
        let written = lines(humanLine) { logger in
            logger.warning("two\nlines\u{1b}[31m", metadata: ["b": "x y", "a": "1"])
        }
        let line = try #require(written.first)
        #expect(line.contains(" warning two lines [31m a=1 b=\"x y\"\n"))
        #expect(line.wholeMatch(of: /\d\d:\d\d:\d\d [^\n]*\n/) != nil)
    }

    @Test("of an attached error only the type is written")
    func errors() throws {
        for format in [jsonLogLine, humanLine] as [LineLogHandler.Format] {
            let line = try #require(lines(format) { $0.error("failed", error: Quoting()) }.first)
            #expect(line.contains("Quoting") && !line.contains("7700"))
        }
    }
}
