/// Small changes to a serialised stanza of our own making, without parsing it again.
package enum StanzaBytes {
    /// The stanza with `xmlns='jabber:client'` on its root, so that it means the same inside any element.
    ///
    /// Bytes whose root declares a default namespace come back as they are.
    package static func selfContained(_ stanza: [UInt8]) -> [UInt8] {
        guard let root = RootTag(stanza), !root.declaresNamespace else { return stanza }
        let declaration = " xmlns='\(Namespace.client)'".utf8
        return Array(stanza[..<root.nameEnd]) + declaration + stanza[root.nameEnd...]
    }

    /// The stanza with one more child at its end, serialised under the stanza's own default namespace.
    package static func adding(_ child: [UInt8], to stanza: [UInt8]) -> [UInt8] {
        guard let root = RootTag(stanza), !child.isEmpty else { return stanza }
        if root.isEmpty {
            let closing = Array("</".utf8) + stanza[1..<root.nameEnd] + Array(">".utf8)
            return Array(stanza[..<root.slash]) + Array(">".utf8) + child + closing
        }
        // The root's end tag comes last of all.
        let endTag = stanza.indices.dropLast().last {
            stanza[$0] == UInt8(ascii: "<") && stanza[$0 + 1] == UInt8(ascii: "/")
        }
        guard let endTag else { return stanza }
        return Array(stanza[..<endTag]) + child + stanza[endTag...]
    }
}

/// Where the parts of a serialised element's start tag lie.
private struct RootTag {
    /// The index after the name.
    var nameEnd = 0
    /// The index of the slash of an empty-element tag.
    var slash = 0
    var isEmpty = false
    var declaresNamespace = false

    /// `nil` for what doesn't begin with a whole start tag.
    init?(_ bytes: [UInt8]) {
        guard bytes.first == UInt8(ascii: "<") else { return nil }
        var quote: UInt8?
        for index in 1..<bytes.count {
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
                continue
            }
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                quote = byte
            case UInt8(ascii: ">"):
                if nameEnd == 0 { nameEnd = index }
                isEmpty = bytes[index - 1] == UInt8(ascii: "/")
                slash = index - 1
                if isEmpty { nameEnd = min(nameEnd, slash) }
                return
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                if nameEnd == 0 { nameEnd = index }
                if Self.isDefaultDeclaration(bytes[(index + 1)...]) { declaresNamespace = true }
            default:
                continue
            }
        }
        return nil
    }

    /// Whether an attribute called `xmlns` comes first.
    private static func isDefaultDeclaration(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.starts(with: "xmlns".utf8) else { return false }
        let next = bytes.dropFirst("xmlns".utf8.count).first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return next == UInt8(ascii: "=")
    }
}
