package import Wire

/// A stanza inside another one (XEP-0297).
package enum Forwarded {
    /// Writes `<forwarded/>` around a stanza's bytes as they are.
    ///
    /// - Parameters:
    ///   - stanza: serialised under the default namespace `jabber:client`, or self-contained.
    ///   - delay: when and by whom it was received, if that is to be told.
    package static func write(_ stanza: [UInt8], delay: Delay? = nil, into writer: inout XMLWriter) {
        writer.start(QName(Namespace.forward, "forwarded"))
        delay?.write(into: &writer)
        writer.raw(StanzaBytes.selfContained(stanza))
        writer.end()
    }
}
