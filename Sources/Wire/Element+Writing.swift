extension Element {
    /// The element as a document of its own.
    package var serialized: [UInt8] {
        var writer = XMLWriter()
        write(into: &writer)
        return writer.finish()
    }

    /// Writes the element so that it means the same where the writer stands.
    ///
    /// Its bytes are copied as they came; declarations that it took from around it are added to its tag if it needs them.
    package func write(into writer: inout XMLWriter) {
        let start = field(XMLTape.Element.name) - 1
        let end = field(XMLTape.Element.end)
        let missing = missingDeclarations(for: writer)
        guard !missing.isEmpty else {
            writer.append(storage.bytes[start..<end])
            return
        }
        let nameEnd = start + 1 + shape.whole
        writer.append(storage.bytes[start..<nameEnd])
        writer.append(missing[...])
        writer.append(storage.bytes[nameEnd..<end])
    }

    /// Writes the element likewise, with some attributes (without namespace) set to other values, or left out where nil.
    ///
    /// This is how a stanza gets its `from` or another `to` on its way: the rest of its bytes is copied.
    package func write(into writer: inout XMLWriter, replacing attributes: [(name: StaticString, value: String?)]) {
        let start = field(XMLTape.Element.name) - 1
        let end = field(XMLTape.Element.end)
        let content = field(XMLTape.Element.content)
        writer.append(storage.bytes[start..<start + 1 + shape.whole])
        writer.append(missingDeclarations(for: writer)[...])
        for record in attributeRecords {
            let name = storage.word(record + XMLTape.Attribute.name)
            let shape = NameShape(storage.tape[record + XMLTape.Attribute.shape])
            let written = storage.bytes[name..<name + shape.whole]
            // As written, no name with a prefix or of a declaration is one that can be replaced.
            if attributes.contains(where: { written.equals($0.name) }) { continue }
            writer.copyAttribute(written, rawValue: storage.rawValue(record), quote: storage.quote(record))
        }
        for (name, value) in attributes {
            if let value { writer.appendAttribute(name, value) }
        }
        // An empty element ends with its only tag.
        writer.append(storage.bytes[(content == end ? content - 2 : content - 1)..<end])
    }

    /// Writes what is between the tags, likewise.
    package func writeContent(into writer: inout XMLWriter) {
        var record = contentStart
        while record < contentEnd {
            if storage.tape[record] & XMLTape.kindMask == XMLTape.element {
                let child = Element(storage: storage, index: record)
                child.write(into: &writer)
                record = child.contentEnd
                continue
            }
            let isSection = storage.tape[record] & XMLTape.Text.section != 0
            let text = rawText(at: record)
            if isSection { writer.append(Array("<![CDATA[".utf8)[...]) }
            writer.append(text)
            if isSection { writer.append(Array("]]>".utf8)[...]) }
            record += XMLTape.Text.size
        }
    }

    /// ` xmlns…='…'` for every declaration that the element takes from around it and the writer doesn't offer.
    private func missingDeclarations(for writer: XMLWriter) -> [UInt8] {
        var bytes: [UInt8] = []
        let reference = storage.tape[index + XMLTape.Element.defaultNamespace]
        if !declaresDefault {
            let namespace = storage.namespace(reference)
            if !writer.isScope(namespace) { Self.appendDeclaration(of: [], as: namespace, to: &bytes) }
        }
        let lowest = field(XMLTape.Element.lowestBinding)
        // The stream's bindings count as 0, which is also the index of a stanza.
        guard lowest <= index else { return bytes }
        var seen: [ArraySlice<UInt8>] = []
        var binding = field(XMLTape.Element.bindings)
        while binding != 0 {
            let prefix = localName(ofAttribute: binding)
            if !seen.contains(prefix) {
                seen.append(prefix)
                if binding < index { Self.appendDeclaration(of: prefix, as: storage.value(binding), to: &bytes) }
            }
            binding = storage.word(binding + XMLTape.Attribute.namespace)
        }
        if lowest == 0 {
            for binding in storage.context?.bindings ?? [] where !binding.prefix.isEmpty {
                guard !seen.contains(binding.prefix[...]) else { continue }
                Self.appendDeclaration(of: binding.prefix[...], as: binding.namespace[...], to: &bytes)
            }
        }
        return bytes
    }

    private var declaresDefault: Bool {
        attributeRecords.contains { record in
            isDeclaration(record) && NameShape(storage.tape[record + XMLTape.Attribute.shape]).prefix == 0
        }
    }

    private static func appendDeclaration(
        of prefix: ArraySlice<UInt8>, as namespace: ArraySlice<UInt8>, to output: inout [UInt8]
    ) {
        let name = prefix.isEmpty ? "xmlns" : "xmlns:" + String(decoding: prefix, as: UTF8.self)
        XMLEscaping.appendAttribute(name, String(decoding: namespace, as: UTF8.self), to: &output)
    }
}
