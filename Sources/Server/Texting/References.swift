import Consent
import Store

/// Numbers that tell our segments apart: for the parts of a text, and for receipts that name nothing else.
struct References: Sendable {
    private var lastText: UInt16
    /// The last user_message_reference given out, 1…255: carriers echo no more than its low octet.
    var lastSegment: UInt8

    init(seed: UInt64) {
        lastText = UInt16(truncatingIfNeeded: seed)
        lastSegment = UInt8(truncatingIfNeeded: seed >> 16)
    }

    /// The reference that joins the parts of one text.
    mutating func text() -> UInt16 {
        lastText &+= 1
        return lastText
    }

    /// The one after another, round and round without 0.
    static func next(after reference: UInt8) -> UInt8 { reference % 255 + 1 }

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

    /// Those of segments without an answer: the store hears of a reference no earlier than that.
    typealias Unanswered = [BlindValue: Set<UInt8>]
}

extension Transaction {
    /// The next reference after `last` that no segment to `recipient` goes by now. When all 255 are awaited, the receipts
    /// that come will be credited to the newest.
    func reference(
        after last: UInt8, to recipient: BlindValue, route: String, unanswered: Set<UInt8>
    ) throws(StoreError) -> UInt8 {
        var reference = last
        for _ in 1...255 {
            reference = References.next(after: reference)
            if unanswered.contains(reference) { continue }
            let key = References.key(recipient: recipient, reference: reference)
            if try free(messageID: key, route: route, age: References.patience) { return reference }
        }
        return References.next(after: last)
    }
}
