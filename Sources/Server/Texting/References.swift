import Consent

/// Numbers that tell our segments apart: for the parts of a text, and for receipts that name nothing else.
struct References: Sendable {
    private var lastText: UInt16
    private var lastSegment: UInt8

    init(seed: UInt64) {
        lastText = UInt16(truncatingIfNeeded: seed)
        lastSegment = UInt8(truncatingIfNeeded: seed >> 16)
    }

    /// The reference that joins the parts of one text.
    mutating func text() -> UInt16 {
        lastText &+= 1
        return lastText
    }

    /// Where to start looking for a free user_message_reference, 1…255: carriers echo no more than its low octet.
    mutating func segments(_ count: Int) -> UInt8 {
        defer { lastSegment = UInt8(truncatingIfNeeded: Int(lastSegment) + count) }
        return lastSegment
    }

    /// The one after `start`, `offset` steps on, round and round without 0.
    static func reference(_ start: UInt8, offset: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: (Int(start) + offset) % 255 + 1)
    }

    /// Under what a receipt is looked for that brings back our reference and no id of use.
    ///
    /// Of the recipient only two octets of its keyed hash stand in it: enough to tell the few recipients apart that
    /// use the same reference at the same time, far too few to find a number by.
    static func key(recipient: BlindValue, reference: UInt8) -> String {
        let bucket = recipient.bytes.prefix(2).map { String($0, radix: 16) }.joined(separator: "-")
        return "ref \(bucket) \(reference)"
    }
}

extension References {
    /// How long a reference is kept for a receipt that hasn't come, in milliseconds.
    static let patience: Int64 = 3 * 86_400_000
}
