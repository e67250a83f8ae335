import Consent
import Foundation
import Measuring
import Store

/// What must not grow with the number of accounts and of stored messages: the CPU time of a text, of a page of an archive, of
/// a start.
///
/// `script/bench growth` calls it for data folders that the server's program has made, with people `u0`, `u1` and so on:
///
///     growth-cost texts FOLDER…             texts among the same hundred people
///     growth-cost one FOLDER…               texts of a person with a long archive
///     growth-cost first COUNT FOLDER…       texts of people who haven't written since the start, nor that day
///     growth-cost fill FOLDER COUNT         stores so many messages of that person
///     growth-cost pages FOLDER              pages of their archive
///     growth-cost start FOLDER              opening the store
///     growth-cost commit TEXTS BATCH PAIRS  the commit path alone in a store of its own, for a profiler
///
/// It answers in lines: a name, and a figure for each folder, with tabs between them.
@main
struct GrowthCost {
    static func main() async throws {
        var words = CommandLine.arguments.dropFirst()
        let verb = words.popFirst() ?? ""
        let numbers = words.compactMap { Int($0) }
        let folders = words.filter { Int($0) == nil }
        switch (verb, folders.count, numbers.count) {
        case ("texts", 1..., 0): try await Comparison(folders).texts { try await $0.pairs(50) }
        case ("one", 1..., 0): try await Comparison(folders).texts { try await $0.pairs(1) }
        case ("first", 1..., 1): try await Comparison(folders).firstTexts(numbers[0])
        case ("fill", 1, 1): try await fill(folders[0], messages: numbers[0])
        case ("pages", 1, 0): try await pages(folders[0])
        case ("start", 1, 0): try start(folders[0])
        case ("commit", 0, 3): try await commit(texts: numbers[0], batch: numbers[1], pairs: numbers[2])
        default:
            FileHandle.standardError.write(Data("growth-cost: see Benchmarks/Targets/growth-cost/Main.swift\n".utf8))
            exit(EX_USAGE)
        }
    }

    /// Prints one line of the answer.
    static func tell(_ name: String, _ figures: [Double]) {
        print(([name] + figures.map { "\(($0 * 1e3).rounded() / 1e3)" }).joined(separator: "\t"))
    }

    private static func fill(_ folder: String, messages count: Int) async throws {
        try await Stores.opened([folder]) { stores in
            let owner = try await Accounts(store: stores[0]).pairs(1)[0].0
            try await Archive(store: stores[0], owner: owner).fill(to: count)
        }
    }

    private static func pages(_ folder: String) async throws {
        try await Stores.opened([folder]) { stores in
            let owner = try await Accounts(store: stores[0]).pairs(1)[0].0
            for (page, cost) in try Archive(store: stores[0], owner: owner).costs() { tell(page, [cost]) }
        }
    }

    private static func start(_ folder: String) throws {
        var store: RegionStore?
        let taken = try timed { store = try Stores.open(folder) }
        store?.close()
        tell("start_ms", [taken.elapsed * 1e3])
        tell("start_cpu_ms", [taken.cpu * 1e3])
    }

    private static func commit(texts: Int, batch: Int, pairs: Int) async throws {
        try await inScratchFolder { folder in
            try Stores.make(folder)
            try await Stores.opened([folder]) { stores in
                let accounts = Accounts(store: stores[0])
                try await accounts.make(2 * pairs)
                let traffic = Traffic(store: stores[0], pairs: try await accounts.pairs(pairs), batch: batch)
                tell("text_us", [try traffic.cost(of: texts)])
            }
        }
    }
}
