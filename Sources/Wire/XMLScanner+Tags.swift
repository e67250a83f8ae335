/// Tags and attributes (XML 1.0 §3.1).
extension XMLScanner {
    /// Outside of stanzas: skips white space up to markup.
    mutating func between() throws(XMLError) -> Signal {
        var index = registers.position
        while index < end, XMLCharacters.isSpace(byte(index)) { index += 1 }
        guard index < end else { return suspend(at: index) }
        registers.position = index
        guard byte(index) == UInt8(ascii: "<") else {
            // Before a header, and around a standalone element, not even XML allows text.
            throw XMLError(context == nil ? .notWellFormed : .unexpectedText, at: index)
        }
        guard index + 1 < end else { return .needsBytes }
        switch byte(index + 1) {
        case UInt8(ascii: "/"):
            guard let context else { throw XMLError(.notWellFormed, at: index) }
            for (offset, expected) in context.name.enumerated() {
                guard index + 2 + offset < end else { return .needsBytes }
                guard byte(index + 2 + offset) == expected else { throw XMLError(.notWellFormed, at: index) }
            }
            registers.base = index
            registers.position = index + 2 + context.name.count
            registers.step = .streamEnd
            return .again
        case UInt8(ascii: "!"), UInt8(ascii: "?"):
            return try declarationMarkup(at: index)
        default:
            registers.base = index
            registers.tapeCount = 0
            registers.current = 0
            registers.depth = 0
            registers.defaultNamespace = context?.defaultNamespace ?? XMLTape.noNamespace
            registers.bindings = 0
            registers.declarations = 0
            limitStanza()
            return try openTag()
        }
    }

    /// Inside an element, at `<`.
    @inline(__always) mutating func markup() throws(XMLError) -> Signal {
        let index = registers.position
        guard index + 1 < end else { return .needsBytes }
        switch byte(index + 1) {
        case UInt8(ascii: "/"):
            let record = registers.current
            let length = NameShape(word(record + XMLTape.Element.shape)).whole
            let name = absolute(word(record + XMLTape.Element.name))
            let available = min(length, end - index - 2)
            guard equal(index + 2, name, count: available) else { throw XMLError(.notWellFormed, at: index) }
            guard available == length else { return .needsBytes }
            finishText(at: index)
            registers.position = index + 2 + length
            registers.step = .endTag
            return try endTag()
        case UInt8(ascii: "!"), UInt8(ascii: "?"):
            return try declarationMarkup(at: index)
        default:
            return try openTag()
        }
    }

    /// At `<!` or `<?`: of all that these may begin, only a CDATA section inside an element is allowed (RFC 6120 §11.1).
    private mutating func declarationMarkup(at index: Int) throws(XMLError) -> Signal {
        guard byte(index + 1) == UInt8(ascii: "!") else { throw XMLError(.restrictedXML, at: index) }
        guard index + 2 < end else { return .needsBytes }
        guard byte(index + 2) == UInt8(ascii: "[") else { throw XMLError(.restrictedXML, at: index) }
        guard registers.step == .content else { throw XMLError(.notWellFormed, at: index) }
        for (offset, expected) in "CDATA[".utf8.enumerated() {
            guard index + 3 + offset < end else { return .needsBytes }
            guard byte(index + 3 + offset) == expected else { throw XMLError(.notWellFormed, at: index) }
        }
        finishText(at: index)
        beginText(at: index + 9, flags: XMLTape.Text.section, step: .section)
        return .again
    }

    /// Reads `<name` and records the element.
    private mutating func openTag() throws(XMLError) -> Signal {
        let start = registers.position
        guard let (next, shape) = try name(at: start + 1) else { return .needsBytes }
        guard registers.depth < limits.depth else { throw XMLError(.tooDeep, at: start) }
        if registers.depth > 0 { finishText(at: start) }
        let record = registers.tapeCount
        set(record + XMLTape.Element.head, XMLTape.element)
        set(record + XMLTape.Element.next, UInt32(truncatingIfNeeded: registers.current))
        set(record + XMLTape.Element.name, relative(start + 1))
        set(record + XMLTape.Element.shape, shape.word)
        set(record + XMLTape.Element.lowestBinding, .max)
        registers.tapeCount = record + XMLTape.Element.size
        registers.current = record
        registers.depth += 1
        registers.position = next
        registers.step = .tag
        return .again
    }

    /// Inside an opening tag: reads an attribute's name or the end of the tag.
    mutating func tag() throws(XMLError) -> Signal {
        let start = registers.position
        var index = start
        while index < end, XMLCharacters.isSpace(byte(index)) { index &+= 1 }
        // Stops on the white space, so that it is known when the bytes come.
        guard index < end else { return suspend(at: max(start, index - 1)) }
        switch byte(index) {
        case UInt8(ascii: ">"):
            try finishTag(at: index + 1)
            return opened(isEmpty: false)
        case UInt8(ascii: "/"):
            guard index + 1 < end else { return suspend(at: index) }
            guard byte(index + 1) == UInt8(ascii: ">") else { throw XMLError(.notWellFormed, at: index) }
            try finishTag(at: index + 2)
            return opened(isEmpty: true)
        default:
            guard index > start else { throw XMLError(.notWellFormed, at: index) }
            guard let (next, shape) = try name(at: index) else { return suspend(at: index - 1) }
            registers.name = index
            registers.shape = shape.word
            registers.position = next
            registers.step = .equals
            return try equals()
        }
    }

    mutating func equals() throws(XMLError) -> Signal {
        guard let index = skipSpace() else { return .needsBytes }
        guard byte(index) == UInt8(ascii: "=") else { throw XMLError(.notWellFormed, at: index) }
        registers.position = index + 1
        registers.step = .quote
        return try quote()
    }

    mutating func quote() throws(XMLError) -> Signal {
        guard let index = skipSpace() else { return .needsBytes }
        let quote = byte(index)
        guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw XMLError(.notWellFormed, at: index)
        }
        registers.quote = quote
        beginText(at: index + 1, step: .value)
        return try value()
    }

    /// Reads an attribute's value up to its quote and records the attribute.
    mutating func value() throws(XMLError) -> Signal {
        var index = registers.position
        let quote = registers.quote
        while true {
            while index &+ 8 <= end {
                let stops = EightBytes.stopsValue(eight(index), quote: quote)
                guard stops == 0 else {
                    index &+= stops.trailingZeroBitCount >> 3
                    break
                }
                index &+= 8
            }
            guard index < end else { return suspend(at: index) }
            switch byte(index) {
            case quote:
                try finishAttribute(at: index)
                registers.position = index + 1
                registers.step = .tag
                return .again
            case UInt8(ascii: "&"):
                guard let next = try reference(at: index) else { return suspend(at: index) }
                registers.flags |= XMLTape.Attribute.decode
                index = next
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
                registers.flags |= XMLTape.Attribute.decode
                index += 1
            case 0x80...:
                guard let next = try nonASCII(at: index) else { return suspend(at: index) }
                index = next
            case let byte:
                guard byte >= 0x20, byte != UInt8(ascii: "<") else { throw XMLError(.notWellFormed, at: index) }
                index += 1
            }
        }
    }

    /// Behind `</name`: the end of the tag.
    mutating func endTag() throws(XMLError) -> Signal {
        guard let index = skipSpace() else { return .needsBytes }
        guard byte(index) == UInt8(ascii: ">") else { throw XMLError(.notWellFormed, at: index) }
        return close(at: index + 1)
    }

    /// Behind the name in the stream's end tag.
    mutating func streamEnd() throws(XMLError) -> Signal {
        guard let index = skipSpace() else { return .needsBytes }
        guard byte(index) == UInt8(ascii: ">") else { throw XMLError(.notWellFormed, at: index) }
        registers.position = index + 1
        return closeStream()
    }

    /// The opening tag is complete and resolved.
    private mutating func opened(isEmpty: Bool) -> Signal {
        if registers.expectsHeader {
            registers.expectsHeader = false
            set(registers.current + XMLTape.Element.next, UInt32(truncatingIfNeeded: registers.tapeCount))
            set(registers.current + XMLTape.Element.end, relative(registers.position))
            registers.step = isEmpty ? .emptyStream : .between
            return .header
        }
        if isEmpty { return close(at: registers.position) }
        beginText(at: registers.position)
        return .again
    }

    /// The current element ends before `index`.
    @inline(__always) private mutating func close(at index: Int) -> Signal {
        let record = registers.current
        let parent = Int(word(record + XMLTape.Element.next))
        set(record + XMLTape.Element.next, UInt32(truncatingIfNeeded: registers.tapeCount))
        set(record + XMLTape.Element.end, relative(index))
        registers.depth -= 1
        guard registers.depth > 0 else {
            registers.position = index
            registers.step = .between
            return .element
        }
        let lowest = word(record + XMLTape.Element.lowestBinding)
        if lowest < word(parent + XMLTape.Element.lowestBinding) { set(parent + XMLTape.Element.lowestBinding, lowest) }
        registers.current = parent
        registers.defaultNamespace = word(parent + XMLTape.Element.defaultNamespace)
        registers.bindings = word(parent + XMLTape.Element.bindings)
        registers.declarations = word(parent + XMLTape.Element.head) >> XMLTape.bindingShift
        beginText(at: index)
        return .again
    }

    /// Skips white space for good; nil if the bytes end.
    @inline(__always) private mutating func skipSpace() -> Int? {
        var index = registers.position
        while index < end, XMLCharacters.isSpace(byte(index)) { index &+= 1 }
        registers.position = index
        return index < end ? index : nil
    }

    /// Reads a qualified name: one or two NCNames.
    ///
    /// - Returns: the offset behind it and its shape, or nil if it may go on beyond the bytes.
    @inline(__always) private func name(at start: Int) throws(XMLError) -> (next: Int, shape: NameShape)? {
        // One byte too many is enough to know.
        let bound = min(end, start + limits.nameBytes + 1)
        var index = start
        var prefix = 0
        var isFirst = true
        while index < bound {
            let byte = byte(index)
            if byte < 0x80 {
                if isFirst ? XMLCharacters.startsName(byte) : XMLCharacters.continuesName(byte) {
                    index &+= 1
                    isFirst = false
                    continue
                }
                guard byte == UInt8(ascii: ":"), !isFirst, prefix == 0 else { break }
                prefix = index - start
                isFirst = true
                index += 1
            } else {
                guard let (scalar, next) = try scalar(at: index) else { return nil }
                let isNamed =
                    isFirst ? XMLCharacters.startsName(scalar: scalar) : XMLCharacters.continuesName(scalar: scalar)
                guard isNamed else { throw XMLError(.notWellFormed, at: index) }
                index = next
                isFirst = false
            }
        }
        if index - start > limits.nameBytes { throw XMLError(.nameTooLong, at: start) }
        guard index < end else { return nil }
        guard !isFirst, byte(index) != UInt8(ascii: ":") else { throw XMLError(.notWellFormed, at: index) }
        return (index, NameShape(prefix: prefix, whole: index - start))
    }
}
