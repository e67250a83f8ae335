/// A small generator with a seed, so that a failure can be repeated.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0xD1B5_4A32_D192_ED03 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// Writes random documents that are mostly well-formed, and damages them.
struct RandomDocument {
    private var random: SeededRandom
    private var output = ""
    /// Prefixes in scope at this point.
    private var prefixes: [String] = ["xml"]

    init(seed: UInt64) { random = SeededRandom(seed) }

    /// A document that expat and we should both accept, or both refuse for an attribute declared twice.
    mutating func wellFormed() -> [UInt8] {
        output = one(in: 8) ? "<?xml version='1.0' encoding=\"utf-8\" ?>" : ""
        if one(in: 8) { output += "\n " }
        element(depth: 0)
        if one(in: 8) { output += " \r\n" }
        return Array(output.utf8)
    }

    /// The same with a few bytes changed, cut out, put in or repeated.
    mutating func damaged(_ document: [UInt8]) -> [UInt8] {
        var bytes = document
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, index + Int.random(in: 1...6, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(index..<end)
            case 2: bytes.insert(contentsOf: bytes[index..<end], at: index)
            case 3: bytes.insert(contentsOf: Array(pick(Self.pieces).utf8), at: index)
            case 4: bytes.replaceSubrange(index..<end, with: Array(pick(Self.pieces).utf8))
            default: bytes[index] = UInt8(ascii: Self.marks.randomElement(using: &random) ?? "<")
            }
        }
        return bytes
    }

    private static let marks: [Unicode.Scalar] = [
        "<", ">", "/", "=", "'", "\"", "&", ";", ":", "]", " ", "\r", "!", "?", "#"
    ]
    private static let pieces = [
        "<", ">", "</", "/>", "<!", "<!--", "-->", "<?", "?>", "<![CDATA[", "]]>", "]]", "&", "&amp;", "&#", "&#x", ";",
        "&#0;", "&#xD800;", "&#xFFFE;", "&#x10FFFF;", "&#x110000;", "&nbsp;", "=", "'", "\"", "''", " ", "\r\n", "\r",
        "\t", "xmlns", "xmlns=''", " xmlns:a=''", " xmlns:a='u'", " xmlns:b='u'", " xmlns:xml='u'", " xmlns:xmlns='u'",
        " xmlns='http://www.w3.org/XML/1998/namespace'", " xmlns='http://www.w3.org/2000/xmlns/'",
        " xmlns:xml='http://www.w3.org/XML/1998/namespace'", " xmlns:q='http://www.w3.org/XML/1998/namespace'", "a:",
        ":",
        "a:b:c", "xml:", " a='1'", " a:x='1' b:x='2'", "<a/>", "<b></b>", "<!DOCTYPE a>", "<?pi x?>", "\u{0}", "\u{1}",
        "\u{7F}", "\u{85}", "\u{FEFF}", "\u{FFFD}", "é", "\u{10FFFF}"
    ]
    private static let names = ["a", "b", "x", "message", "body", "_", "a-b.c1", "xmlnsx", "xm", "é"]
    private static let namespaces = ["u", "u", "v", "urn:xmpp:sid:0", "a&amp;b", "a&#38;b", "x\ty", "x y", "'", "é"]
    private static let texts = [
        "hello", " ", "\n", "\r\n", "\r", "\t", "&amp;", "&lt;", "&gt;", "&apos;", "&quot;", "&#65;", "&#x41;", "&#13;",
        "&#xA;", "&#x10FFFF;", "]", "]]", ">", "é", "שלום", "\u{1F44B}\u{1F3FD}", "\u{FFFD}", "\u{7F}", "\u{85}",
        "\u{2028}", "long enough to be looked at in words of eight bytes"
    ]

    private mutating func element(depth: Int) {
        let outer = prefixes
        var attributes = ""
        var used: Set<String> = []
        if one(in: 3), used.insert("xmlns").inserted {
            attributes += attribute("xmlns", one(in: 6) ? "" : pick(Self.namespaces))
        }
        for prefix in ["a", "b"] where one(in: 4) {
            attributes += attribute("xmlns:" + prefix, pick(Self.namespaces))
            prefixes.append(prefix)
        }
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let name = qualifiedName()
            if used.insert(name).inserted || one(in: 40) { attributes += attribute(name, text()) }
        }
        let name = qualifiedName()
        let space = one(in: 5) ? pick([" ", "\n", "\r\n\t"]) : ""
        output += "<" + name + attributes + space
        if one(in: 4) || depth > 6 {
            output += "/>"
        } else {
            output += ">"
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                switch Int.random(in: 0..<8, using: &random) {
                case 0...2: output += text()
                case 3: output += "<![CDATA[" + pick(["", "]", "]]", "<&>", "a\r\nb", "é", "]] >", "&amp;"]) + "]]>"
                default: element(depth: depth + 1)
                }
            }
            output += "</" + name + space + ">"
        }
        prefixes = outer
    }

    private mutating func qualifiedName() -> String {
        one(in: 4) ? pick(prefixes) + ":" + pick(Self.names) : pick(Self.names)
    }

    private mutating func attribute(_ name: String, _ value: String) -> String {
        let isSingle = Bool.random(using: &random)
        let quote = isSingle ? "'" : "\""
        let safe = value.replacing(isSingle ? "'" : "\"", with: isSingle ? "&apos;" : "&quot;")
        return pick([" ", " ", " ", "\n", "\r\n", "  "]) + name + pick(["=", "=", "=", " = "]) + quote + safe + quote
    }

    private mutating func text() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...4, using: &random) { text += pick(Self.texts) }
        return text.replacing("]]>", with: "]] >")
    }

    private mutating func pick(_ list: [String]) -> String {
        list.randomElement(using: &random) ?? ""
    }

    private mutating func one(in count: Int) -> Bool {
        Int.random(in: 0..<count, using: &random) == 0
    }
}
