import Consent
import Measuring
import Store

/// What pages of one person's large archive cost.
struct Archive {
    let store: RegionStore
    let owner: PersonID

    private static let rounds = 200
    /// How many others the person writes with, and the one with whom they wrote at the beginning only.
    private static let others = 500
    private static let early = Array("early@bench.example".utf8)

    /// Fills the archive with `count` rows.
    func fill(to count: Int) async throws {
        let payload = [UInt8](repeating: 0x61, count: 300)
        for first in stride(from: 0, to: count, by: 4_096) {
            let range = first..<min(first + 4_096, count)
            try await store.writer.perform(storesFor: [owner]) { [owner] transaction throws(StoreError) in
                for number in range {
                    let other = number < 20 ? Self.early : Array("o\(number % Self.others)@bench.example".utf8)
                    _ = try transaction.store(
                        Text(
                            sender: nil,
                            recipient: Text.Copy(owner: owner, correspondent: other, payload: payload, pending: false),
                            repeatKey: nil))
                }
            }
        }
    }

    /// The CPU time of each kind of page of 50, in milliseconds.
    func costs() throws -> [(String, Double)] {
        let all = try page { $0.isLastPage = true }
        guard let newest = all.rows.last?.id, let oldest = all.rows.first?.id else { throw StoreError.conflict }
        let first = try page { _ in }
        guard let beginning = first.rows.first?.id else { throw StoreError.conflict }
        let middle = ArchiveID(rawValue: beginning.rawValue / 2 + newest.rawValue / 2)
        return [
            ("last page", try cost { $0.isLastPage = true }),
            ("page before an id", try cost { ($0.isLastPage, $0.before) = (true, middle) }),
            ("page after an id", try cost { $0.after = middle }),
            ("since a date", try cost { $0.start = middle.milliseconds }),
            ("by ids", try cost { $0.ids = [beginning, oldest, newest] }),
            ("last page with a person", try cost { ($0.isLastPage, $0.with) = (true, Array("o7@bench.example".utf8)) }),
            ("last page with somebody of long ago", try cost { ($0.isLastPage, $0.with) = (true, Self.early) }),
            ("with nobody", try cost { $0.with = Array("nobody@bench.example".utf8) })
        ]
    }

    private func page(_ change: (inout ArchiveQuery) -> Void) throws -> ArchivePage {
        var query = ArchiveQuery()
        change(&query)
        return try store.reader.read { snapshot throws(StoreError) in try snapshot.archive(of: owner, query) }
    }

    private func cost(_ change: (inout ArchiveQuery) -> Void) throws -> Double {
        _ = try page(change)
        let taken = try timed { for _ in 0..<Self.rounds { _ = try page(change) } }
        return taken.cpu / Double(Self.rounds) * 1e3
    }
}
