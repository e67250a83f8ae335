package import Wire

/// A message, presence or IQ stanza (RFC 6120 §8), read once: the parsed element and what routing needs to know of it.
package struct Stanza: Sendable {
    /// The three kinds of stanza.
    package enum Kind: Equatable, Sendable {
        case message
        case presence
        case iq
    }

    package let kind: Kind
    package let type: StanzaType
    package let element: Element
    package let to: JID?
    /// As written by the peer, or as stamped by ``stamped(from:)``.
    package private(set) var from: JID?
    package let id: String?

    /// Reads an element that came as a direct child of a stream.
    ///
    /// Throws what the peer must be told: a stream error for what isn't a stanza, an answer for a stanza that can't be
    /// read, or nothing for one that must not be answered.
    package init(_ element: Element) throws(StanzaRefusal) {
        guard let kind = Kind(element) else { throw .stream(.unsupportedStanzaType) }
        self.kind = kind
        self.element = element
        self.id = element["id"]
        guard let type = StanzaType(kind: kind, attribute: element["type"]) else {
            throw .answer(StanzaError(.badRequest))
        }
        self.type = type
        do {
            self.from = try element["from"].map(JID.init(parsing:))
        } catch {
            throw .stream(.invalidFrom)
        }
        do {
            self.to = try element["to"].map(JID.init(parsing:))
        } catch {
            throw type.isAnswerable ? .answer(StanzaError(.jidMalformed)) : .silence
        }
        guard kind == .iq else { return }
        guard id != nil else {
            guard type.isAnswerable else { throw .silence }
            throw .answer(StanzaError(.badRequest, text: "An IQ stanza needs an id."))
        }
        let children = element.children.reduce(0) { count, _ in count + 1 }
        switch type {
        case .get, .set:
            guard children == 1 else {
                throw .answer(StanzaError(.badRequest, text: "An IQ request has exactly one child."))
            }
        case .result:
            guard children <= 1 else { throw .silence }
        default:
            break
        }
    }

    /// The same stanza, from whom it really came.
    package func stamped(from: JID) -> Stanza {
        var stanza = self
        stanza.from = from
        return stanza
    }

    /// The only child of an IQ request, or the first child of anything else.
    package var payload: Element? {
        element.children.first { _ in true }
    }
}

extension Stanza.Kind {
    init?(_ element: Element) {
        if element.matches(QName(Namespace.client, "message")) {
            self = .message
        } else if element.matches(QName(Namespace.client, "presence")) {
            self = .presence
        } else if element.matches(QName(Namespace.client, "iq")) {
            self = .iq
        } else {
            return nil
        }
    }

    /// The stanza's element name.
    package var name: QName {
        switch self {
        case .message: QName(Namespace.client, "message")
        case .presence: QName(Namespace.client, "presence")
        case .iq: QName(Namespace.client, "iq")
        }
    }
}
