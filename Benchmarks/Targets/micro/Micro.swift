import Measuring

/// Does one small thing so many times, the same each time, so that its cost can be counted from outside.
///
/// `micro` alone lists the rows, each with a count that is enough for counting instructions; `micro ROW COUNT` does the row's
/// operation that often and prints CPU time and time of each in nanoseconds. Whoever counts something else, instructions or
/// allocations, runs it twice with different counts: the difference is free of start and set-up.
@main
struct Micro {
    static func main() throws {
        let rows = protocolRows + textingRows + sealingRows + commitRows
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let name = arguments.first else {
            for row in rows { print(row.name, row.count) }
            return
        }
        guard let row = rows.first(where: { $0.name == name }),
            let count = arguments.dropFirst().first.flatMap(Int.init),
            count > 0
        else {
            throw UnknownRow()
        }
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
struct UnknownRow: Error, CustomStringConvertible {
    let description = "micro ROW COUNT; the rows are what micro alone prints"
}

/// Something that is measured.
struct Row {
    let name: String
    /// How often it is done when instructions are counted.
    var count = 1_000
    /// How often it is done before, for what is made only once.
    var warmUp = 64
    /// Sets up in a folder of its own, and returns what does it so many times. That returns a sum over all results, so that
    /// none can be left out.
    let setUp: (String) throws -> (Int) throws -> Int
}

/// A result that a row relies on wasn't what it must be.
struct Unexpected: Error {}
