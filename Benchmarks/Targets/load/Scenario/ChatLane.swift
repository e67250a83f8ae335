import Gauge
import NIOCore

/// What one event loop found out about its pairs.
struct ChatFigures: Sendable {
    /// From sending to arrival.
    var latencies = Histogram()
    /// From sending to acknowledgement.
    var acknowledgements = Histogram()
    var outcome = Outcome()
    var sent = 0
    var unacknowledged = 0

    mutating func add(_ other: ChatFigures) {
        latencies.add(other.latencies)
        acknowledgements.add(other.acknowledgements)
        outcome.add(other.outcome)
        sent += other.sent
        unacknowledged += other.unacknowledged
    }
}

/// The pairs of one event loop. Both ends of a pair are on the same loop, so nothing is passed between threads.
final class ChatLane: ClientDelegate {
    private let connector: Connector
    private let loop: any EventLoop
    private let settings: ChatSettings
    private var pairs: [Pair]
    /// Those who say nothing.
    private let idle: [Client]
    /// Pairs whose sender has something to flush.
    private var unflushed: [Int] = []
    private var isSending = false
    private var seen = ChatFigures()
    /// Open loop: when the next message is due, in ns, and whose it is.
    private var due: UInt64 = 0
    private var turn = 0
    /// Whether arrivals and acknowledgements count.
    var isMeasuring = false

    init(_ connector: Connector, on loop: any EventLoop, _ settings: ChatSettings, number: Int) {
        (self.connector, self.loop, self.settings) = (connector, loop, settings)
        pairs = stride(from: number, to: settings.pairs, by: connector.target.loops).map { index in
            Pair(index, (settings.goal, settings.goal), bodyLength: settings.body, connector, on: loop)
        }
        idle = stride(from: number, to: settings.idle, by: connector.target.loops).map { index in
            connector.client(2 * settings.pairs + index, settings.goal, on: loop)
        }
        for client in idle { client.delegate = self }
        for (index, pair) in pairs.enumerated() {
            for client in [pair.sender, pair.recipient] {
                client.tag = index
                client.delegate = self
            }
        }
    }

    func connect() -> EventLoopFuture<Void> {
        Crowd.gather(pairs.flatMap { [$0.recipient, $0.sender] } + idle, parallel: 32, connector, on: loop)
    }

    /// Begins to send.
    func start() {
        isSending = true
        guard let rate = settings.rate else {
            for index in pairs.indices {
                for _ in 0..<settings.window { send(index, at: now) }
            }
            return flushAll()
        }
        guard !pairs.isEmpty else { return }
        // Each loop has its share of the rate.
        let interval = 1e9 / (rate * Double(pairs.count) / Double(settings.pairs))
        due = now
        sendDue(every: max(UInt64(interval), 1))
    }

    /// Sends no more and counts no more latencies; what is on its way may still arrive.
    func stop() {
        (isSending, isMeasuring) = (false, false)
    }

    /// How many messages haven't arrived or aren't acknowledged.
    var open: Int { pairs.reduce(0) { $0 + $1.arrivals.lost(of: $1.sent) + $1.unacknowledged.count } }

    /// How many messages of other runs have come.
    var stale: Int { pairs.reduce(0) { $0 + $1.sender.stale + $1.recipient.stale } }

    func figures() -> ChatFigures {
        var figures = seen
        for pair in pairs {
            figures.outcome.lost += pair.arrivals.lost(of: pair.sent)
            figures.outcome.duplicated += pair.arrivals.duplicated
            figures.outcome.reordered += pair.arrivals.reordered
            figures.sent += Int(pair.sent)
            figures.unacknowledged += pair.unacknowledged.count
        }
        return figures
    }

    func disconnect() -> EventLoopFuture<Void> {
        let clients = pairs.flatMap { [$0.sender, $0.recipient] } + idle
        for client in clients { client.close() }
        return EventLoopFuture.andAllComplete(clients.map(\.closed.futureResult), on: loop)
    }

    // MARK: Sending

    private func send(_ index: Int, at time: UInt64) {
        if !pairs[index].hasUnflushed {
            pairs[index].hasUnflushed = true
            unflushed.append(index)
        }
        pairs[index].send(at: time)
    }

    private func flushAll() {
        for index in unflushed {
            pairs[index].hasUnflushed = false
            pairs[index].sender.flush()
        }
        unflushed.removeAll(keepingCapacity: true)
    }

    private func sendDue(every interval: UInt64) {
        guard isSending else { return }
        let moment = now
        while due <= moment {
            send(turn, at: due)
            due += interval
            turn = (turn + 1) % pairs.count
        }
        flushAll()
        loop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(due)) { self.sendDue(every: interval) }
    }

    // MARK: ClientDelegate

    func arrived(_ stamp: Stamp, at client: Client) {
        let index = client.tag
        guard pairs.indices.contains(index), client === pairs[index].recipient,
            Int(stamp.sender) == pairs[index].sender.account.index
        else {
            return seen.outcome.wentWrong("\(client.account.address) got a message that isn't for it, or its own back")
        }
        guard pairs[index].arrivals.arrived(stamp.number) else { return }
        let moment = now
        if isMeasuring { seen.latencies.record(moment &- stamp.time) }
        if isSending, settings.rate == nil { send(index, at: moment) }
    }

    func acknowledged(_ count: UInt32, to client: Client) {
        let index = client.tag
        guard pairs.indices.contains(index), client === pairs[index].sender else { return }
        let moment = now
        pairs[index].acknowledged(count) { time in
            if isMeasuring { seen.acknowledgements.record(moment &- time) }
        }
    }

    func readCompleted(_ client: Client) {
        flushAll()
    }

    func ended(_ client: Client, _ reason: String) {
        seen.outcome.wentWrong("\(client.account.address): \(reason)")
    }
}
