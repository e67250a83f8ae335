import Consent
import Dispatch
import Measuring
import Store
import Synchronization

/// One message stored for both sides, sealed, indexed and synced, in batches of exactly so many.
var commitRows: [Row] {
    [32, 256].map { batch in
        Row(name: "commit-\(batch)", count: 2_048, warmUp: 1_024) { folder in
            let committing = try Committing(folder, batch: batch)
            return { count in try committing.run(count) }
        }
    }
}

/// A store with a hundred people who write to each other.
private final class Committing {
    private let store: RegionStore
    private let people: [PersonID]
    private let payload = [UInt8](repeating: 0x61, count: 300)
    private var written = 0

    init(_ folder: String, batch: Int) throws {
        guard let region = Region("bench") else { throw Unexpected() }
        try RegionFiles(folder: folder, region: region).create()
        var settings = Writer.Settings()
        settings.batch = batch
        // A clock that stands still: no new day in the middle, and ids that are written in as many bytes each time.
        store = try RegionStore(
            folder: folder, region: region, issuer: Issuer(domain: "bench.example"), settings: settings,
            wall: WallClock { 1_790_000_000_000 })
        let verifier = Verifier(salt: [1], iterations: 4_096, storedKey: [2], serverKey: [3])
        let added = try waitFor { [writer = store.writer] in
            try await writer.add(
                (0..<100).map { NewPerson(name: "p\($0)", verifiers: Verifiers(sha1: verifier, sha256: verifier)) })
        }
        people = try added.map { try $0.get() }
    }

    deinit {
        store.close()
    }

    /// Holds the writer up until all are submitted: then it takes them in full batches, whatever the threads do.
    func run(_ count: Int) throws -> Int {
        let (gate, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        store.writer.perform { _ in
            gate.wait()
        } then: { _ in
        }
        let sum = Sum()
        for _ in 0..<count {
            store.writer.store(text(written)) { result in
                if case .success(.stored) = result { sum.stored.wrappingAdd(1, ordering: .relaxed) }
                if sum.answered.wrappingAdd(1, ordering: .relaxed).newValue == count { done.signal() }
            }
            written += 1
        }
        gate.signal()
        done.wait()
        guard sum.stored.load(ordering: .relaxed) == count else { throw Unexpected() }
        return count
    }

    private func text(_ number: Int) -> Text {
        let (sender, recipient) = (people[number % people.count], people[(number &* 31 &+ 7) % people.count])
        let address = Array("p\(number % people.count)@bench.example".utf8)
        return Text(
            sender: Text.Copy(owner: sender, correspondent: address, payload: payload, pending: false),
            recipient: Text.Copy(owner: recipient, correspondent: address, payload: payload, pending: true),
            repeatKey: Text.RepeatKey(
                to: address, id: Array("c0ffee-\(number)".utf8), payload: payload, isOriginID: true,
                afterBrokenSession: false))
    }
}

/// Answers of the writer's thread.
private final class Sum: Sendable {
    let answered = Atomic(0)
    let stored = Atomic(0)
}
