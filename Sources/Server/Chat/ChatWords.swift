// SPDX-License-Identifier: Apache-2.0

import Consent

/// The words that the chat with the server understands beside its verbs.
enum ChatWords {
    static let greetings: Set = ["hi", "hello", "hey", "menu", "start"]
    static let knowing: Set = ["know", "keep", "kept", "store", "stored", "save", "saved"]
    static let negations: Set = ["don't", "dont", "not", "never", "no", "won't", "wont"]
    /// How a no to a purpose begins, beside "no" itself.
    static let refusing: Set = ["refuse", "decline", "reject"]
    static let receipts: Set = ["receipt", "receipts"]
    static let exporting: Set = ["export", "download"]
    /// What somebody may have done with a number or an account.
    static let using: Set = [
        "use", "used", "uses", "using", "look", "looks", "looked", "looking", "see", "sees", "saw", "seen", "read",
        "accessed"
    ]
    /// What people want done with an account they leave.
    static let ending: Set = ["delete", "close", "end", "remove", "erase"]
    /// What may stand around "stay".
    static let besideStaying: Set = ["i", "i'll", "i'd", "rather", "will", "here", "want", "to", "after", "all"]
    /// What may stand around "leave now".
    static let consenting: Set = ["please", "yes", "ok", "okay"]

    /// How people begin to ask for something.
    static let requests = [["can", "you"], ["could", "you"], ["would", "you"], ["will", "you"]]
    static let openings = [
        ["please"], ["pls"], ["yes"], ["ok"], ["okay"], ["hi"], ["hello"], ["hey"], ["now"], ["i", "want"],
        ["i", "want", "to"], ["i'd", "like"], ["i'd", "like", "to"], ["i", "would", "like"],
        ["i", "would", "like", "to"], ["i", "agree"]
    ]
    static let endings = [
        ["please"], ["pls"], ["thanks"], ["thank", "you"], ["now"], ["again"], ["for", "me"], ["ok"]
    ]

    /// What may stand within a decision and changes nothing in it.
    static let besideDecisions: Set = [
        "turn", "switch", "the", "my", "me", "it", "this", "that", "to", "for", "by", "with", "and", "please",
        "phone", "mobile", "purpose", "fallback"
    ]
    /// Other names of purposes.
    static let purposes: [String: PurposeCode] = [
        "number": .numberTexting, "texting": .numberTexting, "archive": .history, "notifications": .push
    ]
    /// "backup my contacts" is `backup-contacts`.
    static let purposeParts: Set = ["backup", "of", "contacts", "calendar", "messages", "files"]
}
