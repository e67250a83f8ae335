/// One parsed stanza: its bytes as received and the tape over them. Shared by every `Element` of it, never changed.
final class ElementStorage: Sendable {
    let bytes: [UInt8]
    let tape: [UInt32]
    let context: StreamContext?

    init(bytes: [UInt8], tape: [UInt32], context: StreamContext?) {
        self.bytes = bytes
        self.tape = tape
        self.context = context
    }

    func word(_ index: Int) -> Int { Int(tape[index]) }

    /// Raw bytes of an attribute record's value.
    func rawValue(_ record: Int) -> ArraySlice<UInt8> {
        let start = word(record + XMLTape.Attribute.value)
        let length = word(record + XMLTape.Attribute.length) >> Int(XMLTape.Attribute.lengthShift)
        return bytes[start..<start + length]
    }

    /// The quote around an attribute record's value.
    func quote(_ record: Int) -> UInt8 {
        bytes[word(record + XMLTape.Attribute.value) - 1]
    }

    /// Decoded bytes of an attribute record's value.
    func value(_ record: Int) -> ArraySlice<UInt8> {
        let raw = rawValue(record)
        guard tape[record + XMLTape.Attribute.length] & XMLTape.Attribute.decode != 0 else { return raw }
        return XMLText.decoded(raw, as: .attribute)[...]
    }

    /// Namespace name behind a namespace reference.
    func namespace(_ reference: UInt32) -> ArraySlice<UInt8> {
        switch reference {
        case XMLTape.noNamespace: []
        case XMLTape.xmlNamespace: XMLNamespace.xml[...]
        case XMLTape.inherited...: context?.namespace(of: reference)[...] ?? []
        default: value(Int(reference))
        }
    }
}

/// The namespace that every document has (Namespaces in XML 1.0 §3).
enum XMLNamespace {
    static let xml = Array("http://www.w3.org/XML/1998/namespace".utf8)
}

extension ArraySlice<UInt8> {
    /// Whether these are the bytes of a literal.
    func equals(_ literal: StaticString) -> Bool {
        guard literal.utf8CodeUnitCount == count else { return false }
        return literal.withUTF8Buffer { other in
            unsafe withUnsafeBufferPointer { unsafe RawBytes.equal($0, other) }
        }
    }
}
