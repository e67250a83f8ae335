/// Cuts a byte stream into PDUs (SMPP 3.4 §3.2). Bytes come in any portions; memory is bounded by one feed and
/// one PDU.
package struct PDUDecoder: Sendable {
    /// The peer's framing is lost: the connection must be dropped.
    package enum FramingError: Error, Hashable, Sendable {
        /// command_length below the header's, or above the cap.
        case badLength(UInt32)
    }

    private let maximumLength: Int
    private var buffer: [UInt8] = []
    private var consumed = 0

    /// `maximumLength`: octets of the longest PDU accepted, header included.
    package init(maximumLength: Int = PDU.maximumLength) {
        self.maximumLength = maximumLength
    }

    /// Octets fed and not yet returned as PDUs.
    package var bufferedByteCount: Int { buffer.count - consumed }

    package mutating func feed(_ bytes: [UInt8]) {
        dropConsumed()
        buffer.append(contentsOf: bytes)
    }

    package mutating func feed(_ bytes: Span<UInt8>) {
        dropConsumed()
        for index in bytes.indices {
            buffer.append(bytes[index])
        }
    }

    /// The next whole PDU, or nil when more bytes are needed. After an error every call throws it again.
    package mutating func next() throws(FramingError) -> PDU? {
        guard bufferedByteCount >= 4 else { return nil }
        let length = word(0)
        guard length >= PDU.headerLength, Int(length) <= maximumLength else { throw .badLength(length) }
        guard bufferedByteCount >= Int(length) else { return nil }
        let end = consumed + Int(length)
        let pdu = PDU(
            command: CommandID(rawValue: word(1)), status: CommandStatus(rawValue: word(2)), sequence: word(3),
            octets: Array(buffer[consumed + PDU.headerLength..<end]))
        consumed = end
        return pdu
    }

    /// The big-endian word at an index of the header that starts the buffer.
    private func word(_ index: Int) -> UInt32 {
        let start = consumed + 4 * index
        return buffer[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private mutating func dropConsumed() {
        guard consumed > 0 else { return }
        buffer.removeFirst(consumed)
        consumed = 0
    }
}
