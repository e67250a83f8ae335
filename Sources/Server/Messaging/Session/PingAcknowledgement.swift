// SPDX-License-Identifier: Apache-2.0

/// How a client without stream management says that it has a message: it answers a request sent after it.
///
/// Streams keep order, so the answer, even an error, tells that everything before the ping has arrived. At most one
/// ping is on its way at a time. It needn't be sent at once: one for many rows costs the client and its radio less.
struct PingAcknowledgement {
    private static let prefix = "hoopoe-ping-"
    /// With so many rows a ping is due at once.
    static let burst = 256
    /// Most rows that are remembered for a client that doesn't answer. Those beyond stay in the stored queue, and come
    /// again with the next session.
    static let limit = 8_192

    private var count = 0
    /// The ping on its way and the rows that its answer acknowledges.
    private var pending: (id: String, rows: [Int64])?
    /// Rows sent after it.
    private var rows: [Int64] = []

    /// A stored row was sent.
    /// - Returns: the id of a ping to send at once, as so many rows wait for one.
    mutating func sent(_ row: Int64) -> String? {
        if rows.count < Self.limit { rows.append(row) }
        return rows.count >= Self.burst ? ask() : nil
    }

    /// Time has passed since rows were sent.
    /// - Returns: the id of a ping to send; nil if one is on its way or nothing was sent since the last.
    mutating func ask() -> String? {
        guard pending == nil, !rows.isEmpty else { return nil }
        count += 1
        let id = Self.prefix + String(count)
        pending = (id, rows)
        rows = []
        return id
    }

    /// An IQ answer came.
    /// - Returns: nil if it answers no ping of ours; else the rows that the client has.
    mutating func answered(_ id: String?) -> [Int64]? {
        guard let id, let pending, pending.id == id else { return nil }
        self.pending = nil
        return pending.rows
    }

    /// Whether rows wait for a ping that isn't on its way yet.
    var isAskingDue: Bool { pending == nil && !rows.isEmpty }

    /// Every row that was sent and not acknowledged.
    var unacknowledged: [Int64] { (pending?.rows ?? []) + rows }
}
