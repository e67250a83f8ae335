// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

/// What only asks is read generously, but never out of a sentence that may decide something.
@Suite struct ChatQuestionTests {
    @Test(arguments: [
        "what do you know", "What do you know?", "what do you know about me?", "WHAT DO YOU KNOW ABOUT ME",
        "what you know", "tell me what you know on me", "what is stored about me?", "What have you kept?",
        "do you know my number?", "what do you know, now that sms is off?"
    ])
    func `what do you know`(text: String) {
        #expect(ChatCommand(text) == .question(.whatDoYouKnow))
    }

    @Test(arguments: [
        "who used my number", "Who used my number?", "who has used my number", "WHO USED MY NUMBER??",
        "who uses my phone number", "who looked at me?", "who looked at my account on Monday?", "who saw my data",
        "please tell me who used my number", "how often was my number used?", "uses", "my uses", "looks"
    ])
    func `who used my number`(text: String) {
        #expect(ChatCommand(text) == .question(.uses))
    }

    @Test(arguments: [
        ChatRow("receipts", .question(.receipts)), ChatRow("Receipts!", .question(.receipts)),
        ChatRow("my receipts please", .question(.receipts)), ChatRow("show me all receipts", .question(.receipts)),
        ChatRow("can I have my receipts?", .question(.receipts)), ChatRow("receipt", .question(.receipts)),
        ChatRow("receipts 1 to 3", .question(.receipts)),
        ChatRow("receipt 3", .question(.receipt(3))), ChatRow("Receipt #3", .question(.receipt(3))),
        ChatRow("receipt number 3, please", .question(.receipt(3))),
        ChatRow("receipt no. 3", .question(.receipt(3))), ChatRow("send me receipt 12", .question(.receipt(12))),
        ChatRow("receipt ٣", .question(.receipt(3))), ChatRow("receipt 0", .question(.receipt(0))),
        ChatRow("receipt 99999999999999999999999", .question(.receipts))
    ])
    func `receipts`(row: ChatRow) {
        #expect(ChatCommand(row.text) == row.command)
    }

    @Test(arguments: [
        "export", "Export!", "export my data", "please export everything about me", "export everything on me",
        "can I download my data?", "I want a copy of my data", "download"
    ])
    func `export`(text: String) {
        #expect(ChatCommand(text) == .question(.export))
    }

    @Test(arguments: [
        "terms", "Terms?", "show me the terms", "what are the terms", "terms and conditions", "what did I agree to?",
        "I agree to the terms", "I accept the new terms", "purposes"
    ])
    func `terms are shown and never agreed to by a word`(text: String) {
        #expect(ChatCommand(text) == .question(.terms))
    }

    @Test(arguments: [
        ChatRow("turn on receipts", .whichPurpose(turningOn: true)),
        ChatRow("turn off read receipts", .whichPurpose(turningOn: false)),
        ChatRow("sms on, then export", .notUnderstood), ChatRow("export, and turn off sms", .notUnderstood),
        ChatRow("don't export anything", .notUnderstood), ChatRow("no receipts", .notUnderstood),
        ChatRow("I refuse the terms", .notUnderstood), ChatRow("who", .notUnderstood), ChatRow("used", .notUnderstood),
        ChatRow("my number", .notUnderstood), ChatRow("code 123456 receipts", .code("123456"))
    ])
    func `a sentence that may decide something isn't a question`(row: ChatRow) {
        #expect(ChatCommand(row.text) == row.command)
    }
}
