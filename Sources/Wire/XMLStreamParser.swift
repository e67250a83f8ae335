/// Incremental parser for one direction of an XML stream (RFC 6120 §4 and §11).
///
/// One pass over the bytes, resumed where it stopped, so it doesn't matter how they were cut on the way. It holds at most one
/// unfinished stanza of `limits.stanzaBytes`, besides what was fed and not yet asked for. The first error is final.
package struct XMLStreamParser: ~Copyable, Sendable {
    /// May be changed at any time, say after authentication; it counts for the stanza being read.
    package var limits: XMLLimits

    private var buffer: [UInt8] = []
    private var tape: [UInt32] = []
    private var registers = XMLScanner.Registers()
    private var context: StreamContext?
    private var failure: XMLError?
    /// Bytes of this stream that were already removed from `buffer`.
    private var dropped = 0

    package init(limits: XMLLimits = .clientDefault) {
        self.limits = limits
    }

    /// Takes bytes from the peer. After an error or the end of the stream they are ignored.
    package mutating func feed(_ bytes: RawSpan) {
        guard makeRoom() else { return }
        unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
    }

    /// Takes bytes from the peer. After an error or the end of the stream they are ignored.
    package mutating func feed(_ bytes: [UInt8]) {
        guard makeRoom() else { return }
        buffer.append(contentsOf: bytes)
    }

    /// The next event, or nil until more bytes come.
    ///
    /// - Throws: the peer's first fault, again at every call.
    package mutating func next() throws(XMLError) -> XMLStreamEvent? {
        if let failure { throw failure }
        while true {
            // A span of the stored property would be an access to all of `self`.
            let bytes = buffer
            let outcome = XMLScanner.scan(
                bytes.span, tape: &tape, registers: &registers, limits: limits, context: context)
            switch outcome {
            case .needsBytes:
                releaseIdleMemory()
                return nil
            case .needsTape:
                tape.append(contentsOf: repeatElement(0, count: max(tape.count, 128)))
            case .header:
                let tag = takeElement()
                context = StreamContext(tag)
                return .opened(StreamHeader(tag))
            case .element:
                return .element(takeElement())
            case .closed:
                discard()
                return .closed
            case .failed(let error):
                let error = XMLError(error.code, at: dropped + error.offset)
                failure = error
                discard()
                throw error
            }
        }
    }

    /// Bytes fed but not part of an event yet; white space between stanzas doesn't count.
    ///
    /// If it isn't 0 when a client asks for STARTTLS, somebody spoke into the clear after it (RFC 6120 §5.4.3.3).
    package var bufferedByteCount: Int {
        var start = registers.keep
        while registers.isBetweenStanzas, start < buffer.count, XMLCharacters.isSpace(buffer[start]) { start += 1 }
        return buffer.count - start
    }

    /// Bytes of memory held for this connection.
    var retainedByteCount: Int {
        buffer.capacity + tape.capacity * MemoryLayout<UInt32>.stride
    }

    /// Begins a new stream on the same connection, after STARTTLS or SASL. Whatever was held is dropped.
    package mutating func restart() {
        discard()
        registers = XMLScanner.Registers()
        context = nil
        failure = nil
        dropped = 0
    }

    static func parseElement(_ bytes: [UInt8], limits: XMLLimits) throws(XMLError) -> Element {
        var parser = XMLStreamParser(limits: limits)
        parser.registers.expectsHeader = false
        parser.buffer = bytes
        guard case .element(let element) = try parser.next() else { throw XMLError(.unexpectedEnd, at: bytes.count) }
        if let index = bytes[parser.registers.position...].firstIndex(where: { !XMLCharacters.isSpace($0) }) {
            throw XMLError(.notWellFormed, at: index)
        }
        return element
    }

    /// Copies what the scanner has just finished into storage of its own.
    private mutating func takeElement() -> Element {
        defer { registers.tapeCount = 0 }
        let storage = ElementStorage(
            bytes: Array(buffer[registers.base..<registers.position]), tape: Array(tape[..<registers.tapeCount]),
            context: context)
        return Element(storage: storage, index: 0)
    }

    /// Removes consumed bytes when that is cheap. False if nothing more is to be taken.
    private mutating func makeRoom() -> Bool {
        guard failure == nil, !registers.hasEnded else { return false }
        let consumed = registers.keep
        if consumed == buffer.count {
            buffer.removeAll(keepingCapacity: true)
        } else if consumed > buffer.count / 2 {
            buffer.removeSubrange(..<consumed)
        } else {
            return true
        }
        registers.shift(by: consumed)
        dropped += consumed
        return true
    }

    /// An idle connection keeps little memory, whatever it once needed.
    private mutating func releaseIdleMemory() {
        guard registers.isBetweenStanzas, registers.keep == buffer.count else { return }
        dropped += buffer.count
        registers.shift(by: buffer.count)
        buffer.removeAll(keepingCapacity: buffer.capacity <= 512)
        if tape.count > 128 { tape = [] }
    }

    private mutating func discard() {
        registers.position = 0
        registers.base = 0
        buffer = []
        tape = []
    }
}
