// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

/// The end of an account is never read out of a sentence that may mean something else.
@Suite struct ChatDepartureTests {
    @Test(arguments: [
        "leave", "Leave.", "I want to leave", "please leave", "i'd like to leave now", "now leave", "leave, thanks",
        "delete my account", "please close my account", "end this account", "remove the account now"
    ])
    func `leave begins the time of grace`(text: String) {
        #expect(ChatCommand(text) == .leave)
    }

    @Test(arguments: ["leave now", "LEAVE NOW!", "yes, leave now please", "ok leave now"])
    func `two words skip it`(text: String) {
        #expect(ChatCommand(text) == .leaveNow)
    }

    @Test(arguments: [
        "how do I leave?", "leave?", "leave me alone now", "leave now?", "leave it for now", "should I leave now",
        "can I leave my number on?", "leave the room", "leave a message", "leave sms", "when I leave, what stays",
        "delete the message from my account", "what happens when I delete my account", "leave leave",
        "delete account?", "I leave tomorrow"
    ])
    func `nothing else begins it`(text: String) {
        switch ChatCommand(text) {
        case .leave, .leaveNow, .stay: Issue.record("\(text) decides")
        default: break
        }
    }

    @Test(arguments: [
        ChatRow("how do I leave?", .howToLeave), ChatRow("should I leave now", .howToLeave),
        ChatRow("leave it for now", .howToLeave), ChatRow("delete account?", .howToLeave),
        ChatRow("not leave", .notUnderstood), ChatRow("I won't leave now", .notUnderstood),
        ChatRow("don't delete my account", .notUnderstood)
    ])
    func `who asks is told how`(row: ChatRow) {
        #expect(ChatCommand(row.text) == row.command)
    }

    @Test(arguments: [
        "stay", "Stay!", "please stay", "I want to stay", "I'll stay here", "I’d rather stay, thanks", "yes, stay"
    ])
    func `stay`(text: String) {
        #expect(ChatCommand(text) == .stay)
    }

    @Test(arguments: [
        "stay?", "should I stay", "should I stay or leave", "I won't stay", "don't stay", "stay away", "stay safe",
        "can I stay?", "no stay", "how long may I stay", "stay or go"
    ])
    func `nothing else takes a departure back`(text: String) {
        #expect(ChatCommand(text) == .notUnderstood)
    }
}
