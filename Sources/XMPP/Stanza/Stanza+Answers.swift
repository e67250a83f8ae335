package import Wire

extension Stanza {
    /// The result of an IQ request, in the default namespace `jabber:client`.
    ///
    /// - Parameters:
    ///   - from: who answers; the request's addressee if nil.
    ///   - payload: writes the result's child, if it has one.
    /// - Returns: the stanza's bytes.
    package func result(from: JID? = nil, _ payload: (inout XMLWriter) -> Void = { _ in }) -> [UInt8] {
        Self.iq(type: .result, id: id ?? "", from: from ?? to, to: self.from, payload)
    }

    /// An error in answer to this stanza; nil if it must not be answered.
    package func error(_ error: StanzaError, from: JID? = nil, isEchoing: Bool = false) -> [UInt8]? {
        error.reply(to: self, from: from, isEchoing: isEchoing)
    }

    /// An IQ stanza of our own.
    package static func iq(
        type: StanzaType, id: String, from: JID?, to: JID?, _ payload: (inout XMLWriter) -> Void = { _ in }
    ) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(QName(Namespace.client, "iq"))
        writer.attribute("type", type.rawValue)
        writer.attribute("id", id)
        if let from { writer.attribute("from", from.description) }
        if let to { writer.attribute("to", to.description) }
        payload(&writer)
        writer.end()
        return writer.finish()
    }
}
