// SPDX-License-Identifier: Apache-2.0

import Consent
import Testing

@testable import Server

/// What somebody writes, and what it asks for.
struct ChatRow: CustomTestStringConvertible, Sendable {
    let text: String
    let command: ChatCommand

    init(_ text: String, _ command: ChatCommand) {
        self.text = text
        self.command = command
    }

    var testDescription: String { text.debugDescription }
}

@Suite struct ChatCommandTests {
    @Test(arguments: [
        ChatRow("help", .help),
        ChatRow("Help!", .help),
        ChatRow("HELP", .help),
        ChatRow("can you help me?", .help),
        ChatRow("?", .help),
        ChatRow("??", .help),
        ChatRow("", .help),
        ChatRow("  \n\t", .help),
        ChatRow("hi", .help),
        ChatRow("Hello, server", .help),
        ChatRow("👋", .help),
        ChatRow("…", .help),
        ChatRow("\u{FFFD}", .help)
    ])
    func `help`(row: ChatRow) {
        #expect(ChatCommand(row.text) == row.command)
    }

    @Test(arguments: [
        ChatRow("on sms", .on(.sms, argument: "")),
        ChatRow("On SMS.", .on(.sms, argument: "")),
        ChatRow("ON SMS!!", .on(.sms, argument: "")),
        ChatRow("sms on", .on(.sms, argument: "")),
        ChatRow("turn on sms", .on(.sms, argument: "")),
        ChatRow("turn sms on", .on(.sms, argument: "")),
        ChatRow("Please turn on SMS, thank you!", .on(.sms, argument: "")),
        ChatRow("can you turn on sms?", .on(.sms, argument: "")),
        ChatRow("could you please switch the sms on for me?", .on(.sms, argument: "")),
        ChatRow("I'd like to turn on sms", .on(.sms, argument: "")),
        ChatRow("I’d like to turn on “sms”", .on(.sms, argument: "")),
        ChatRow("hi, I want to turn on sms now", .on(.sms, argument: "")),
        ChatRow("enable history", .on(.history, argument: "")),
        ChatRow("on archive", .on(.history, argument: "")),
        ChatRow("turn my history on again", .on(.history, argument: "")),
        ChatRow("on push notifications", .on(.push, argument: "")),
        ChatRow("on backup-contacts", .on(.backupContacts, argument: "")),
        ChatRow("backup of my contacts on", .on(.backupContacts, argument: "")),
        ChatRow("on number-texting", .on(.numberTexting, argument: "")),
        ChatRow("on texting", .on(.numberTexting, argument: "")),
        ChatRow("turn on texting by number", .on(.numberTexting, argument: "")),
        ChatRow("on number\u{2011}texting", .on(.numberTexting, argument: "")),
        ChatRow("on number–texting", .on(.numberTexting, argument: ""))
    ])
    func `on`(row: ChatRow) {
        #expect(ChatCommand(row.text) == row.command)
    }

    @Test(arguments: [
        ("on number-texting +4915112345678", "+4915112345678"),
        ("on number-texting +49 151 1234 5678", "+49 151 1234 5678"),
        ("on number-texting +49 (0)151 / 1234-5678.", "+49 (0)151 / 1234-5678"),
        ("on number-texting (030) 123456", "(030) 123456"),
        ("on number-texting (+49) 30 123456", "(+49) 30 123456"),
        ("on number-texting tel:+49-151-12345678", "+49-151-12345678"),
        ("ON NUMBER-TEXTING 0151 12345678", "0151 12345678"),
        ("turn on texting for +49 151 12345678 please", "+49 151 12345678"),
        ("please turn on number-texting, my number is +49 151 12345678, thanks!", "+49 151 12345678"),
        ("+49 151 12345678: turn on number-texting", "+49 151 12345678"),
        ("on number-texting\n+4915112345678", "+4915112345678"),
        // Direction marks that an address book put around it.
        ("on number-texting \u{202A}+49 151 12345678\u{202C}", "+49 151 12345678"),
        ("on number-texting +٤٩ ١٥١ ١٢٣٤٥٦٧٨", "+49 151 12345678"),
        ("on number-texting ＋４９１５１１２３４５６７８", "+4915112345678"),
        // Not a number, but whose business that is isn't decided here.
        ("on number-texting 7", "7")
    ])
    func `on with a number`(text: String, number: String) {
        #expect(ChatCommand(text) == .on(.numberTexting, argument: number))
    }

    @Test(arguments: [
        ChatRow("off sms", .off(.sms)),
        ChatRow("off fallback", .fallback(false)), ChatRow("please turn on sms fallback", .fallback(true)),
        ChatRow("don't turn off fallback", .notUnderstood),
        ChatRow("OFF SMS", .off(.sms)),
        ChatRow("turn off sms, please.", .off(.sms)),
        ChatRow("could you turn sms off?", .off(.sms)),
        ChatRow("disable sms", .off(.sms)),
        ChatRow("stop sms", .off(.sms)),
        ChatRow("off history", .off(.history)),
        ChatRow("history off", .off(.history)),
        ChatRow("off number-texting", .off(.numberTexting)),
        ChatRow("off texting", .off(.numberTexting)),
        ChatRow("turn off my number", .off(.numberTexting)),
        ChatRow("off backup-files", .off(.backupFiles))
    ])
    func `off`(row: ChatRow) {
        #expect(ChatCommand(row.text) == row.command)
    }

    @Test(arguments: [
        ChatRow("on", .whichPurpose(turningOn: true)),
        ChatRow("turn it on", .whichPurpose(turningOn: true)),
        ChatRow("on everything", .whichPurpose(turningOn: true)),
        ChatRow("turn on omemo", .whichPurpose(turningOn: true)),
        ChatRow("on backup", .whichPurpose(turningOn: true)),
        ChatRow("on sms and history", .whichPurpose(turningOn: true)),
        ChatRow("on texting and history", .whichPurpose(turningOn: true)),
        ChatRow("off", .whichPurpose(turningOn: false)),
        ChatRow("turn that off", .whichPurpose(turningOn: false)),
        ChatRow("off sms, history", .whichPurpose(turningOn: false)),
        ChatRow("stop", .whichPurpose(turningOn: false))
    ])
    func `which one`(row: ChatRow) {
        #expect(ChatCommand(row.text) == row.command)
    }

    /// A yes is never taken from a sentence that may not mean it, and nothing is erased because of one.
    @Test(arguments: [
        "don't turn on sms", "don’t turn on sms", "do not turn on sms", "never turn off history", "not sms on",
        "is sms on?", "is sms on", "sms on?", "on sms?", "turn off history?", "should I turn on sms?",
        "can I turn on sms?", "how do I turn on sms", "why is history off", "what happens when I turn sms off?",
        "I turned on sms by mistake", "sms is on", "turn sms on or off", "turn off history, I'm on holiday",
        "on number-texting +4915112345678 or +4915187654321", "my sister wants sms on", "turn on sms tomorrow",
        "on holiday my number is off", "if I turn on sms, who pays?"
    ])
    func `doubtful sentences change nothing`(text: String) {
        #expect(ChatCommand(text) == .notUnderstood)
    }

    @Test(arguments: [
        "I am based on Mars", "office hours", "offer me sms", "coffee", "sms", "history", "officer, sms!", "once",
        "only sms", "the weather", "what", "I know", "I don't know", "+4915112345678", "12345", "1234567", "Ⅻ", "½½½",
        "一二三四五六", "مرحبا", "你好", "код", "ΚΩΔΙΚΟΣ", "помощь", "<body/>", "'; DROP TABLE people;--", "\u{0}",
        "e\u{301}\u{301}\u{301}", "code", "the code didn't come", "not leave", "I won't leave now"
    ])
    func `unknown words are not understood`(text: String) {
        #expect(ChatCommand(text) == .notUnderstood)
    }

    @Test(arguments: [
        ("code 123456", "123456"), ("Code: 123456.", "123456"), ("CODE 123 456", "123456"), ("code 123-456", "123456"),
        ("the code is 123456", "123456"), ("my code: 012345!", "012345"), ("123456", "123456"), (" 123 456 ", "123456"),
        ("“123456”", "123456"), ("١٢٣٤٥٦", "123456"), ("１２３４５６", "123456"), ("code ۱۲۳۴۵۶", "123456"),
        ("123456 is the code that came 2 minutes ago", "123456"), ("code 12345", "12345"),
        ("code 12345678901234567890", "1234567890123456"), ("code 123456 off sms", "123456")
    ])
    func `codes`(text: String, code: String) {
        #expect(ChatCommand(text) == .code(code))
    }

    @Test(arguments: [
        String(repeating: "on sms ", count: 100_000), "on sms" + String(repeating: " ", count: 300_000),
        "on sms " + String(repeating: "a", count: 300_000), String(repeating: "1", count: 300_000),
        "leave now" + String(repeating: "\u{301}", count: 100_000), String(repeating: "👨‍👩‍👧‍👦", count: 10_000),
        String(repeating: "on sms ", count: 70)
    ])
    func `what is too long is not understood`(text: String) {
        #expect(ChatCommand(text) == .notUnderstood)
    }

    /// Random sentences of the words that matter: only the plain ones may decide.
    @Test(arguments: 0..<20) func `no sentence with a negation or both directions decides`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let words = [
            "on", "off", "turn", "sms", "history", "texting", "please", "leave", "now", "code", "+49151", "123456", "?",
            "(",
            "the", "know", "what", "stay", "receipts", "who", "used", "account", "delete", "refuse"
        ]
        for _ in 0..<200 {
            var sentence = (0..<Int.random(in: 1...8, using: &random)).compactMap { _ in
                words.randomElement(using: &random)
            }
            sentence.insert("don't", at: Int.random(in: 0...sentence.count, using: &random))
            let text = sentence.joined(separator: " ")
            switch ChatCommand(text) {
            case .on, .off, .refuse, .leave, .leaveNow, .stay: Issue.record("\(text) decides")
            default: break
            }
        }
    }
}
