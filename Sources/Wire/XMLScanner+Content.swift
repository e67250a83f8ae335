/// Character data, CDATA sections, references and UTF-8 (XML 1.0 §2.4, §2.7, §4.1).
extension XMLScanner {
    /// Reads character data up to markup, then the markup's opener.
    mutating func content() throws(XMLError) -> Signal {
        var index = registers.position
        while true {
            while index &+ 8 <= end {
                let stops = EightBytes.stopsText(eight(index))
                guard stops == 0 else {
                    index &+= stops.trailingZeroBitCount >> 3
                    break
                }
                index &+= 8
            }
            guard index < end else { return suspend(at: index) }
            switch byte(index) {
            case UInt8(ascii: "<"):
                registers.position = index
                return try markup()
            case UInt8(ascii: "&"):
                guard let next = try reference(at: index) else { return suspend(at: index) }
                registers.flags |= XMLTape.Text.references
                index = next
            case UInt8(ascii: "]"):
                guard index + 1 < end else { return suspend(at: index) }
                if byte(index + 1) == UInt8(ascii: "]") {
                    guard index + 2 < end else { return suspend(at: index) }
                    guard byte(index + 2) != UInt8(ascii: ">") else { throw XMLError(.notWellFormed, at: index) }
                }
                index += 1
            case UInt8(ascii: "\r"):
                registers.flags |= XMLTape.Text.returns
                index += 1
            case 0x80...:
                guard let next = try nonASCII(at: index) else { return suspend(at: index) }
                index = next
            case let byte:
                guard byte >= 0x20 || byte == 0x0A || byte == 0x09 else { throw XMLError(.notWellFormed, at: index) }
                index += 1
            }
        }
    }

    /// Reads a CDATA section up to and with its `]]>`.
    mutating func section() throws(XMLError) -> Signal {
        var index = registers.position
        while true {
            guard index < end else { return suspend(at: index) }
            switch byte(index) {
            case UInt8(ascii: "]"):
                guard index + 1 < end else { return suspend(at: index) }
                if byte(index + 1) == UInt8(ascii: "]") {
                    guard index + 2 < end else { return suspend(at: index) }
                    if byte(index + 2) == UInt8(ascii: ">") {
                        finishText(at: index)
                        beginText(at: index + 3)
                        return .again
                    }
                }
                index += 1
            case UInt8(ascii: "\r"):
                registers.flags |= XMLTape.Text.returns
                index += 1
            case 0x80...:
                guard let next = try nonASCII(at: index) else { return suspend(at: index) }
                index = next
            case let byte:
                guard byte >= 0x20 || byte == 0x0A || byte == 0x09 else { throw XMLError(.notWellFormed, at: index) }
                index += 1
            }
        }
    }

    @inline(__always) mutating func suspend(at index: Int) -> Signal {
        registers.position = index
        return .needsBytes
    }

    /// Character data begins at `index`.
    @inline(__always) mutating func beginText(at index: Int, flags: UInt32 = 0, step: Step = .content) {
        registers.position = index
        registers.start = index
        registers.flags = flags
        registers.step = step
    }

    /// Character data ended before `index`: records it unless it is empty.
    @inline(__always) mutating func finishText(at index: Int) {
        guard index > registers.start else { return }
        let record = registers.tapeCount
        set(record + XMLTape.Text.head, XMLTape.text | registers.flags)
        set(record + XMLTape.Text.offset, relative(registers.start))
        set(record + XMLTape.Text.length, UInt32(truncatingIfNeeded: index - registers.start))
        registers.tapeCount = record + XMLTape.Text.size
    }

    /// Checks a reference. No legal one has a reason to be longer than this, and so a cut one is cheap to look at again.
    ///
    /// - Returns: the offset behind its `;`, or nil if the bytes end before.
    func reference(at start: Int) throws(XMLError) -> Int? {
        let longest = 32
        var index = start + 1
        while index < end, index - start < longest {
            let byte = byte(index)
            if byte == UInt8(ascii: ";") { return try checkReference(start..<index) }
            guard byte == UInt8(ascii: "#") || byte >= 0x80 || XMLCharacters.continuesName(byte) else {
                throw XMLError(.notWellFormed, at: start)
            }
            index += 1
        }
        guard index < end else { return nil }
        throw XMLError(byte(start + 1) == UInt8(ascii: "#") ? .notWellFormed : .restrictedXML, at: start)
    }

    private func checkReference(_ range: Range<Int>) throws(XMLError) -> Int {
        let name = copy(range.lowerBound + 1..<range.upperBound)
        if XMLText.scalar(ofReference: name[...]) != nil { return range.upperBound + 1 }
        // Some other name is an entity, which only a DTD could declare.
        let isEntity = name.first.map { $0 >= 0x80 || XMLCharacters.startsName($0) } ?? false
        throw XMLError(
            isEntity && !name.contains(UInt8(ascii: "#")) ? .restrictedXML : .notWellFormed, at: range.lowerBound)
    }

    /// Checks a run of characters above ASCII.
    ///
    /// - Returns: the offset behind it, or nil if the first of them is cut.
    func nonASCII(at start: Int) throws(XMLError) -> Int? {
        var index = start
        repeat {
            guard let (_, next) = try scalar(at: index) else { return index > start ? index : nil }
            index = next
        } while index < end && byte(index) >= 0x80
        return index
    }

    /// Decodes one character above ASCII (RFC 3629 §4), which must be one that XML allows.
    ///
    /// - Returns: nil if it is cut, though what is there could begin one.
    @inline(__always) func scalar(at start: Int) throws(XMLError) -> (scalar: UInt32, next: Int)? {
        let lead = byte(start)
        let length: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if lead == 0xE0 { low = 0xA0 }
            if lead == 0xED { high = 0x9F }
        case 0xF0...0xF4:
            length = 4
            if lead == 0xF0 { low = 0x90 }
            if lead == 0xF4 { high = 0x8F }
        default: throw XMLError(.invalidUTF8, at: start)
        }
        var scalar = UInt32(lead & (0x7F >> UInt8(length)))
        for index in start + 1..<start + length {
            guard index < end else { return nil }
            let byte = byte(index)
            guard byte >= low, byte <= high else { throw XMLError(.invalidUTF8, at: start) }
            low = 0x80
            high = 0xBF
            scalar = scalar << 6 | UInt32(byte & 0x3F)
        }
        guard scalar & 0xFFFE != 0xFFFE || scalar > 0xFFFF else { throw XMLError(.notWellFormed, at: start) }
        return (scalar, start + length)
    }
}
