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

    /// The stanza with one more child at its end.
    ///
    /// - Parameter child: serialised under the stanza's own default namespace, `jabber:client`.
    package static func adding(_ child: [UInt8], to stanza: [UInt8]) -> [UInt8] {
        guard let root = RootTag(stanza), !child.isEmpty else { return stanza }
        let closing = Array("</".utf8) + stanza[1..<root.nameEnd] + Array(">".utf8)
        if root.isEmpty {
            return Array(stanza[..<root.slash]) + Array(">".utf8) + child + closing
        }
        guard stanza.count >= closing.count, stanza.suffix(closing.count).elementsEqual(closing) else { return stanza }
        return stanza.dropLast(closing.count) + child + closing
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
            case UInt8(ascii: " "), UInt8(ascii: "/"), UInt8(ascii: ">"):
                if nameEnd == 0 { nameEnd = index }
                if byte == UInt8(ascii: " "), bytes[index...].starts(with: " xmlns=".utf8) { declaresNamespace = true }
                guard byte == UInt8(ascii: ">") else { continue }
                isEmpty = bytes[index - 1] == UInt8(ascii: "/")
                slash = index - 1
                return
            default:
                continue
            }
        }
        return nil
    }
}
