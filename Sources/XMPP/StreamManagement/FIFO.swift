/// First in, first out, each in amortised constant time; memory follows the number of elements.
struct FIFO<Item: Sendable>: Sendable {
    private var items: [Item?] = []
    private var head = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Item? { isEmpty ? nil : items[head] }
    /// From the oldest to the newest.
    var all: [Item] { items[head...].compactMap(\.self) }

    mutating func append(_ item: Item) {
        items.append(item)
    }

    mutating func popFirst() -> Item? {
        guard let item = first else { return nil }
        items[head] = nil
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: items.capacity <= 64)
            head = 0
        } else if head >= 32, head > items.count / 2 {
            items.removeSubrange(..<head)
            head = 0
        }
        return item
    }
}
