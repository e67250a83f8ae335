import Consent

/// The message keys of those whom a batch stores for.
struct MessageKeys: Sendable {
    /// Keys that content knows to be used.
    var registered: [PersonID: KeyID] = [:]
    /// Keys that it may not know yet; they go before those.
    var fresh: [PersonID: KeyID] = [:]

    subscript(owner: PersonID) -> KeyID? {
        (fresh.isEmpty ? nil : fresh[owner]) ?? registered[owner]
    }
}

/// The day's message keys of those who were stored for lately, for as long as nothing changes in the vault.
struct UsableKeys {
    /// How many people's are remembered at most.
    static let limit = 100_000

    private(set) var keys: [PersonID: KeyID] = [:]
    private var day: Int32 = 0
    private var changes = -1

    /// Forgets everything if it is another day, or if there were changes since.
    mutating func renew(day: Int32, changes: Int) {
        guard day != self.day || changes != self.changes || keys.count > Self.limit else { return }
        (keys, self.day, self.changes) = ([:], day, changes)
    }

    /// Remembers keys that content knows now. They may already be out of date, which the next ``renew(day:changes:)`` sees:
    /// it compares with the count of changes before they were asked for.
    mutating func add(_ fresh: [PersonID: KeyID]) {
        keys.merge(fresh) { _, new in new }
    }
}
