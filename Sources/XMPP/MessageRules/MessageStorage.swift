/// How long the server may keep a message.
package enum MessageStorage: Hashable, Sendable {
    /// Not at all: it reaches who is here now.
    case never
    /// Until it is delivered, or the delivery window ends (XEP-0334 `<no-permanent-store/>`).
    case delivery
    /// In the window, and in the history of those who keep one.
    case archive
}

extension MessageContent {
    /// What may be kept (XEP-0313 §5.1.1, XEP-0160 §3, XEP-0334 §3).
    ///
    /// Kept are chat and normal messages that people see or that change what they see: bodies, encrypted payloads,
    /// reactions, retractions, links, files, invitations, and also receipts and markers, because a second device is
    /// wrong about what was read without them. Chat states, and whatever else has no body, are not; a sender can ask
    /// for either with a hint. A `<no-store/>` beside a `<store/>` wins: it can't be undone afterwards.
    package func storage(type: StanzaType) -> MessageStorage {
        guard type == .chat || type == .normal, !traits.contains(.noStore) else { return .never }
        let kept: Traits = [.body, .encrypted, .conversational, .invitation, .receipt, .marker, .store]
        guard !traits.isDisjoint(with: kept) else { return .never }
        return traits.contains(.noPermanentStore) ? .delivery : .archive
    }
}
