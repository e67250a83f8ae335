package import Consent

/// A message to be stored: the copy of each side that has one here.
package struct Text: Sendable {
    /// One side's row.
    package struct Copy: Sendable {
        /// Whose archive it goes into.
        package var owner: PersonID
        /// The address of the other side as this side sees it; rows are found by its keyed hash.
        package var correspondent: [UInt8]
        /// What the archive returns: the stanza without its archive id.
        package var payload: [UInt8]
        /// Whether it waits to be acknowledged by a client of the owner.
        package var pending: Bool
        /// For the reader's use; the store only keeps them, and adds ``hasTwin``.
        package var flags: Int64
        /// Belongs to an SMS conversation: also sealed whole under the owner's `sms` key and erased with it.
        package var isSMS: Bool

        /// Marks a sender's copy whose recipient's copy has the next id.
        static let hasTwin: Int64 = 1

        package init(
            owner: PersonID, correspondent: [UInt8], payload: [UInt8], pending: Bool, flags: Int64 = 0,
            isSMS: Bool = false
        ) {
            self.owner = owner
            self.correspondent = correspondent
            self.payload = payload
            self.pending = pending
            self.flags = flags
            self.isSMS = isSMS
        }
    }

    /// What makes two sendings the same: account, `to` as typed, id, and payload.
    package struct RepeatKey: Sendable {
        package var to: [UInt8]
        /// The origin-id, or without one the stanza's own id.
        package var id: [UInt8]
        package var payload: [UInt8]
        /// Whether `id` is an origin-id. A bare id counts only after a broken session of the same resource.
        package var isOriginID: Bool
        package var afterBrokenSession: Bool

        package init(to: [UInt8], id: [UInt8], payload: [UInt8], isOriginID: Bool, afterBrokenSession: Bool) {
            self.to = to
            self.id = id
            self.payload = payload
            self.isOriginID = isOriginID
            self.afterBrokenSession = afterBrokenSession
        }
    }

    package var sender: Copy?
    package var recipient: Copy?
    /// Whose number it was sent to, or shows: their *number-texting* must stand when the text is stored.
    package var byNumberOf: [PersonID] = []
    /// For texts of our own people; their repeats within seven days are told from new texts.
    package var repeatKey: RepeatKey?

    package init(sender: Copy?, recipient: Copy?, repeatKey: RepeatKey?) {
        self.sender = sender
        self.recipient = recipient
        self.repeatKey = repeatKey
    }
}

/// What became of a text when its batch was committed.
package enum Stored: Hashable, Sendable {
    /// New rows, with their ids.
    case stored(sender: ArchiveID?, recipient: ArchiveID?)
    /// The same text was stored before under this id of the sender's copy (or the recipient's, if the sender has
    /// none): acknowledge it, deliver nothing.
    case repeated(of: ArchiveID)
}

/// How many stanzas of a stream-management session are handled, to be stored with the next batch.
package struct SessionMark: Hashable, Sendable {
    /// The XEP-0198 session id, as given to ``Transaction/openSession(_:owner:resource:)``.
    package let session: String
    /// The committed prefix: stanzas handled from the client.
    package let h: UInt32

    package init(session: String, h: UInt32) {
        self.session = session
        self.h = h
    }
}
