package import Wire

/// A stanza inside another one (XEP-0297).
package enum Forwarded {
    /// Writes `<forwarded/>` around a stanza's bytes as they are, with `delay` if it is to be told when they came.
    ///
    /// The stanza is serialised under the default namespace `jabber:client`, or self-contained.
    package static func write(_ stanza: [UInt8], delay: Delay? = nil, into writer: inout XMLWriter) {
        writer.start(QName(Namespace.forward, "forwarded"))
        delay?.write(into: &writer)
        writer.raw(StanzaBytes.selfContained(stanza))
        writer.end()
    }
}
