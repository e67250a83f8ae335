/// Writes JSON values canonically (RFC 8785), or the same with line breaks and two spaces a level.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let indents: Bool
    private var depth = 0

    init(indents: Bool) {
        self.indents = indents
    }

    mutating func write(_ value: JSON) {
        switch value {
        case .null: add("null")
        case .boolean(let value): add(value ? "true" : "false")
        case .number(let value): add(value.text)
        case .string(let value): write(text: value)
        case .array(let elements):
            container("[", "]", of: elements) { (writer, element) in writer.write(element) }
        case .object(let object):
            container("{", "}", of: object.members) { (writer, member) in
                writer.write(text: member.name)
                writer.add(writer.indents ? ": " : ":")
                writer.write(member.value)
            }
        }
    }

    private mutating func container<Item>(
        _ start: String, _ end: String, of items: [Item], each: (inout JSONWriter, Item) -> Void
    ) {
        add(start)
        depth += 1
        for (index, item) in items.enumerated() {
            if index > 0 { add(",") }
            breakLine()
            each(&self, item)
        }
        depth -= 1
        if !items.isEmpty { breakLine() }
        add(end)
    }

    private mutating func breakLine() {
        guard indents else { return }
        add("\n")
        for _ in 0..<depth { add("  ") }
    }

    /// Escapes what must be and nothing else (RFC 8785 §3.2.2.2).
    private mutating func write(text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): add("\\\"")
            case UInt8(ascii: "\\"): add("\\\\")
            case 0x08: add("\\b")
            case 0x09: add("\\t")
            case 0x0A: add("\\n")
            case 0x0C: add("\\f")
            case 0x0D: add("\\r")
            case 0..<0x20: add("\\u00" + Hex.encode([byte]))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func add(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}
