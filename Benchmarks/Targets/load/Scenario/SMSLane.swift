import Gauge
import NIOCore

/// What was found out about texts to numbers.
struct SMSFigures: Sendable {
    /// From the carrier's first answer to a text's arrival.
    var latencies: Histogram
    /// Seconds from the carrier's first answer to the last arrival.
    var seconds: Double
    var stale: Int
    var outcome: Outcome
}

/// The senders, and the carrier, on one event loop.
final class SMSLane: ClientDelegate {
    /// One who texts numbers.
    private struct Sender {
        let client: Client
        /// One for each number.
        var templates: [MessageTemplate]
        var sent: UInt32 = 0
        /// The client's counts of stanzas after each message that isn't acknowledged.
        var unacknowledged = CircularBuffer<UInt32>()

        mutating func send() {
            client.write(templates[Int(sent) % templates.count].message(sent, time: now))
            sent += 1
            unacknowledged.append(client.sent)
        }
    }

    let carrier: Carrier
    private let connector: Connector
    private let loop: any EventLoop
    private let settings: SMSSettings
    private var senders: [Sender]
    private var unfinished = 0
    private let acknowledged: EventLoopPromise<Void>
    private var outcome = Outcome()

    init(_ connector: Connector, on loop: any EventLoop, _ settings: SMSSettings) {
        (self.connector, self.loop, self.settings) = (connector, loop, settings)
        carrier = Carrier(on: loop)
        acknowledged = loop.makePromise()
        senders = (0..<settings.senders).map { sender in
            let templates = (0..<settings.numbers).map { number in
                MessageTemplate(
                    from: sender, to: settings.address(number, of: sender, at: connector.target.domain),
                    bodyLength: settings.body, followedBy: "<r xmlns='urn:xmpp:sm:3'/>")
            }
            return Sender(client: connector.client(sender, .init(management: true), on: loop), templates: templates)
        }
        for (index, sender) in senders.enumerated() {
            sender.client.tag = index
            sender.client.delegate = self
        }
    }

    // MARK: What happens, in this order

    func waitForBind(_ patience: TimeAmount) -> EventLoopFuture<Void> {
        let bound = carrier.bound
        loop.scheduleTask(in: patience) { bound.fail(LoadError("no route has bound to the carrier")) }
        return bound.futureResult
    }

    func connect() -> EventLoopFuture<Void> {
        Crowd.gather(senders.map(\.client), parallel: 32, connector, on: loop)
    }

    /// Everybody says yes to SMS, in the chat with the server.
    func consent() {
        for sender in senders {
            let domain = connector.target.domain
            sender.client.write(Array("<message type='chat' to='\(domain)' id='on'><body>on sms</body></message>".utf8))
            sender.client.flush()
        }
    }

    /// Messages that the server wrote.
    var replies: Int { senders.reduce(0) { $0 + $1.client.unstamped } }

    /// Sends all texts, and is done when the server has acknowledged them.
    func send() -> EventLoopFuture<Void> {
        unfinished = senders.count
        for index in senders.indices {
            for _ in 0..<min(settings.window, settings.texts) { senders[index].send() }
            senders[index].client.flush()
        }
        return acknowledged.futureResult
    }

    /// How many texts the carrier has.
    var arrived: Int { carrier.arrivals.values.reduce(0) { $0 + $1.received } }

    func figures() -> SMSFigures {
        var outcome = outcome
        for sender in senders {
            let arrivals = carrier.arrivals[UInt32(sender.client.account.index)] ?? Arrivals()
            outcome.lost += arrivals.lost(of: sender.sent)
            outcome.duplicated += arrivals.duplicated
            outcome.reordered += arrivals.reordered
        }
        let seconds = carrier.last > carrier.released ? Double(carrier.last - carrier.released) / 1e9 : 0
        return SMSFigures(latencies: carrier.latencies, seconds: seconds, stale: carrier.stale, outcome: outcome)
    }

    func disconnect() -> EventLoopFuture<Void> {
        for sender in senders { sender.client.close() }
        return EventLoopFuture.andAllComplete(senders.map(\.client.closed.futureResult), on: loop)
    }

    // MARK: ClientDelegate

    func arrived(_ stamp: Stamp, at client: Client) {
        outcome.wentWrong("\(client.account.address) got a text back")
    }

    func acknowledged(_ count: UInt32, to client: Client) {
        let index = client.tag
        var isNews = false
        // Counts go round at 2^32.
        while let first = senders[index].unacknowledged.first, count &- first < 1 << 31 {
            senders[index].unacknowledged.removeFirst()
            isNews = true
            if senders[index].sent < settings.texts { senders[index].send() }
        }
        guard isNews, senders[index].unacknowledged.isEmpty else { return }
        unfinished -= 1
        if unfinished == 0 { acknowledged.succeed() }
    }

    func readCompleted(_ client: Client) {}

    func ended(_ client: Client, _ reason: String) {
        outcome.wentWrong("\(client.account.address): \(reason)")
        acknowledged.fail(LoadError("\(client.account.address): \(reason)"))
    }
}
