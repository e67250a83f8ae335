// SPDX-License-Identifier: Apache-2.0

/// What one address may do at a time.
struct SourceLimits: Sendable, Equatable {
    var connections: Int
    /// Connections that haven't logged in.
    var loggingIn: Int
    var newPerMinute: Int
}

/// Who is connected from where, and how often somebody came: a value without clock or network.
///
/// It holds an address while something is open from there or was lately, and never more than ``capacity``.
struct SourceTable: Sendable {
    /// Why an address gets no further connection.
    enum Refusal: Equatable, Sendable, CaseIterable {
        case tooMany
        case tooManyLoggingIn
        case tooFast
    }

    private struct Entry {
        var open = 0
        var loggingIn = 0
        var coming = Allowance()
    }

    private let limits: SourceLimits
    /// More than connections can be open, so that there is always an address to forget.
    private let capacity: Int
    private var entries: [IPAddress: Entry] = [:]

    init(_ limits: SourceLimits, capacity: Int) {
        self.limits = limits
        self.capacity = capacity
    }

    /// How many addresses are remembered.
    var count: Int { entries.count }

    /// Somebody connects from this address, at this time in nanoseconds. Nil lets them in; then ``left(_:wasLoggingIn:at:)`` has to
    /// follow, and whoever needs no login is told to ``loggedIn(_:)`` at once. `isReplacing` says that another who is logging in
    /// from there was told to go, and counts until it is gone.
    mutating func connected(_ source: IPAddress, isReplacing: Bool = false, at now: Int64) -> Refusal? {
        if entries.count >= capacity, entries[source] == nil { forget(at: now) }
        var entry = entries[source] ?? Entry()
        defer { entries[source] = entry }
        guard entry.open < limits.connections else { return .tooMany }
        guard isReplacing || entry.loggingIn < limits.loggingIn else { return .tooManyLoggingIn }
        guard entry.coming.take(at: now, perMinute: limits.newPerMinute) == nil else { return .tooFast }
        entry.open += 1
        entry.loggingIn += 1
        return nil
    }

    mutating func loggedIn(_ source: IPAddress) {
        entries[source]?.loggingIn -= 1
    }

    mutating func left(_ source: IPAddress, wasLoggingIn: Bool, at now: Int64) {
        guard var entry = entries[source] else { return }
        entry.open -= 1
        if wasLoggingIn { entry.loggingIn -= 1 }
        entries[source] = entry.open == 0 && entry.coming.isWhole(at: now) ? nil : entry
    }

    /// Makes room: those whose allowance is whole again lose nothing; if these aren't enough, all from whom nothing is open.
    private mutating func forget(at now: Int64) {
        entries = entries.filter { $0.value.open > 0 || !$0.value.coming.isWhole(at: now) }
        guard entries.count > capacity / 2 else { return }
        entries = entries.filter { $0.value.open > 0 }
    }
}
