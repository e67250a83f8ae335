import Consent
import Measuring
import Store

/// What grows with the number of accounts and of stored messages, and what must not: the CPU time of a text, of a page of an
/// archive, of a start.
///
/// `growth-cost ACCOUNTS MESSAGES`: from 100 accounts to so many, and from no message to so many of one person.
/// `growth-cost commit TEXTS BATCH PAIRS`: the commit path alone, for a profiler.
@main
struct GrowthCost {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "commit" {
            try await commit(arguments.dropFirst().compactMap { Int($0) })
        } else {
            let numbers = arguments.compactMap { Int($0) }
            try await growth(
                accounts: numbers.first ?? 1_000_000, messages: numbers.dropFirst().first ?? 1_000_000)
        }
    }

    private static let texts = 30_000

    static func open(_ folder: String, _ region: Region) throws -> RegionStore {
        try RegionStore(folder: folder, region: region, issuer: Issuer(domain: "bench.example"))
    }

    static func inNewStore(_ body: (String, Region) async throws -> Void) async throws {
        guard let region = Region("bench") else { throw StoreError.missing("region") }
        try await inScratchFolder { folder in
            try RegionFiles(folder: folder, region: region).create()
            try await body(folder, region)
        }
    }

    static func commit(_ numbers: [Int]) async throws {
        let (texts, batch, pairs) = (numbers[0], numbers[1], numbers[2])
        try await inNewStore { folder, region in
            let store = try open(folder, region)
            defer { store.close() }
            let accounts = Accounts(store: store)
            _ = try await accounts.make(2 * pairs, prefix: "u")
            let traffic = Traffic(store: store, pairs: try await accounts.pairs("u", pairs), batch: batch)
            report(["batch": Double(batch), "pairs": Double(pairs), "cpu_us_per_text": try traffic.cost(of: texts)])
        }
    }

    static func growth(accounts count: Int, messages: Int) async throws {
        try await inNewStore { folder, region in
            var store = try open(folder, region)
            var accounts = Accounts(store: store)
            _ = try await accounts.make(100, prefix: "a")
            var pairs = try await accounts.pairs("a", 50)
            let fewAccounts = try Traffic(store: store, pairs: pairs, batch: 32).cost(of: texts)

            let owner = pairs[0].0
            let archive = Archive(store: store, owner: owner)
            let pair = [(pairs[0].0, pairs[0].1)]
            try await archive.fill(from: 0, to: 1_000)
            let fewMessages = try Traffic(store: store, pairs: pair, batch: 32).cost(of: texts)
            try await archive.fill(from: 1_000, to: messages)
            let manyMessages = try Traffic(store: store, pairs: pair, batch: 32).cost(of: texts)
            let pages = try archive.costs()

            let making = try await accounts.make(max(count - 100, 0), prefix: "b")
            store.close()
            let start = try timed { store = try open(folder, region) }
            accounts = Accounts(store: store)
            pairs = try await accounts.pairs("a", 50)
            let manyAccounts = try Traffic(store: store, pairs: pairs, batch: 32).cost(of: texts)
            store.close()
            print(
                figures(
                    [
                        ("accounts", Double(count)), ("messages", Double(messages)), ("making_us", making),
                        ("start_ms", start.elapsed * 1e3), ("start_cpu_ms", start.cpu * 1e3),
                        ("text_us_few_accounts", fewAccounts), ("text_us_many_accounts", manyAccounts),
                        ("text_us_few_messages", fewMessages), ("text_us_many_messages", manyMessages)
                    ], pages: pages))
        }
    }

    private static func figures(_ figures: [(String, Double)], pages: [(String, Double)]) -> String {
        func pairs(_ some: [(String, Double)]) -> String {
            some.map { "\"\($0.0)\": \(($0.1 * 1e3).rounded() / 1e3)" }.joined(separator: ", ")
        }
        return "{\(pairs(figures)), \"page_ms\": {\(pairs(pages))}}"
    }
}
