/// Something that is measured.
public struct Row {
    public let name: String
    /// How often it is done when instructions are counted.
    let count: Int
    /// How often it is done before, for what is made only once.
    let warmUp: Int
    let setUp: (String) throws -> (Int) throws -> Int

    /// `setUp` sets up in a folder of its own, and returns what does it so many times. That returns a sum over all results, so
    /// that none can be left out.
    public init(
        name: String, count: Int = 1_000, warmUp: Int = 64, setUp: @escaping (String) throws -> (Int) throws -> Int
    ) {
        self.name = name
        self.count = count
        self.warmUp = warmUp
        self.setUp = setUp
    }

    /// What a program of rows does.
    ///
    /// Alone it lists the rows, each with a count that is enough for counting instructions; `ROW COUNT` does the row's operation
    /// that often and prints CPU time and time of each in nanoseconds. Whoever counts something else, instructions or
    /// allocations, runs it twice with different counts: the difference is free of start and set-up.
    public static func main(_ rows: [Row]) throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let name = arguments.first else {
            for row in rows { print(row.name, row.count) }
            return
        }
        guard let row = rows.first(where: { $0.name == name }),
            let count = arguments.dropFirst().first.flatMap(Int.init),
            count > 0
        else { throw UnknownRow() }
        try inScratchFolder { folder in
            let run = try row.setUp(folder)
            _ = try run(row.warmUp)
            var sum = 0
            let taken = try timed { sum = try run(count) }
            report([
                "count": Double(count), "cpu_ns": taken.cpu * 1e9 / Double(count),
                "wall_ns": taken.elapsed * 1e9 / Double(count), "sum": Double(sum)
            ])
        }
    }
}

/// There is no such row, or no count.
public struct UnknownRow: Error, CustomStringConvertible {
    public let description = "ROW COUNT; the rows are listed by the program alone"
}

/// A result that a row relies on wasn't what it must be.
public struct Unexpected: Error {
    public init() {}
}
