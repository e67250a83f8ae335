/// The machine under `XMLStreamParser`: one pass over bytes, writing an offset tape.
///
/// It stops wherever the bytes end and goes on from `Registers`, so no byte is looked at again but those of a name, a
/// reference or a markup opener that was cut, all of bounded length. Every pointer lives within one call of `scan`.
@safe struct XMLScanner {
    /// What comes next in the document.
    enum Step: UInt8, Sendable {
        /// The very start, where an XML declaration may stand.
        case declaration
        /// Outside of stanzas: before the stream header, or between stanzas.
        case between
        /// Inside an opening tag, before an attribute or the end of the tag.
        case tag
        case equals
        case quote
        case value
        case content
        case section
        /// Behind the name in an end tag.
        case endTag
        /// Behind the name in the end tag of the stream.
        case streamEnd
        /// The stream header was an empty element.
        case emptyStream
        case ended
    }

    /// All that survives between two calls. Offsets count from the buffer's start, on the tape from `base`.
    struct Registers: Sendable {
        var step = Step.declaration
        /// The first element is a stream header, not a stanza.
        var expectsHeader = true
        /// Next byte to look at.
        var position = 0
        /// First byte of the stanza or header being read.
        var base = 0
        var tapeCount = 0
        /// Tape index of the innermost open element.
        var current = 0
        var depth = 0
        var defaultNamespace = XMLTape.noNamespace
        var bindings: UInt32 = 0
        var declarations: UInt32 = 0
        /// The attribute being read: name, shape, quote; `start` and `flags` are its value's.
        var name = 0
        var shape: UInt32 = 0
        var quote: UInt8 = 0
        /// First byte of the character data or value being read, and what it holds so far.
        var start = 0
        var flags: UInt32 = 0

        var isBetweenStanzas: Bool { step == .between || step == .declaration }
        var hasEnded: Bool { step == .ended }
        /// First byte of the buffer that is still needed.
        var keep: Int { isBetweenStanzas || hasEnded ? position : base }

        mutating func shift(by count: Int) {
            position = max(position - count, 0)
            base = max(base - count, 0)
            name = max(name - count, 0)
            start = max(start - count, 0)
        }
    }

    enum Outcome: Sendable {
        case needsBytes
        case needsTape
        /// The tape holds the stream header's tag.
        case header
        /// The tape holds a complete element.
        case element
        case closed
        case failed(XMLError)
    }

    /// How a step ended.
    enum Signal {
        case again
        case needsBytes
        case header
        case element
        case closed
    }

    /// Tape words that one step may write: a text record and an element record.
    static let margin = XMLTape.Text.size + XMLTape.Element.size

    private let bytes: UnsafePointer<UInt8>
    private let tape: UnsafeMutablePointer<UInt32>
    private let tapeCapacity: Int
    private let count: Int
    let limits: XMLLimits
    let context: StreamContext?
    var registers: Registers
    /// Bytes that may be looked at: all there are, but none beyond the stanza's limit.
    private(set) var end: Int

    /// Goes on until something is complete, wrong or missing.
    static func scan(
        _ bytes: Span<UInt8>, tape: inout [UInt32], registers: inout Registers, limits: XMLLimits,
        context: StreamContext?
    ) -> Outcome {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe tape.withUnsafeMutableBufferPointer { tape in
                guard let first = bytes.baseAddress, bytes.count > 0 else { return .needsBytes }
                guard let words = tape.baseAddress else { return .needsTape }
                var scanner = unsafe XMLScanner(
                    bytes: first, count: bytes.count, tape: words, tapeCapacity: tape.count, limits: limits,
                    context: context, registers: registers)
                defer { registers = scanner.registers }
                return scanner.run()
            }
        }
    }

    private init(
        bytes: UnsafePointer<UInt8>, count: Int, tape: UnsafeMutablePointer<UInt32>, tapeCapacity: Int,
        limits: XMLLimits, context: StreamContext?, registers: Registers
    ) {
        unsafe self.bytes = bytes
        unsafe self.tape = tape
        self.tapeCapacity = tapeCapacity
        self.count = count
        self.limits = limits
        self.context = context
        self.registers = registers
        end = count
        if !registers.isBetweenStanzas { limitStanza() }
    }

    private mutating func run() -> Outcome {
        do throws(XMLError) {
            while true {
                guard registers.tapeCount + Self.margin <= tapeCapacity else { return .needsTape }
                switch try step() {
                case .again: continue
                case .needsBytes:
                    guard end == count else { throw XMLError(.tooLarge, at: end) }
                    return .needsBytes
                case .header: return .header
                case .element: return .element
                case .closed: return .closed
                }
            }
        } catch {
            return .failed(error)
        }
    }

    @inline(__always) private mutating func step() throws(XMLError) -> Signal {
        switch registers.step {
        case .tag: try tag()
        case .content: try content()
        case .value: try value()
        case .endTag: try endTag()
        case .equals: try equals()
        case .quote: try quote()
        case .section: try section()
        case .between: try between()
        case .declaration: try declaration()
        case .streamEnd: try streamEnd()
        case .emptyStream: closeStream()
        case .ended: .needsBytes
        }
    }

    /// Looks no further than the limit of the stanza that begins at `base`.
    mutating func limitStanza() {
        end = min(count, registers.base + limits.stanzaBytes)
    }

    mutating func closeStream() -> Signal {
        registers.step = .ended
        return .closed
    }

    // MARK: Bytes and words

    /// The byte at an offset below `end`.
    @inline(__always) func byte(_ index: Int) -> UInt8 {
        assert(index >= 0 && index < end)
        return unsafe bytes[index]
    }

    /// Eight bytes, the first in the lowest; `index + 8` is at most `end`.
    @inline(__always) func eight(_ index: Int) -> UInt64 {
        assert(index >= 0 && index + 8 <= end)
        return unsafe UInt64(
            littleEndian: UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self))
    }

    @inline(__always) func word(_ index: Int) -> UInt32 {
        assert(index >= 0 && index < tapeCapacity)
        return unsafe tape[index]
    }

    @inline(__always) func set(_ index: Int, _ value: UInt32) {
        assert(index >= 0 && index < tapeCapacity)
        unsafe tape[index] = value
    }

    /// A copy of some bytes, for what is rare.
    func copy(_ range: Range<Int>) -> [UInt8] {
        assert(range.lowerBound >= 0 && range.upperBound <= end)
        return unsafe Array(UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count))
    }

    /// Whether `count` bytes are those of a literal.
    @inline(__always) func isLiteral(_ start: Int, count: Int, _ literal: StaticString) -> Bool {
        guard count == literal.utf8CodeUnitCount else { return false }
        assert(start >= 0 && start + count <= end)
        return literal.withUTF8Buffer { other in
            unsafe other.elementsEqual(UnsafeBufferPointer(start: bytes + start, count: count))
        }
    }

    /// An offset as the tape has it.
    @inline(__always) func relative(_ index: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: index &- registers.base)
    }

    /// A tape offset as an offset into the buffer.
    @inline(__always) func absolute(_ word: UInt32) -> Int {
        Int(word) &+ registers.base
    }

    /// Whether two ranges of the same length hold the same bytes.
    @inline(__always) func equal(_ left: Int, _ right: Int, count: Int) -> Bool {
        for index in 0..<count where byte(left + index) != byte(right + index) { return false }
        return true
    }
}
