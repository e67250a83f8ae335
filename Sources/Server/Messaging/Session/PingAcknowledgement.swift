// SPDX-License-Identifier: Apache-2.0

/// How a client without stream management says that it has a message: it answers a request sent after it.
///
/// Streams keep order, so the answer, even an error, tells that everything before the ping has arrived. At most one
/// ping is on its way at a time.
struct PingAcknowledgement {
    private static let prefix = "hoopoe-ping-"

    private var count = 0
    /// The ping on its way and the rows that its answer acknowledges.
    private var pending: (id: String, rows: [Int64])?
    /// Rows sent after it.
    private var rows: [Int64] = []

    /// A stored row was sent.
    /// - Returns: the id of a ping to send after it, unless one is on its way.
    mutating func sent(_ row: Int64) -> String? {
        rows.append(row)
        return next()
    }

    /// An IQ answer came.
    /// - Returns: nil if it answers no ping of ours; else the rows that the client has, and the next ping to send.
    mutating func answered(_ id: String?) -> (rows: [Int64], next: String?)? {
        guard let id, let pending, pending.id == id else { return nil }
        self.pending = nil
        return (pending.rows, next())
    }

    /// Whether rows wait for an answer.
    var isWaiting: Bool { pending != nil }

    /// Every row that was sent and not acknowledged.
    var unacknowledged: [Int64] { (pending?.rows ?? []) + rows }

    private mutating func next() -> String? {
        guard pending == nil, !rows.isEmpty else { return nil }
        count += 1
        let id = Self.prefix + String(count)
        pending = (id, rows)
        rows = []
        return id
    }

}
