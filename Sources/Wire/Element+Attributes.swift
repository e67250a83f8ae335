extension Element {
    /// Decoded value of an attribute without a namespace.
    package subscript(_ attribute: StaticString) -> String? {
        record(of: attribute).map { String(decoding: storage.value($0), as: UTF8.self) }
    }

    /// Whether an attribute without a namespace is present and has that value. Allocates nothing in the plain case.
    package func attribute(_ name: StaticString, equals value: StaticString) -> Bool {
        guard let record = record(of: name) else { return false }
        return storage.value(record).equals(value)
    }

    /// The language said by `xml:lang` on this element itself (XML 1.0 §2.12).
    package var language: String? {
        for record in attributeRecords where storage.tape[record + XMLTape.Attribute.namespace] == XMLTape.xmlNamespace
        {
            if !isDeclaration(record), localName(ofAttribute: record).equals("lang") {
                return String(decoding: storage.value(record), as: UTF8.self)
            }
        }
        return nil
    }

    /// Every attribute, decoded, without namespace declarations, in document order.
    package var attributes: [(namespace: String, name: String, value: String)] {
        attributeRecords.filter { !isDeclaration($0) }.map { record in
            let namespace = storage.namespace(storage.tape[record + XMLTape.Attribute.namespace])
            return (
                String(decoding: namespace, as: UTF8.self),
                String(decoding: localName(ofAttribute: record), as: UTF8.self),
                String(decoding: storage.value(record), as: UTF8.self)
            )
        }
    }

    /// Tape indices of the attributes' records, declarations included.
    var attributeRecords: StrideTo<Int> {
        let first = index + XMLTape.Element.size
        let count = Int(storage.tape[index] >> XMLTape.attributeShift & XMLTape.countMask)
        return stride(from: first, to: first + count * XMLTape.Attribute.size, by: XMLTape.Attribute.size)
    }

    func isDeclaration(_ record: Int) -> Bool {
        storage.tape[record + XMLTape.Attribute.length] & XMLTape.Attribute.declaration != 0
    }

    func localName(ofAttribute record: Int) -> ArraySlice<UInt8> {
        let shape = NameShape(storage.tape[record + XMLTape.Attribute.shape])
        let start = storage.word(record + XMLTape.Attribute.name)
        return storage.bytes[start + shape.local..<start + shape.whole]
    }

    /// The record of an attribute without prefix, and so without namespace.
    private func record(of name: StaticString) -> Int? {
        for record in attributeRecords where !isDeclaration(record) {
            let shape = NameShape(storage.tape[record + XMLTape.Attribute.shape])
            guard shape.prefix == 0, shape.whole == name.utf8CodeUnitCount else { continue }
            if localName(ofAttribute: record).equals(name) { return record }
        }
        return nil
    }
}
