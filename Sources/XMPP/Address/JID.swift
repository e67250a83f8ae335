/// An XMPP address, `localpart@domainpart/resourcepart` (RFC 7622), in its prepared form.
///
/// Every part has been enforced when the value exists: the localpart by UsernameCaseMapped (RFC 8265 §3.3), the
/// domainpart as a fully qualified name or IP literal, the resourcepart by OpaqueString (RFC 8265 §4.2). So equality is
/// equality of bytes, and addresses that look alike to the protocol are the same key in a dictionary.
package struct JID: Hashable, Sendable {
    /// Most bytes of any one part (RFC 7622 §3.2–3.4).
    package static let maximumPartLength = 1023

    /// `local@domain` or `domain`.
    private let bareText: String
    /// Bytes of the localpart in `bareText`, without the `@`; 0 says that there is none.
    private let localLength: UInt16
    /// The part after the slash.
    package let resource: String?

    private init(bareText: String, localLength: Int, resource: String?) {
        self.bareText = bareText
        self.localLength = UInt16(truncatingIfNeeded: localLength)
        self.resource = resource
    }

    /// Reads an address from text that somebody else wrote.
    package init(parsing text: String) throws(JIDError) {
        if let plain = PlainAddress(text.utf8Span.span) {
            let end = text.utf8.index(text.startIndex, offsetBy: plain.bareLength)
            self.init(
                bareText: plain.hasResource ? String(text[..<end]) : text, localLength: plain.localLength,
                resource: plain.hasResource ? String(text[text.utf8.index(after: end)...]) : nil)
            return
        }
        let slash = text.utf8.firstIndex(of: UInt8(ascii: "/"))
        let bare = text[..<(slash ?? text.endIndex)]
        let at = bare.utf8.firstIndex(of: UInt8(ascii: "@"))
        let resource = try slash.map { slash throws(JIDError) in
            try Self.preparedResource(text[text.utf8.index(after: slash)...])
        }
        let local = try at.map { at throws(JIDError) in try Self.preparedLocal(bare[..<at]) }
        let domain = try DomainName.prepared(bare[(at.map { bare.utf8.index(after: $0) } ?? bare.startIndex)...])
        self.init(local: local, domain: domain, preparedResource: resource)
    }

    /// Builds an address of parts that aren't prepared yet.
    package init(local: String?, domain: String, resource: String? = nil) throws(JIDError) {
        let local = try local.map { local throws(JIDError) in try Self.preparedLocal(local[...]) }
        let resource = try resource.map { resource throws(JIDError) in try Self.preparedResource(resource[...]) }
        self.init(local: local, domain: try DomainName.prepared(domain[...]), preparedResource: resource)
    }

    private init(local: String?, domain: String, preparedResource: String?) {
        guard let local else {
            self.init(bareText: domain, localLength: 0, resource: preparedResource)
            return
        }
        self.init(bareText: local + "@" + domain, localLength: local.utf8.count, resource: preparedResource)
    }
}

// MARK: - Parts

extension JID {
    /// Bytes of the whole address.
    package var length: Int { bareText.utf8.count + (resource.map { 1 + $0.utf8.count } ?? 0) }

    /// The address without a resource.
    package var bare: JID {
        resource == nil ? self : JID(bareText: bareText, localLength: Int(localLength), resource: nil)
    }

    /// Whether there is a resource.
    package var isFull: Bool { resource != nil }

    /// The part before the `@`.
    package var local: String? {
        guard localLength > 0 else { return nil }
        return String(bareText.utf8.prefix(Int(localLength)))
    }

    /// The part between `@` and `/`: a name in lowercase Unicode, an IPv4 address, or an IPv6 address in brackets.
    package var domain: String {
        localLength == 0 ? bareText : String(Substring(domainBytes))
    }

    /// The address of the domain alone.
    package var domainAddress: JID {
        localLength == 0 ? bare : JID(bareText: domain, localLength: 0, resource: nil)
    }

    /// Compares the prepared domain without making a string of it.
    package func isAt(domain: String) -> Bool {
        let start = localLength == 0 ? 0 : Int(localLength) + 1
        guard bareText.utf8.count - start == domain.utf8.count else { return false }
        let (own, other) = (bareText.utf8Span.span, domain.utf8Span.span)
        return other.indices.allSatisfy { own[start + $0] == other[$0] }
    }

    /// The same account with another resource.
    package func with(resource: String) throws(JIDError) -> JID {
        JID(bareText: bareText, localLength: Int(localLength), resource: try Self.preparedResource(resource[...]))
    }

    private var domainBytes: Substring.UTF8View {
        let utf8 = bareText.utf8
        return localLength == 0 ? utf8[...] : utf8.dropFirst(Int(localLength) + 1)
    }
}

extension JID: LosslessStringConvertible {
    package init?(_ description: String) {
        do {
            try self.init(parsing: description)
        } catch {
            return nil
        }
    }

    /// The whole address, as it goes on the wire.
    package var description: String {
        guard let resource else { return bareText }
        var text = bareText
        text.reserveCapacity(text.utf8.count + 1 + resource.utf8.count)
        text.append("/")
        text.append(resource)
        return text
    }
}

// MARK: - Phone numbers

extension JID {
    /// The localpart if it could be an E.164 number: `+` and 3 to 15 ASCII digits.
    ///
    /// Preparation has run, so fullwidth digits and a fullwidth plus sign have become ASCII by now.
    package var numberAlias: String? {
        guard isNumberLike, (4...16).contains(Int(localLength)) else { return nil }
        return local
    }

    /// Whether the localpart is a plus sign and nothing but digits, of any length: nobody may choose such a name.
    package var isNumberLike: Bool {
        guard localLength > 1 else { return false }
        let local = bareText.utf8.prefix(Int(localLength))
        return local.first == UInt8(ascii: "+")
            && local.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

// MARK: - Preparation

extension JID {
    /// UsernameCaseMapped, then what RFC 7622 §3.3.1 forbids on top of it.
    static func preparedLocal(_ text: Substring) throws(JIDError) -> String {
        guard let local = Precis.usernameCaseMapped(text),
            (1...maximumPartLength).contains(local.utf8.count),
            !local.utf8.contains(where: PlainAddress.isForbiddenInLocal)
        else { throw .localpart }
        return local
    }

    /// OpaqueString (RFC 7622 §3.4.1).
    static func preparedResource(_ text: Substring) throws(JIDError) -> String {
        guard let resource = Precis.opaqueString(text), (1...maximumPartLength).contains(resource.utf8.count)
        else { throw .resourcepart }
        return resource
    }
}
