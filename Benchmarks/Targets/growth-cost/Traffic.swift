import Consent
import Dispatch
import Measuring
import Store
import Synchronization

/// Texts between pairs of people, committed so many at a time, each acknowledged by its recipient's client as the server does it.
struct Traffic {
    let store: RegionStore
    /// Senders and recipients.
    let pairs: [(PersonID, PersonID)]
    /// How many texts are under way at once.
    let batch: Int
    /// Whether recipients acknowledge; else the texts wait for them.
    var acknowledges = true

    private static let payload = [UInt8](repeating: 0x61, count: 300)

    /// The CPU time that each of `count` texts takes, in microseconds.
    func cost(of count: Int) throws -> Double {
        try timed { try run(count) }.cpu / Double(max(count, 1)) * 1e6
    }

    private func run(_ count: Int) throws {
        let refused = Mutex(0)
        // So that no text is a repeat of an earlier run's.
        let run = Int.random(in: .min ... .max)
        for start in stride(from: 0, to: count, by: batch) {
            let group = DispatchGroup()
            for number in start..<min(start + batch, count) {
                let (sender, recipient) = pairs[number % pairs.count]
                group.enter()
                store.writer.store(Self.text(from: sender, to: recipient, number: number, prefix: run)) { result in
                    if case .success(.stored(_, let id?)) = result {
                        if acknowledges { store.writer.acknowledge([id], owner: recipient) }
                    } else {
                        refused.withLock { $0 += 1 }
                    }
                    group.leave()
                }
            }
            group.wait()
        }
        guard refused.withLock({ $0 }) == 0 else { throw StoreError.conflict }
    }

    private static func text(
        from sender: PersonID, to recipient: PersonID, number: Int, prefix: Int
    ) -> Text {
        let (from, to) = (
            Array("p\(sender.rawValue)@bench.example".utf8), Array("p\(recipient.rawValue)@bench.example".utf8)
        )
        return Text(
            sender: Text.Copy(owner: sender, correspondent: to, payload: payload, pending: false),
            recipient: Text.Copy(owner: recipient, correspondent: from, payload: payload, pending: true),
            repeatKey: Text.RepeatKey(
                to: to, id: Array("\(prefix)-\(number)".utf8), payload: payload,
                isOriginID: true, afterBrokenSession: false))
    }
}
