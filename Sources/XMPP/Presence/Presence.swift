package import Wire

/// What the server reads of a presence stanza without a type (RFC 6121 §4.7).
package enum Presence {
    /// Who among an account's resources is preferred: −128 to 127; below zero means no messages to the bare address.
    ///
    /// 0 if absent. `bad-request` for two, or for what isn't a number in range (RFC 6121 §4.7.2.3).
    package static func priority(of presence: Element) throws(StanzaError) -> Int8 {
        var priority: Int8?
        for child in presence.children where child.matches(QName(Namespace.client, "priority")) {
            guard priority == nil, let number = Int8(child.text.trimmingXMLSpace) else {
                throw StanzaError(.badRequest)
            }
            priority = number
        }
        return priority ?? 0
    }

    /// Writes `<presence/>` without content, such as an answer to a probe or a subscription stanza of the server's.
    ///
    /// - Returns: bytes under the default namespace `jabber:client`.
    package static func bytes(type: StanzaType, from: JID, to: JID) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(QName(Namespace.client, "presence"))
        writer.attribute("from", from.description)
        writer.attribute("to", to.description)
        if type != .available { writer.attribute("type", type.rawValue) }
        writer.end()
        return writer.finish()
    }
}

extension StanzaType {
    /// The subscription request that this presence type makes, if it makes one.
    package var subscriptionRequest: SubscriptionRequest? { SubscriptionRequest(rawValue: rawValue) }
}

extension String {
    /// Without XML white space at either end.
    var trimmingXMLSpace: Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        var text = self[...]
        while text.first.map(isSpace) == true { text.removeFirst() }
        while text.last.map(isSpace) == true { text.removeLast() }
        return text
    }
}
