import Consent

/// One thing to write, with who waits for it.
enum Job: Sendable {
    /// The hot path: a text with its copies.
    case text(Text, SessionMark?, then: @Sendable (Result<Stored, StoreError>) -> Void)
    /// Anything else that fits into a batch.
    case body(Body, SessionMark?)
    /// What also changes the keys file: runs alone, in its place in the queue.
    case exclusive(Exclusive)

    struct Body: Sendable {
        /// Whose message keys the body may need.
        let storesFor: [PersonID]
        /// Runs inside the transaction; what it returns is called once that is committed.
        let run: @Sendable (Transaction) throws(StoreError) -> @Sendable () -> Void
        /// Called instead when it threw or the batch came to nothing.
        let fail: @Sendable (StoreError) -> Void
    }

    struct Exclusive: Sendable {
        let run: @Sendable (KeysAndContent) throws(StoreError) -> @Sendable () -> Void
        let fail: @Sendable (StoreError) -> Void
    }

    var isExclusive: Bool {
        if case .exclusive = self { true } else { false }
    }

    func fail(_ error: StoreError) {
        switch self {
        case .text(_, _, let then): then(.failure(error))
        case .body(let body, _): body.fail(error)
        case .exclusive(let exclusive): exclusive.fail(error)
        }
    }
}
