/// Cuts what a server sends on a bound stream into first-level elements, by counting tags.
///
/// It costs a small part of what parsing costs, so that the load generator doesn't measure itself. In return it takes the
/// server's word: well-formed XML, and no `>` within an attribute's value.
package enum StanzaCutter {
    /// What a first-level element is, by its name.
    package enum Kind: Equatable, Sendable {
        case message
        case iq
        case presence
        /// `<r/>` (XEP-0198): how much did you get?
        case request
        /// `<a h='…'/>` (XEP-0198): so much did I get.
        case answer(UInt32)
        /// `<stream:error/>`, or the end of the stream.
        case end
        case other

        /// Whether stream management counts it.
        package var isStanza: Bool {
            switch self {
            case .message, .iq, .presence: true
            case .request, .answer, .end, .other: false
            }
        }
    }

    /// What comes next in the bytes.
    package enum Cut: Equatable, Sendable {
        /// A whole element, at these offsets.
        case element(Kind, Range<Int>)
        /// More bytes are needed; those from this offset on must be shown again.
        case unfinished(from: Int)
    }

    /// Looks for an element at `start` or behind it.
    package static func next(in bytes: RawSpan, from start: Int) -> Cut {
        guard let first = bytes.first(UInt8(ascii: "<"), from: start) else { return .unfinished(from: bytes.byteCount) }
        var depth = 0
        var tag = first
        while tag + 1 < bytes.byteCount, let end = bytes.first(UInt8(ascii: ">"), from: tag) {
            switch bytes[tag + 1] {
            case UInt8(ascii: "/"):
                depth -= 1
            case UInt8(ascii: "!"), UInt8(ascii: "?"):
                // A section or a declaration: neither opens nor closes anything.
                break
            default:
                if bytes[end - 1] != UInt8(ascii: "/") { depth += 1 }
            }
            if depth <= 0 {
                return .element(kind(of: bytes, tag: first, end: end), first..<end + 1)
            }
            guard let next = bytes.first(UInt8(ascii: "<"), from: end) else { break }
            tag = next
        }
        return .unfinished(from: first)
    }

    private static func kind(of bytes: RawSpan, tag: Int, end: Int) -> Kind {
        switch (bytes[tag + 1], bytes[tag + 2]) {
        case (UInt8(ascii: "m"), UInt8(ascii: "e")): return .message
        case (UInt8(ascii: "i"), UInt8(ascii: "q")): return .iq
        case (UInt8(ascii: "p"), UInt8(ascii: "r")): return .presence
        case (UInt8(ascii: "r"), UInt8(ascii: " ")), (UInt8(ascii: "r"), UInt8(ascii: "/")): return .request
        case (UInt8(ascii: "a"), UInt8(ascii: " ")): return answer(bytes, tag: tag, end: end)
        case (UInt8(ascii: "s"), UInt8(ascii: "t")), (UInt8(ascii: "/"), _): return .end
        default: return .other
        }
    }

    /// Reads `h`, wherever it stands in the tag.
    private static func answer(_ bytes: RawSpan, tag: Int, end: Int) -> Kind {
        var at = tag
        while let space = bytes.first(UInt8(ascii: " "), from: at), space + 3 < end {
            if bytes[space + 1] == UInt8(ascii: "h"), bytes[space + 2] == UInt8(ascii: "="),
                let count = bytes.decimal(at: space + 4)
            {
                return .answer(count)
            }
            at = space + 1
        }
        return .other
    }
}
