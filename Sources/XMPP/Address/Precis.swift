/// The two PRECIS profiles that addresses and passwords need (RFC 8264, RFC 8265). Both return nil for what they refuse.
///
/// Each has an ASCII path that touches no table; beyond it the tables of ``UnicodeTables`` decide, so a code point newer
/// than those is refused like any unassigned one.
enum Precis {
    /// UsernameCaseMapped (RFC 8265 §3.3): width mapping, lowercase, NFC, the Bidi Rule, then the IdentifierClass.
    static func usernameCaseMapped(_ text: Substring) -> String? {
        if text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            return text.isEmpty ? nil : String(decoding: text.utf8.map(CaseMapping.lowercased), as: UTF8.self)
        }
        return enforce(
            text,
            rules: { scalars in
                let mapped = Normalization.composed(CaseMapping.lowercased(WidthMapping.mapped(scalars)))
                return BidiRule.permits(mapped) ? mapped : nil
            },
            isAllowed: { $0 == .valid })
    }

    /// OpaqueString (RFC 8265 §4.2): other spaces become U+0020, NFC, then the FreeformClass.
    static func opaqueString(_ text: Substring) -> String? {
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
            return text.isEmpty ? nil : String(text)
        }
        return enforce(
            text,
            rules: { scalars in
                Normalization.composed(
                    scalars.map { $0.properties.generalCategory == .spaceSeparator ? Unicode.Scalar(0x20) : $0 })
            },
            isAllowed: { $0 == .valid || $0 == .freeformOnly })
    }

    /// Most scalars looked at. Preparation can shrink a text, but no honest one shrinks from more than this to 1023 bytes.
    private static let maximumScalars = 4096

    /// Applies the mapping rules, checks that applying them again changes nothing (RFC 8264 §7), then the string class.
    private static func enforce(
        _ text: Substring, rules: ([Unicode.Scalar]) -> [Unicode.Scalar]?, isAllowed: (PrecisClass) -> Bool
    ) -> String? {
        let scalars = Array(text.unicodeScalars.prefix(maximumScalars + 1))
        guard !scalars.isEmpty, scalars.count <= maximumScalars,
            let once = rules(scalars), !once.isEmpty, let twice = rules(once), once == twice
        else { return nil }
        for (index, scalar) in once.enumerated() {
            let kind = PrecisClass(of: scalar)
            guard isAllowed(kind) || (kind.needsContext && ContextRule.permits(once, at: index)) else { return nil }
        }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: once)
        return String(result)
    }
}
