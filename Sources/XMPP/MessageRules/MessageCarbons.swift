/// Which messages are copied to a person's other resources (XEP-0280 §6).
extension MessageContent {
    /// Whether a message that the account sent (`isSent`) or received may be copied.
    ///
    /// The recommended rules, with two readings: `<no-copy/>` alone is as good as `<private/>`, and an error counts as
    /// the answer to a copied message if it returns the message's body or is about a chat.
    package func isCopied(type: StanzaType, isSent: Bool) -> Bool {
        guard traits.isDisjoint(with: [.isPrivate, .noCopy]), type != .groupchat else { return false }
        if traits.contains(.invitation) { return true }
        // A room gives its members' resources their copies itself.
        if traits.contains(.room), !isSent { return false }
        let isMessaging = !traits.isDisjoint(with: [.receiptRequest, .receipt, .chatState, .marker, .markable])
        switch type {
        case .chat: return true
        case .normal, .error: return isMessaging || traits.contains(.body)
        default: return isMessaging
        }
    }

    /// Names of the resources that get a `<received/>` copy.
    func receivedCarbons(type: StanzaType, resources: Resources, except direct: [String]) -> [String] {
        let wanting = resources.all.filter { $0.hasCarbons && !direct.contains($0.name) }
        guard !wanting.isEmpty, isCopied(type: type, isSent: false) else { return [] }
        return wanting.map(\.name)
    }

    /// Names of the sender's resources that get a `<sent/>` copy.
    ///
    /// None for a message to oneself: it is delivered to the same resources anyway.
    package func sentCarbons(
        type: StanzaType, from resource: String, of owner: JID, to: JID, resources: Resources
    ) -> [String] {
        let wanting = resources.all.filter { $0.hasCarbons && $0.name != resource }
        guard !wanting.isEmpty, to.bare != owner.bare, isCopied(type: type, isSent: true) else { return [] }
        return wanting.map(\.name)
    }
}
