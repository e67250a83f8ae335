/// Namespace declarations, resolution of names, and uniqueness of attributes (Namespaces in XML 1.0).
extension XMLScanner {
    /// An attribute's value ends before `index`: records it, and its declaration if it is one.
    @inline(__always) mutating func finishAttribute(at index: Int) throws(XMLError) {
        let element = registers.current
        let head = word(element)
        let count = Int(head >> XMLTape.attributeShift & XMLTape.countMask)
        guard count < limits.attributes else { throw XMLError(.tooManyAttributes, at: registers.name) }
        let record = registers.tapeCount
        let length = UInt32(truncatingIfNeeded: index - registers.start)
        set(element, head &+ 1 << XMLTape.attributeShift)
        set(record + XMLTape.Attribute.name, relative(registers.name))
        set(record + XMLTape.Attribute.shape, registers.shape)
        set(record + XMLTape.Attribute.value, relative(registers.start))
        set(record + XMLTape.Attribute.length, length << XMLTape.Attribute.lengthShift | registers.flags)
        set(record + XMLTape.Attribute.namespace, XMLTape.noNamespace)
        registers.tapeCount = record + XMLTape.Attribute.size
        if byte(registers.name) == UInt8(ascii: "x") { try declareIfNeeded(record) }
    }

    /// The current element's opening tag ends before `index`: resolves its names and checks its attributes.
    @inline(__always) mutating func finishTag(at index: Int) throws(XMLError) {
        let element = registers.current
        registers.position = index
        set(element + XMLTape.Element.content, relative(index))
        set(element + XMLTape.Element.defaultNamespace, registers.defaultNamespace)
        set(element + XMLTape.Element.bindings, registers.bindings)
        let head = word(element) | registers.declarations << XMLTape.bindingShift
        set(element, head)

        let shape = NameShape(word(element + XMLTape.Element.shape))
        let reference =
            shape.prefix == 0
            ? registers.defaultNamespace
            : try resolve(prefix: shape.prefix, at: absolute(word(element + XMLTape.Element.name)))
        set(element + XMLTape.Element.namespace, reference)

        let count = Int(head >> XMLTape.attributeShift & XMLTape.countMask)
        let first = element + XMLTape.Element.size
        for position in 0..<count {
            let record = first + position * XMLTape.Attribute.size
            try resolveAttribute(record)
            for earlier in 0..<position {
                let other = first + earlier * XMLTape.Attribute.size
                if isDuplicate(record, other) {
                    throw XMLError(.notWellFormed, at: absolute(word(record + XMLTape.Attribute.name)))
                }
            }
        }
    }

    @inline(__always) private mutating func resolveAttribute(_ record: Int) throws(XMLError) {
        let shape = NameShape(word(record + XMLTape.Attribute.shape))
        guard shape.prefix > 0 else { return }
        guard word(record + XMLTape.Attribute.length) & XMLTape.Attribute.declaration == 0 else { return }
        let reference = try resolve(prefix: shape.prefix, at: absolute(word(record + XMLTape.Attribute.name)))
        set(record + XMLTape.Attribute.namespace, reference)
    }

    /// Whether two attributes have one name, as written or in meaning (Namespaces in XML 1.0 §6.3).
    @inline(__always) private func isDuplicate(_ left: Int, _ right: Int) -> Bool {
        let shape = NameShape(word(left + XMLTape.Attribute.shape))
        let other = NameShape(word(right + XMLTape.Attribute.shape))
        guard shape.whole - shape.local == other.whole - other.local else { return false }
        let name = absolute(word(left + XMLTape.Attribute.name))
        let otherName = absolute(word(right + XMLTape.Attribute.name))
        guard equal(name + shape.local, otherName + other.local, count: shape.whole - shape.local) else { return false }
        guard shape.prefix > 0, other.prefix > 0 else { return shape.prefix == other.prefix }
        if shape.prefix == other.prefix, equal(name, otherName, count: shape.prefix) { return true }
        let flags = word(left + XMLTape.Attribute.length) | word(right + XMLTape.Attribute.length)
        guard flags & XMLTape.Attribute.declaration == 0 else { return false }
        let namespace = word(left + XMLTape.Attribute.namespace)
        let otherNamespace = word(right + XMLTape.Attribute.namespace)
        return namespace == otherNamespace || self.namespace(namespace) == self.namespace(otherNamespace)
    }

    /// Finds what a prefix is bound to, and notes that the element depends on that binding.
    private mutating func resolve(prefix length: Int, at name: Int) throws(XMLError) -> UInt32 {
        var binding = registers.bindings
        while binding != 0 {
            let record = Int(binding)
            let shape = NameShape(word(record + XMLTape.Attribute.shape))
            if shape.whole - shape.local == length,
                equal(absolute(word(record + XMLTape.Attribute.name)) + shape.local, name, count: length)
            {
                use(binding)
                return binding
            }
            binding = word(record + XMLTape.Attribute.namespace)
        }
        if isLiteral(name, count: length, "xml") { return XMLTape.xmlNamespace }
        let prefix = copy(name..<name + length)
        guard let index = context?.bindings.firstIndex(where: { $0.prefix == prefix }) else {
            throw XMLError(.badNamespacePrefix, at: name)
        }
        use(0)
        return XMLTape.inherited | UInt32(truncatingIfNeeded: index)
    }

    @inline(__always) private func use(_ binding: UInt32) {
        let field = registers.current + XMLTape.Element.lowestBinding
        if binding < word(field) { set(field, binding) }
    }

    /// Takes `xmlns='…'` and `xmlns:prefix='…'` for what they are (Namespaces in XML 1.0 §2.2, §3).
    private mutating func declareIfNeeded(_ record: Int) throws(XMLError) {
        let shape = NameShape(registers.shape)
        let name = registers.name
        guard shape.prefix == 5 || shape.prefix == 0 && shape.whole == 5 else { return }
        guard isLiteral(name, count: 5, "xmlns") else { return }
        guard registers.declarations < limits.namespaces else { throw XMLError(.tooManyNamespaces, at: name) }
        registers.declarations += 1
        set(record + XMLTape.Attribute.length, word(record + XMLTape.Attribute.length) | XMLTape.Attribute.declaration)

        let isXML = declares(record, "http://www.w3.org/XML/1998/namespace")
        guard !declares(record, "http://www.w3.org/2000/xmlns/") else { throw XMLError(.invalidNamespace, at: name) }
        if shape.prefix == 0 {
            guard !isXML else { throw XMLError(.invalidNamespace, at: name) }
            let isEmpty = declares(record, "")
            registers.defaultNamespace = isEmpty ? XMLTape.noNamespace : UInt32(truncatingIfNeeded: record)
            return
        }
        let prefix = name + shape.local
        let length = shape.whole - shape.local
        guard !isLiteral(prefix, count: length, "xmlns") else { throw XMLError(.badNamespacePrefix, at: name) }
        guard !declares(record, "") else { throw XMLError(.invalidNamespace, at: name) }
        guard isLiteral(prefix, count: length, "xml") == isXML else { throw XMLError(.invalidNamespace, at: name) }
        set(record + XMLTape.Attribute.namespace, registers.bindings)
        registers.bindings = UInt32(truncatingIfNeeded: record)
    }

    /// Whether a declaration's value means that namespace.
    private func declares(_ record: Int, _ namespace: StaticString) -> Bool {
        let length = word(record + XMLTape.Attribute.length)
        guard length & XMLTape.Attribute.decode == 0 else {
            return self.namespace(UInt32(truncatingIfNeeded: record))[...].equals(namespace)
        }
        let start = absolute(word(record + XMLTape.Attribute.value))
        return isLiteral(start, count: Int(length >> XMLTape.Attribute.lengthShift), namespace)
    }

    /// Namespace name behind a reference, decoded.
    private func namespace(_ reference: UInt32) -> [UInt8] {
        switch reference {
        case XMLTape.noNamespace: return []
        case XMLTape.xmlNamespace: return XMLNamespace.xml
        case XMLTape.inherited...: return context?.namespace(of: reference) ?? []
        default:
            let record = Int(reference)
            let length = word(record + XMLTape.Attribute.length)
            let start = absolute(word(record + XMLTape.Attribute.value))
            let raw = copy(start..<start + Int(length >> XMLTape.Attribute.lengthShift))
            return length & XMLTape.Attribute.decode == 0 ? raw : XMLText.decoded(raw[...], as: .attribute)
        }
    }
}

extension StreamContext {
    /// Takes the namespaces in scope from a stream header's tag.
    convenience init(_ tag: Element) {
        let start = tag.field(XMLTape.Element.name)
        let bindings = tag.attributeRecords.filter { tag.isDeclaration($0) }.map { record in
            let shape = NameShape(tag.storage.tape[record + XMLTape.Attribute.shape])
            return Binding(
                prefix: shape.prefix == 0 ? [] : Array(tag.localName(ofAttribute: record)),
                namespace: Array(tag.storage.value(record)))
        }
        self.init(name: Array(tag.storage.bytes[start..<start + tag.shape.whole]), bindings: bindings)
    }
}
