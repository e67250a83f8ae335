/// The `type` of a stanza of any kind (RFC 6120 §8.2.3, RFC 6121 §4.7.1 and §5.2.2).
package enum StanzaType: String, Sendable {
    // Messages; `normal` is also what an absent or unknown type means.
    case normal, chat, groupchat, headline
    // Presence; `available` is what an absent type means and is never written.
    case available, unavailable, subscribe, subscribed, unsubscribe, unsubscribed, probe
    // IQ.
    case get, set, result
    // All three.
    case error

    /// Reads the attribute; nil if the kind of stanza can't have such a type.
    init?(kind: Stanza.Kind, attribute: String?) {
        switch kind {
        case .message:
            switch attribute.flatMap(Self.init(rawValue:)) {
            case .chat: self = .chat
            case .groupchat: self = .groupchat
            case .headline: self = .headline
            case .error: self = .error
            default: self = .normal
            }
        case .presence:
            guard let attribute else {
                self = .available
                return
            }
            switch Self(rawValue: attribute) {
            case .unavailable, .subscribe, .subscribed, .unsubscribe, .unsubscribed, .probe, .error:
                self.init(rawValue: attribute)
            default: return nil
            }
        case .iq:
            switch attribute.flatMap(Self.init(rawValue:)) {
            case .get: self = .get
            case .set: self = .set
            case .result: self = .result
            case .error: self = .error
            default: return nil
            }
        }
    }

    /// Whether an error may be returned: never for errors and results (RFC 6120 §8.3.1).
    package var isAnswerable: Bool { self != .error && self != .result }
}
