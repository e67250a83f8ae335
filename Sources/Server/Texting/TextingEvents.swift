package import Consent
package import Numbers
package import Store

/// What the phone network has to tell the messaging side.
package protocol TextingEvents: Sendable {
    /// A text on its way out came to something: it is out, it arrived, it failed, or nobody knows.
    ///
    /// Called once for each state the text as a whole reaches, after that is stored; several times at most for the
    /// same after a crash, or when the carrier repeats the receipt that brought it.
    func changed(_ change: OutgoingChange) async

    /// A text came by SMS for a person. It is acknowledged to the carrier when this returns, and comes again if it
    /// throws: return only when it is stored for good.
    ///
    /// The batch that stores it calls ``IncomingText/isFirst(in:)`` and stores nothing when that says false.
    func received(_ text: IncomingText) async throws
}

/// A step of a text to the phone network.
package struct OutgoingChange: Sendable {
    package let owner: PersonID
    /// As given to ``Texting/queue(_:to:by:due:message:standingInFor:owner:in:)``.
    package let message: ArchiveID?
    /// Where the text goes.
    package let number: OpenedNumber
    /// The state of the text as a whole: `submitted`, `delivered`, `failed` or `unknown`.
    package let state: OutgoingState
    /// For `failed` and `unknown`: why.
    package let reason: TextRefusal?

    package init(
        owner: PersonID, message: ArchiveID?, number: OpenedNumber, state: OutgoingState, reason: TextRefusal?
    ) {
        self.owner = owner
        self.message = message
        self.number = number
        self.state = state
        self.reason = reason
    }

    /// The same step for another reason.
    func because(_ reason: TextRefusal) -> OutgoingChange {
        OutgoingChange(owner: owner, message: message, number: number, state: state, reason: reason)
    }
}

/// A text that came by SMS, whole, for the person that its conversation is bound to.
///
/// Who sent it is what the network says: SMS senders can be forged.
package struct IncomingText: Sendable {
    package let owner: PersonID
    /// The sender.
    package let number: E164
    /// Which of the route's own numbers it was sent to, digits without plus.
    package let recipient: String
    package let route: String
    package let text: String
    /// The text is one of the words by which the sender stops or allows texts; it has been honoured already.
    package let keyword: Keyword?

    /// The kept parts that the text is made of, if it came in parts.
    let parts: [ArchiveID]
    /// Who says what to whom, for texts that came whole: by this a repetition is known.
    let words: BlindValue
    /// When texts were stored that the carrier may send again.
    let doubt: Range<Int64>?

    /// Within the batch that stores the text: whether it is new. If not, there is nothing to store.
    ///
    /// Remembers the text and lets go of its parts, so it answers true once.
    package func isFirst(in transaction: Transaction) throws(StoreError) -> Bool {
        guard parts.isEmpty else { return try transaction.drop(parts: parts) > 0 }
        return try transaction.isFirst(incoming: words, route: route, unlessStoredIn: doubt)
    }
}

extension OutgoingChange: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "OutgoingChange(\(state))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}

extension IncomingText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "IncomingText(\(text.utf8.count) octets)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
