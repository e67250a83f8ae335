/// Where a log has an entry, as a trusted checkpoint says.
package struct PlaceInLog: Hashable, Sendable {
    package let checkpoint: TrustedCheckpoint
    /// The position of the entry, from 0.
    package let index: Int

    /// What that means, for people.
    package var sentence: String {
        let log = String(decoding: checkpoint.checkpoint.origin, as: UTF8.self)
        return "The log \(log) has it as entry \(index) of \(checkpoint.checkpoint.size)."
    }
}

/// A receipt that a trusted log signed and has.
package struct VerifiedReceipt: Equatable, Sendable {
    package let receipt: Receipt
    package let place: PlaceInLog
}

/// A record that a trusted log has.
package struct VerifiedRecord: Equatable, Sendable {
    package let record: LedgerRecord
    package let place: PlaceInLog
}
