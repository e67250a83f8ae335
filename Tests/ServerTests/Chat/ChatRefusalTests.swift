// SPDX-License-Identifier: Apache-2.0

import Consent
import Testing

@testable import Server

@Suite struct ChatRefusalTests {
    @Test(arguments: [
        ("no sms", PurposeCode.sms), ("No, SMS.", .sms), ("NO SMS please", .sms), ("refuse sms", .sms),
        ("I refuse sms", .sms), ("decline history", .history), ("reject push notifications", .push),
        ("no number-texting", .numberTexting), ("no to number-texting, thanks", .numberTexting),
        ("refuse the backup of my contacts", .backupContacts), ("no backup-files", .backupFiles),
        ("please refuse discovery", .discovery)
    ])
    func `a no to one purpose`(text: String, purpose: PurposeCode) {
        #expect(ChatCommand(text) == .refuse(purpose))
    }

    @Test(arguments: [
        ChatRow("no", .whichRefusal), ChatRow("No thanks!", .whichRefusal), ChatRow("refuse", .whichRefusal),
        ChatRow("refuse all", .notUnderstood), ChatRow("refuse it", .whichRefusal),
        ChatRow("no sms and history", .whichRefusal)
    ])
    func `which one`(row: ChatRow) {
        #expect(ChatCommand(row.text) == row.command)
    }

    @Test(arguments: [
        "no sms?", "no sms on", "no, turn on sms", "no more sms came", "no problem, sms works", "why no sms",
        "I got no sms", "no fallback", "no sms fallback", "refuse to turn off sms", "don't refuse sms",
        "I don't refuse sms", "no one uses sms", "no number +4915112345678", "no history teacher", "sms no",
        "should I refuse sms", "no doubt"
    ])
    func `nothing else is a no`(text: String) {
        switch ChatCommand(text) {
        case .refuse, .on, .off, .leave, .leaveNow: Issue.record("\(text) decides")
        default: break
        }
    }
}
