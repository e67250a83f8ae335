/// Requests that wait for their answers, oldest first. Few at a time: a window's worth.
struct Outstanding<Request: Sendable>: Sendable {
    struct Entry: Sendable {
        var sequence: UInt32
        var deadline: Milliseconds
        var request: Request
    }

    private(set) var entries: [Entry] = []

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }
    /// All have the same patience, so the oldest is the first to lose it.
    var nextDeadline: Milliseconds? { entries.first?.deadline }

    func contains(_ sequence: UInt32) -> Bool {
        entries.contains { $0.sequence == sequence }
    }

    mutating func add(_ request: Request, sequence: UInt32, deadline: Milliseconds) {
        entries.append(Entry(sequence: sequence, deadline: deadline, request: request))
    }

    mutating func take(_ sequence: UInt32) -> Request? {
        guard let index = entries.firstIndex(where: { $0.sequence == sequence }) else { return nil }
        return entries.remove(at: index).request
    }

    mutating func takeOverdue(now: Milliseconds) -> [Entry] {
        let overdue = Array(entries.prefix { $0.deadline <= now })
        entries.removeFirst(overdue.count)
        return overdue
    }

    mutating func takeAll() -> [Entry] {
        defer { entries = [] }
        return entries
    }
}
