// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import hoopoe

@Suite("hoopoe smsc")
struct SMSCTests {
    @Test(
        "understands its commands",
        arguments: [
            (
                "from +4915112345678 to +447700900001 : Hallo: du",
                #"type("Hallo: du", from: "4915112345678", to: "447700900001")"#
            ),
            ("from +4915112345678 to +447700900001: x", #"type("x", from: "4915112345678", to: "447700900001")"#),
            ("from 4915112345678 to 70070 : ", #"type("", from: "4915112345678", to: "70070")"#),
            ("off +4915112345678", #"off("4915112345678")"#), ("ON +4915112345678", #"on("4915112345678")"#),
            ("throttle 3", "throttle(3)"), ("cut", "cut")
        ])
    func commands(_ line: String, _ meaning: String) throws {
        guard case .carrier(let command) = try HandsetCommand.read(line).get() else {
            Issue.record("\(line) isn't a command to the carrier")
            return
        }
        #expect("\(command)" == meaning)
    }

    @Test(
        "says what is wrong",
        arguments: [
            "fly", "throttle", "throttle many", "off", "off home", "from here to there",
            "from +4915112345678 to +44 : x",
            "from +4915112345678 at +447700900001 : x", "fail +4915112345678 now"
        ])
    func wrong(_ line: String) {
        #expect(throws: HandsetCommand.Wrong.self) { try HandsetCommand.read(line).get() }
    }

    @Test("listens where it is told, says so in one line, and quits")
    func quits() throws {
        let outcome = try Program.run("smsc", "--listen", "127.0.0.1:0", "--json", input: "nonsense\nquit\n")
        #expect(outcome.status == 0)
        let ready = outcome.output.split(separator: "\n")
        #expect(ready.count == 1)
        #expect(ready.first?.wholeMatch(of: #/ready \{"smpp":"127\.0\.0\.1:[1-9][0-9]*"\}/#) != nil)
        #expect(outcome.errors.contains("not understood: nonsense"))
    }

    @Test("refuses an address that isn't one")
    func address() throws {
        #expect(try Program.run("smsc", "--listen", "here").status == 64)
        #expect(try Program.run("smsc", "--password-file", "/nonexistent/file").status == 78)
    }
}
