/// Finding identifiers where software puts them. What a person types in a message is never searched.
///
/// Digits are found however they are written: in any script, and grouped by single spaces, hyphens, dots or slashes.
/// What is packed or encoded otherwise isn't found; nothing could find everything.
extension RefusedIdentifier {
    /// How closely to look.
    package enum Scrutiny: Comparable, Sendable {
        /// At values that are somebody's own invention, such as the id of a message: an identifier is found only by its
        /// name, as in `imei=…` or `urn:gsma:imei:…`. Bare digits are nobody's.
        case named
        /// At what describes software or people: also bare digits that have the form of an IMEI, IMSI or ICCID.
        case digits
        /// At what software chose about itself, such as a resource: also phone numbers with their plus sign.
        case numbers
    }

    /// The first identifier in `text`, nil if there is none.
    package static func find(in text: String, _ scrutiny: Scrutiny) -> RefusedIdentifier? {
        let folded = FoldedText(text)
        if let named = folded.named { return named }
        return scrutiny > .named ? folded.bare(withNumbers: scrutiny == .numbers) : nil
    }

    /// The identifier that a field, an attribute or an element of this name holds: six digits are enough under such
    /// a name.
    package static func find(named name: String, holding value: String) -> RefusedIdentifier? {
        guard let kind = FoldedText(name).word, FoldedText(value).digitCount >= FoldedText.fewestDigits else {
            return nil
        }
        return kind
    }

    /// Whether the bytes of a stanza could name an identifier at all. Quick, and true too often rather than too seldom.
    package static func mayBeNamed(in bytes: [UInt8]) -> Bool {
        for index in bytes.indices {
            let byte = bytes[index]
            // A character reference may stand for any letter, and the words can be spelled in fullwidth letters.
            if byte == 0x26, index + 1 < bytes.count, bytes[index + 1] == 0x23 { return true }
            if byte == 0xEF, index + 1 < bytes.count, bytes[index + 1] == 0xBC || bytes[index + 1] == 0xBD {
                return true
            }
            if byte | 0x20 == 0x69, mayBeName(in: bytes, after: index) { return true }
        }
        return false
    }

    /// Whether the letters that follow an `i` may make one of the words, with signs between them that the search leaves
    /// out, or with markup between them: a text is all that stands directly in its element.
    private static func mayBeName(in bytes: [UInt8], after start: Int) -> Bool {
        // "mei", "msi" or "cci", as far as they have been read.
        var letters: [3 of UInt8] = [0, 0, 0]
        var count = 0
        var index = start + 1
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 0x80...:
                index += 1
                continue
            case UInt8(ascii: "<"):
                // An end tag ends the text; a child or a section is followed by more of it.
                return index + 1 < bytes.count && bytes[index + 1] != UInt8(ascii: "/")
            case UInt8(ascii: "]"):
                return bytes[index...].starts(with: "]]>".utf8)
            default:
                letters[count] = byte | 0x20
            }
            switch (letters[0], letters[1], letters[2]) {
            case (0x6D, 0x65, 0x69), (0x6D, 0x73, 0x69), (0x63, 0x63, 0x69): return true
            case (0x6D, 0, 0), (0x63, 0, 0), (0x6D, 0x65, 0), (0x6D, 0x73, 0), (0x63, 0x63, 0): break
            default: return false
            }
            count += 1
            index += 1
        }
        return false
    }
}
