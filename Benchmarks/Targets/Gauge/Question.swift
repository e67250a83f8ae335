/// A request of the server's to a client (RFC 6120 §8.2.3): a client answers each, and some servers learn from the answer
/// that what they sent before has arrived.
package struct Question: Equatable, Sendable {
    /// The attributes `id` and `from` as they are written, with their quotation marks.
    private let id: [UInt8]
    private let from: [UInt8]?
    private let isDiscovery: Bool

    /// Reads an `<iq/>`; nil if it asks nothing, as an answer does.
    package init?(in bytes: RawSpan) {
        guard let end = bytes.first(UInt8(ascii: ">"), from: 0),
            let type = Self.attribute("type", in: bytes, until: end)?.dropFirst().dropLast(),
            type.elementsEqual("get".utf8) || type.elementsEqual("set".utf8),
            let id = Self.attribute("id", in: bytes, until: end)
        else { return nil }
        self.id = id
        from = Self.attribute("from", in: bytes, until: end)
        isDiscovery = bytes.text(atMost: 1_000).contains("http://jabber.org/protocol/disco#info")
    }

    /// What a small client says of itself (XEP-0030 §3.1), and to all else that it doesn't know that.
    package var answer: [UInt8] {
        let to = from.map { Array(" to=".utf8) + $0 } ?? []
        let (type, content) = isDiscovery ? ("result", Self.features) : ("error", Self.unknown)
        return Array("<iq type='\(type)' id=".utf8) + id + to + Array(">\(content)</iq>".utf8)
    }

    private static let features = """
        <query xmlns='http://jabber.org/protocol/disco#info'><identity category='client' type='phone'/>\
        <feature var='http://jabber.org/protocol/disco#info'/></query>
        """
    private static let unknown = """
        <error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>
        """

    /// The value of an attribute of the first tag, which ends at `end`, with its quotation marks.
    private static func attribute(_ name: String, in bytes: RawSpan, until end: Int) -> [UInt8]? {
        let sign = Array(" \(name)=".utf8)
        var at = 0
        while let space = bytes.first(UInt8(ascii: " "), from: at), space + sign.count < end {
            at = space + 1
            guard sign.indices.allSatisfy({ bytes[space + $0] == sign[$0] }) else { continue }
            let opening = space + sign.count
            guard let closing = bytes.first(bytes[opening], from: opening + 1), closing < end else { return nil }
            return (opening...closing).map { bytes[$0] }
        }
        return nil
    }
}
