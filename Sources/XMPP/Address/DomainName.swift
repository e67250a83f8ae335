/// The domainpart of an address (RFC 7622 §3.2): a fully qualified name in Unicode, or an IP address.
///
/// U-labels are judged by UsernameCaseMapped with IDNA's extra rules on top. That is IDNA2008 (RFC 5891) with the mapping
/// of RFC 5895, short of the few code points that only compatibility folding would catch.
enum DomainName {
    static let maximumLabelLength = 63

    /// The prepared name: lowercase, NFC, U-labels, no dot at the end; or the canonical IP literal.
    static func prepared(_ text: Substring) throws(JIDError) -> String {
        if text.utf8.first == UInt8(ascii: "[") {
            guard let address = IPv6Address(literal: text) else { throw .domainpart }
            return address.description
        }
        var labels = text.unicodeScalars.split(omittingEmptySubsequences: false, whereSeparator: isDot)
        // A trailing dot isn't part of the address (RFC 7622 §3.2).
        if labels.count > 1, labels.last?.isEmpty ?? false { labels.removeLast() }
        var name = ""
        for label in labels {
            guard let label = preparedLabel(Substring(label)) else { throw .domainpart }
            if !name.isEmpty { name += "." }
            name += label
            guard name.utf8.count <= JID.maximumPartLength else { throw .domainpart }
        }
        return name
    }

    /// The full stop and what RFC 5895 §2 maps to it.
    private static func isDot(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ".", "\u{3002}", "\u{FF0E}", "\u{FF61}": true
        default: false
        }
    }

    private static func preparedLabel(_ text: Substring) -> String? {
        guard let label = Precis.usernameCaseMapped(text), isWellFormed(label) else { return nil }
        guard label.hasPrefix("xn--") else {
            // `--` in third and fourth place marks encodings, of which there is one (RFC 5891 §4.2.3.1).
            return label.utf8.dropFirst(2).starts(with: "--".utf8) ? nil : label
        }
        // An A-label stands for its U-label (RFC 7622 §3.2), which must be one that could have been typed.
        guard let decoded = Punycode.decode(label.utf8.dropFirst(4)), decoded.utf8.contains(where: { $0 >= 0x80 }),
            !decoded.hasPrefix("xn--"), let prepared = preparedLabel(decoded[...]),
            prepared.utf8.elementsEqual(decoded.utf8)
        else { return nil }
        return decoded
    }

    /// Letters, digits and inner hyphens in ASCII, no combining mark in front, not too long (RFC 5891 §4.2.3).
    private static func isWellFormed(_ label: String) -> Bool {
        let isASCII = label.utf8.allSatisfy { $0 < 0x80 }
        guard let first = label.unicodeScalars.first, first != "-", label.unicodeScalars.last != "-",
            !isASCII || label.utf8.count <= maximumLabelLength
        else { return false }
        switch first.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return false
        default: break
        }
        return label.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: byte >= 0x80
            }
        }
    }
}
