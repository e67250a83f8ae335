/// Decisions out of an input: the same bytes decide the same, and every byte string decides something.
struct Choices {
    private let input: [UInt8]
    private var place = 0

    init(_ input: [UInt8]) { self.input = input }

    var isEmpty: Bool { place >= input.count }

    /// 0 when there is nothing left.
    mutating func byte() -> UInt8 {
        guard place < input.count else { return 0 }
        defer { place += 1 }
        return input[place]
    }

    /// One of so many, at most 65,536.
    mutating func below(_ count: Int) -> Int {
        guard count > 1 else { return 0 }
        return (count <= 256 ? Int(byte()) : Int(byte()) << 8 | Int(byte())) % count
    }

    /// A byte says how many, up to 63.
    mutating func bytes() -> [UInt8] {
        let count = min(below(64), input.count - place)
        defer { place += count }
        return Array(input[place..<place + count])
    }

    mutating func word() -> UInt32 {
        (0..<4).reduce(0) { word, _ in word << 8 | UInt32(byte()) }
    }

    /// All that is left.
    mutating func rest() -> [UInt8] {
        defer { place = input.count }
        return Array(input[place...])
    }
}
