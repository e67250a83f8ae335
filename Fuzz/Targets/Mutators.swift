/// Changes a document by whole elements: leaves one out, puts one in, repeats, swaps or wraps one, adds an attribute or a declaration.
/// Tags stay in pairs, so that most of what comes out is well-formed and says something new.
func mutateXML(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
    let elements = Markup.elements(in: bytes)
    let piece = Array(Markup.pieces[Int.random(in: 0..<Markup.pieces.count, using: &random)].utf8)
    guard let one = elements.randomElement(using: &random), let other = elements.randomElement(using: &random) else {
        bytes.insert(contentsOf: piece, at: Int.random(in: 0...bytes.count, using: &random))
        return
    }
    switch Int.random(in: 0..<8, using: &random) {
    case 0: bytes.removeSubrange(one.whole)
    case 1: bytes.insert(contentsOf: bytes[one.whole], at: one.whole.upperBound)
    case 2: bytes.replaceSubrange(one.whole, with: Array(bytes[other.whole]))
    case 3: bytes.insert(contentsOf: Array(bytes[other.whole]), at: one.contentStart ?? one.whole.upperBound)
    case 4: bytes.insert(contentsOf: piece, at: one.contentStart ?? one.whole.upperBound)
    case 5:
        let attribute = Markup.attributes[Int.random(in: 0..<Markup.attributes.count, using: &random)]
        bytes.insert(contentsOf: Array(attribute.utf8), at: one.nameEnd)
    case 6:
        let wrapped = Array("<w xmlns='w'>".utf8) + bytes[one.whole] + Array("</w>".utf8)
        bytes.replaceSubrange(one.whole, with: wrapped)
    default: bytes.replaceSubrange(one.whole, with: piece)
    }
}

/// The same for inputs whose first byte says how they are cut.
func mutateXMLStream(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
    guard let first = bytes.first else { return mutateXML(&bytes, &random) }
    var document = Array(bytes.dropFirst())
    mutateXML(&document, &random)
    bytes = [first] + document
}

/// Where elements lie in bytes that may be no XML at all: found by their tags alone.
private enum Markup {
    struct Place {
        var whole: Range<Int>
        var nameEnd: Int
        /// Nil for an empty-element tag.
        var contentStart: Int?
    }

    /// At most 64 of them: an input has few.
    static func elements(in bytes: [UInt8]) -> [Place] {
        var places: [Place] = []
        var open: [(start: Int, nameEnd: Int, contentStart: Int)] = []
        var index = 0
        while index < bytes.count, places.count < 64 {
            defer { index += 1 }
            guard bytes[index] == UInt8(ascii: "<"), index + 1 < bytes.count else { continue }
            let start = index
            guard let end = endOfTag(bytes, from: start) else { return places }
            let nameEnd = bytes[(start + 1)..<end].firstIndex { [0x20, 0x0A, 0x0D, 0x09, 0x2F].contains($0) } ?? end
            if bytes[start + 1] == UInt8(ascii: "/") {
                if let begun = open.popLast() {
                    places.append(
                        Place(whole: begun.start..<end + 1, nameEnd: begun.nameEnd, contentStart: begun.contentStart))
                }
            } else if bytes[end - 1] == UInt8(ascii: "/") {
                places.append(Place(whole: start..<end + 1, nameEnd: min(nameEnd, end - 1), contentStart: nil))
            } else if bytes[start + 1] != UInt8(ascii: "!"), bytes[start + 1] != UInt8(ascii: "?") {
                open.append((start, nameEnd, end + 1))
            }
            index = end
        }
        return places
    }

    private static func endOfTag(_ bytes: [UInt8], from start: Int) -> Int? {
        var quote: UInt8?
        for index in (start + 1)..<bytes.count {
            if let mark = quote {
                if bytes[index] == mark { quote = nil }
            } else if bytes[index] == UInt8(ascii: "'") || bytes[index] == UInt8(ascii: "\"") {
                quote = bytes[index]
            } else if bytes[index] == UInt8(ascii: ">") {
                return index > start + 1 ? index : nil
            }
        }
        return nil
    }

    static let attributes = [
        " xmlns='jabber:client'", " xmlns=''", " xmlns:p='u'", " p:a='1'", " xml:lang='de'", " xml:space='preserve'",
        " id='1'",
        " type='set'", " type='get'", " type='error'", " type=\"chat\"", " to='a@b.example/c'",
        " from='juliet@capulet.example'",
        " jid='x@y.example'", " ver='1'", " h='4294967295'", " a='&lt;&#65;&#x10FFFF;'", " a='\n\t '", " b=\"'\""
    ]

    static let pieces = [
        "<a/>", "<p:a xmlns:p='u'/>", "<body>hi</body>", "<![CDATA[<&]]]]>", "<![CDATA[]]>", "&amp;&#13;", "text",
        "]]&gt;", "\r\n",
        "<x xmlns='jabber:x:data' type='submit'><field var='with'><value>a@b</value></field></x>",
        "<set xmlns='http://jabber.org/protocol/rsm'><max>5</max><before/></set>",
        "<item jid='a@b.example'><group>g</group></item>",
        "<query xmlns='jabber:iq:roster'/>", "<encrypted xmlns='urn:xmpp:omemo:2'/>", "<store xmlns='urn:xmpp:hints'/>",
        "<stanza-id xmlns='urn:xmpp:sid:0' id='1' by='juliet@capulet.example'/>", "<r xmlns='urn:xmpp:sm:3'/>",
        "<a xmlns='urn:xmpp:sm:3' h='1'/>", "<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>",
        "<message to='a@b.example'><body>hi</body></message>", "<presence><priority>-1</priority></presence>"
    ]
}

/// Changes a stream of PDUs by whole ones, puts parameters in, and makes the lengths right again.
func mutateSMPP(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
    var units: [[UInt8]] = []
    var rest = bytes[...]
    while rest.count >= 16 {
        let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let end = (16...rest.count).contains(length) ? length : rest.count
        units.append(Array(rest.prefix(end)))
        rest = rest.dropFirst(end)
    }
    guard !units.isEmpty else {
        bytes = [0, 0, 0, 16, 0, 0, 0, 0x15, 0, 0, 0, 0, 0, 0, 0, 1]
        return
    }
    let place = Int.random(in: 0..<units.count, using: &random)
    let other = Int.random(in: 0..<units.count, using: &random)
    switch Int.random(in: 0..<8, using: &random) {
    case 0: units.insert(units[other], at: place)
    case 1: units.swapAt(place, other)
    case 2: if units.count > 1 { units.remove(at: place) }
    case 3: for index in 12..<16 { units[place][index] = units[other][index] }
    case 4: units[place][4] ^= 0x80
    case 5:
        let commands: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x0B, 0x15, 0x21]
        units[place][7] = commands.randomElement(using: &random) ?? 4
    case 6: units[place][11] = [0, 0x58, 0x14, 0x08, 0x0B, 0x04, 0xFF].randomElement(using: &random) ?? 0
    default:
        let tags: [(UInt8, UInt8)] = [
            (0x00, 0x1E), (0x02, 0x04), (0x02, 0x0C), (0x02, 0x0E), (0x02, 0x0F), (0x04, 0x23), (0x04, 0x24),
            (0x04, 0x27), (0x14, 0)
        ]
        let tag = tags.randomElement(using: &random) ?? (0, 0x1E)
        let value = (0..<Int.random(in: 0...6, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        units[place] += [tag.0, tag.1, 0, UInt8(value.count)] + value
    }
    for index in units.indices {
        let count = units[index].count
        units[index].replaceSubrange(
            0..<4, with: [0, 0, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)])
    }
    bytes = units.flatMap(\.self) + rest
}
