import Gauge
import NIOCore

/// What one event loop found out about held messages.
struct OfflineFigures: Sendable {
    /// From presence to arrival.
    var latencies = Histogram()
    var outcome = Outcome()
    /// When the recipients sent presence, and when the first and the last message arrived, in ns.
    var announced = UInt64.max
    var first = UInt64.max
    var last: UInt64 = 0

    /// Seconds from presence to the last message.
    var seconds: Double { last > announced ? Double(last - announced) / 1e9 : 0 }
    /// Seconds from the first message to the last.
    var streaming: Double { last > first ? Double(last - first) / 1e9 : 0 }

    mutating func add(_ other: OfflineFigures) {
        latencies.add(other.latencies)
        outcome.add(other.outcome)
        announced = min(announced, other.announced)
        first = min(first, other.first)
        last = max(last, other.last)
    }
}

/// The pairs of one event loop, whose recipients are away while messages are sent.
final class OfflineLane: ClientDelegate {
    private let connector: Connector
    private let loop: any EventLoop
    private let acks: Bool
    private var pairs: [Pair]
    private var seen = OfflineFigures()
    private var staleBefore = 0
    private var share: UInt32 = 0
    private var unfinished = 0
    private let acknowledged: EventLoopPromise<Void>

    init(_ connector: Connector, on loop: any EventLoop, number: Int, pairs: Int, bodyLength: Int, acks: Bool) {
        (self.connector, self.loop, self.acks) = (connector, loop, acks)
        acknowledged = loop.makePromise()
        let goals = (sender: Negotiation.Goal(management: true), recipient: Negotiation.Goal(management: acks))
        self.pairs = stride(from: number, to: pairs, by: connector.target.loops).map {
            Pair($0, goals, bodyLength: bodyLength, connector, on: loop)
        }
        for (index, pair) in self.pairs.enumerated() {
            pair.sender.tag = index
            pair.sender.delegate = self
        }
    }

    // MARK: What happens, in this order

    /// The recipients connect, and are available at once or wait to `announce`.
    func recipientsCome(presence: Bool) -> EventLoopFuture<Void> {
        staleBefore = stale
        for index in pairs.indices {
            let goal = Negotiation.Goal(presence: presence, management: acks)
            let recipient = connector.client(pairs[index].recipient.account.index, goal, on: loop)
            recipient.tag = index
            recipient.delegate = self
            // The one that never connected owes nobody an answer.
            pairs[index].recipient.abandon()
            pairs[index].recipient = recipient
        }
        return Crowd.gather(pairs.map(\.recipient), parallel: 32, connector, on: loop)
    }

    /// How many messages of other runs have come.
    var stale: Int { staleBefore + pairs.reduce(0) { $0 + $1.recipient.stale } }

    func recipientsLeave() -> EventLoopFuture<Void> {
        for pair in pairs { pair.recipient.close() }
        return EventLoopFuture.andAllComplete(pairs.map(\.recipient.closed.futureResult), on: loop)
    }

    func sendersCome() -> EventLoopFuture<Void> {
        Crowd.gather(pairs.map(\.sender), parallel: 32, connector, on: loop)
    }

    /// Sends that many messages in each pair, and is done when the server has acknowledged them all.
    func send(_ share: UInt32, window: Int) -> EventLoopFuture<Void> {
        (self.share, unfinished) = (share, pairs.count)
        for index in pairs.indices {
            for _ in 0..<min(window, Int(share)) { pairs[index].send(at: now) }
            pairs[index].sender.flush()
        }
        if pairs.isEmpty { acknowledged.succeed() }
        return acknowledged.futureResult
    }

    /// The recipients send presence.
    func announce() {
        seen.announced = now
        for pair in pairs {
            pair.recipient.write(Array("<presence/>".utf8))
            pair.recipient.flush()
        }
    }

    /// How many messages have arrived.
    var arrived: Int { pairs.reduce(0) { $0 + $1.arrivals.received } }

    func figures() -> OfflineFigures {
        var figures = seen
        for pair in pairs {
            figures.outcome.lost += pair.arrivals.lost(of: pair.sent)
            figures.outcome.duplicated += pair.arrivals.duplicated
            figures.outcome.reordered += pair.arrivals.reordered
        }
        return figures
    }

    func disconnect() -> EventLoopFuture<Void> {
        let clients = pairs.flatMap { [$0.sender, $0.recipient] }
        for client in clients { client.close() }
        return EventLoopFuture.andAllComplete(clients.map(\.closed.futureResult), on: loop)
    }

    // MARK: ClientDelegate

    func arrived(_ stamp: Stamp, at client: Client) {
        let index = client.tag
        guard client === pairs[index].recipient, Int(stamp.sender) == pairs[index].sender.account.index else {
            return seen.outcome.wentWrong("\(client.account.address) got a message that isn't for it, or its own back")
        }
        guard pairs[index].arrivals.arrived(stamp.number) else { return }
        let moment = now
        seen.first = min(seen.first, moment)
        seen.last = moment
        seen.latencies.record(moment - seen.announced)
    }

    func acknowledged(_ count: UInt32, to client: Client) {
        let index = client.tag
        guard client === pairs[index].sender else { return }
        var room = 0
        pairs[index].acknowledged(count) { _ in room += 1 }
        guard room > 0 else { return }
        for _ in 0..<min(room, Int(share - pairs[index].sent)) { pairs[index].send(at: now) }
        guard pairs[index].unacknowledged.isEmpty else { return }
        unfinished -= 1
        if unfinished == 0 { acknowledged.succeed() }
    }

    func readCompleted(_ client: Client) {}

    func ended(_ client: Client, _ reason: String) {
        seen.outcome.wentWrong("\(client.account.address): \(reason)")
        // Nobody would acknowledge the rest.
        if client === pairs[client.tag].sender { acknowledged.fail(LoadError("\(client.account.address): \(reason)")) }
    }
}
