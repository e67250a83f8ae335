extension Receipt {
    /// What the receipt says, for people: who did what when, what it means, where, why, under which words, and how to
    /// undo it.
    package var sentences: [String] {
        ["\(act) on \(LedgerRecord.moment(at))."] + purposes.flatMap(explanation) + [
            "It holds at \(domain), in the region \(region).",
            "The words are those of version \(terms) of the terms of \(domain); their document has the SHA-256 \(termsSHA256).",
            undoing
        ] + (earlier.map { ["It follows the receipt \($0)."] } ?? [])
    }

    private var list: String {
        purposes.map(\.code).joined(separator: ", ")
    }

    private var act: String {
        switch event {
        case .grant: "\(who) turned on \(list)"
        case .refuse: "\(who) said no to \(list)"
        case .withdraw: "\(who) turned off \(list)\(forWhom)"
        case .stale: "\(who) switched off \(list)\(forWhom), because the terms of it changed,"
        case .erase: actor == .person ? "\(who) left \(domain)" : "\(who) removed \(address)"
        }
    }

    /// Whose decision it was about, where somebody else acted.
    private var forWhom: String {
        actor == .person ? "" : " for \(address)"
    }

    private var who: String {
        switch actor {
        case .person: address
        case .administrator: "An administrator of \(domain)"
        case .server: "The server \(domain)"
        }
    }

    /// Words that nobody knows any more are left out.
    private func explanation(_ purpose: Purpose) -> [String] {
        let lines =
            switch event {
            case .grant: [(purpose.code, purpose.what), ("Why", purpose.why)]
            case .refuse, .withdraw, .stale: [("Without \(purpose.code)", purpose.without)]
            case .erase: [] as [(String, String)]
            }
        return lines.filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1)" }
    }

    private var undoing: String {
        switch event {
        case .grant: "It can be undone at any time. \(words("off"))"
        case .refuse, .withdraw, .stale: "It can be turned on at any time. \(words("on"))"
        case .erase: "It can't be undone: every key was destroyed. Who comes back is a new person."
        }
    }

    private func words(_ verb: String) -> String {
        purposes.map { Self.words("\(verb) \($0.code)", to: domain) }.joined(separator: " ")
    }

    /// How a person tells the server something.
    static func words(_ words: String, to domain: String) -> String {
        "Write \"\(words)\" to \(domain) in any XMPP app."
    }
}
