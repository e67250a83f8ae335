// SPDX-License-Identifier: Apache-2.0

import Consent
import Wire
import XMPP

/// Looks through what clients send, as far as software wrote it, for identifiers that nothing here takes.
///
/// Bodies, subjects and formatted bodies are a person's own words and never looked at. Everything else of a stanza
/// passes here before anything is done with it.
enum StanzaDoor {
    /// What the stanza holds that is refused, nil if nothing.
    static func refused(in stanza: Stanza) -> RefusedIdentifier? {
        switch stanza.kind {
        case .message:
            // Ids and the like are inventions, so only names count; and names can be ruled out at a glance.
            guard RefusedIdentifier.mayBeNamed(in: stanza.element.wholeSource) else { return nil }
            return find(in: stanza.element, .named)
        case .presence:
            return find(in: stanza.element, .digits)
        case .iq:
            return find(in: stanza.element, scrutiny(of: stanza.payload))
        }
    }

    /// How closely to look at a request or an answer: at what is kept, and at what describes a device.
    private static func scrutiny(of payload: Element?) -> RefusedIdentifier.Scrutiny {
        guard let payload else { return .named }
        if payload.isIn(Namespace.version) || payload.isIn(Namespace.discoInfo) || payload.isIn(Namespace.discoItems) {
            return .numbers
        }
        let isKept =
            payload.isIn(Namespace.vcardTemp) || payload.isIn(Namespace.roster) || payload.isIn("jabber:iq:private")
        return isKept ? .digits : .named
    }

    private static func find(in element: Element, _ scrutiny: RefusedIdentifier.Scrutiny) -> RefusedIdentifier? {
        if element.isNamed("body") || element.isNamed("subject") || element.isNamed("html") { return nil }
        for (_, name, value) in element.attributes {
            let closely: RefusedIdentifier.Scrutiny
            switch name {
            // Whatever has the name of an id is somebody's invention.
            case "id", "ver", "sid": closely = .named
            // Addresses are answered as addresses; an alias is a number in its place.
            case "to", "from", "jid": closely = min(scrutiny, .digits)
            default: closely = scrutiny
            }
            if let found = RefusedIdentifier.find(in: value, closely) { return found }
            if let found = RefusedIdentifier.find(named: name, holding: value) { return found }
        }
        let text = element.text
        if let found = RefusedIdentifier.find(in: text, element.isNamed("thread") ? .named : scrutiny) { return found }
        if let found = named(element) { return found }
        for child in element.children {
            if let found = find(in: child, scrutiny) { return found }
        }
        return nil
    }

    /// An identifier by the name of its element, or of its form field (XEP-0004): in it, or in its children.
    private static func named(_ element: Element) -> RefusedIdentifier? {
        if element.isIn(Namespace.vcardTemp), element.isNamed("TEL") || element.isNamed("EMAIL") {
            guard element.children.contains(where: { holdsText($0) }) || holdsText(element) else { return nil }
            return element.isNamed("TEL") ? .phoneNumber : .email
        }
        let names = [element.name, element["var"], element["name"], element["key"], element["type"]].compactMap(\.self)
        let values = [element.text, element["value"] ?? ""] + element.children.map(\.text)
        for name in names {
            for value in values {
                if let found = RefusedIdentifier.find(named: name, holding: value) { return found }
            }
        }
        return nil
    }

    private static func holdsText(_ element: Element) -> Bool {
        element.text.contains { !$0.isWhitespace }
    }
}

extension StanzaError {
    /// Something is in it that isn't taken here.
    init(_ refused: RefusedIdentifier) {
        self.init(.notAcceptable, text: refused.reason)
    }
}
