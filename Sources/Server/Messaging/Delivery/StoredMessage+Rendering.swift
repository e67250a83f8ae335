// SPDX-License-Identifier: Apache-2.0

import Store
import Wire
import XMPP

extension StoredMessage {
    /// Takes a stanza apart for one side.
    ///
    /// - Parameters:
    ///   - stanza: the message as it came.
    ///   - from: the sender's face, as this side sees it.
    ///   - to: the recipient, as this side sees it.
    ///   - owners: bare addresses of ours whose `<stanza-id/>` no client can have written (XEP-0359 §6).
    init(_ stanza: Stanza, from: JID, to: JID, owners: [JID]) {
        var writer = XMLWriter(
            defaultNamespace: Namespace.client, expecting: stanza.element.wholeSource.count)
        for child in stanza.element.children where !child.isStanzaID(by: owners) && !child.isDelay(by: owners) {
            child.write(into: &writer)
        }
        self.init(
            from: from.description, to: to.description, type: stanza.type == .normal ? "" : stanza.type.rawValue,
            id: stanza.id ?? "", language: stanza.element.language ?? "", content: writer.finish())
    }

    /// The stanza under the default namespace `jabber:client`, which it declares if it is to stand alone.
    ///
    /// `archiveID` is its row in the archive of `owner`, nil if it isn't stored. A message that `isDelayed`, one that was
    /// held, says when it was stored.
    func bytes(archiveID: ArchiveID?, owner: JID, isDelayed: Bool = false, standsAlone: Bool = false) -> [UInt8] {
        // Tags, and an archive id with the address that assigned it.
        let additions = 160 + from.utf8.count + to.utf8.count + id.utf8.count + 2 * owner.length
        var writer = XMLWriter(
            defaultNamespace: standsAlone ? "" : Namespace.client, expecting: content.count + additions)
        writer.start(QName(Namespace.client, "message"))
        writer.attribute("from", from)
        writer.attribute("to", to)
        if !type.isEmpty { writer.attribute("type", type) }
        if !id.isEmpty { writer.attribute("id", id) }
        if !language.isEmpty { writer.attribute("xml:lang", language) }
        writer.raw(content)
        if let archiveID {
            StanzaID(archiveID.text, by: owner.bare).write(into: &writer)
            if isDelayed {
                Delay(Timestamp(milliseconds: archiveID.milliseconds), from: owner.domainAddress).write(into: &writer)
            }
        }
        writer.end()
        return writer.finish()
    }
}

extension Element {
    /// Whether this says that one of the given addresses held the stanza back, which only we can know (XEP-0203 §4).
    fileprivate func isDelay(by owners: [JID]) -> Bool {
        guard matches(QName(Namespace.delay, "delay")), let by = self["from"].flatMap(JID.init) else { return false }
        return owners.contains(by.bare)
    }
}

extension ArchiveID {
    /// As clients see it: sorts as text like the number does.
    var text: String {
        let digits = String(rawValue, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// Nil for what this server can't have written.
    init?(text: String) {
        guard text.utf8.count == 16, let value = Int64(text, radix: 16), value >= 0 else { return nil }
        self.init(rawValue: value)
        // A sign or a capital reads as a number as well.
        guard self.text == text else { return nil }
    }
}
