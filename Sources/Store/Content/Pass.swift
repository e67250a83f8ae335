/// Messages of the tail on their way into the indexes, owner by owner.
struct Pass: Sendable {
    struct Row: Sendable {
        let owner: Int64
        let message: RecentMessages.Row
    }

    /// The last message of the pass.
    let last: Int64
    /// Who has messages in it, in their order.
    private let owners: [Int64]
    private var next = 0

    init(last: Int64, owners: [Int64]) {
        self.last = last
        self.owners = owners
    }

    var isDone: Bool { next == owners.count }

    /// The next messages, in the order of owners and ids: `count` of them, if there are so many. `reach` goes along.
    ///
    /// `rows` gives those of an owner after the one's reach.
    mutating func take(
        _ count: Int, _ reach: inout Reach, rows: (Int64) throws(StoreError) -> ArraySlice<RecentMessages.Row>
    ) throws(StoreError) -> [Row] {
        var taken: [Row] = []
        reach.last = last
        while next < owners.count, taken.count < count {
            let owner = owners[next]
            let left = try rows(owner)
            let turn = left.prefix(count - taken.count).prefix { $0.id <= last }
            taken += turn.map { Row(owner: owner, message: $0) }
            let isWhole = turn.endIndex == left.endIndex || left[turn.endIndex].id > last
            (reach.owner, reach.id) = (owner, isWhole ? last : turn.last?.id ?? reach.id)
            if isWhole { next += 1 }
        }
        if isDone { reach = Reach(indexed: last) }
        return taken
    }

    /// In the order of owners, correspondents and ids.
    static func byCorrespondent(_ rows: [Row]) -> [Row] {
        rows.sorted { one, other in
            if one.owner != other.owner { return one.owner < other.owner }
            let (one, other) = (one.message, other.message)
            return one.correspondent == other.correspondent
                ? one.id < other.id : one.correspondent < other.correspondent
        }
    }
}
