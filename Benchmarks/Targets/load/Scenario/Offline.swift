import ArgumentParser
import Gauge
import NIOCore
import NIOPosix

/// `load offline …`: how fast people get what was held while they were away.
struct OfflineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offline", abstract: "Measure handing over messages that were held for people who were away.",
        discussion: """
            The recipients come once, so that the server knows them, and leave. The messages are sent and all of them \
            acknowledged. The recipients connect, and then all send presence at once: from there to the last message the \
            rate counts, and to each message its latency. CPU is read half a second after the last message, since servers \
            tidy up behind it.
            """)

    @OptionGroup var target: Target

    @Option(help: "Messages, of all pairs together.")
    var messages = 10_000

    @Option(help: "Senders, each with a recipient.")
    var pairs = 100

    @Option(help: "Messages that a sender has unacknowledged at a time.")
    var window = 10

    @Option(help: "Characters of a body.")
    var body = 200

    @Flag(help: "The recipients have stream management on.")
    var acks = false

    @Option(help: "How long to wait for a next message, in seconds.")
    var patience = 5.0

    func validate() throws {
        guard pairs > 0, window > 0, messages >= pairs, body >= Stamp.length else {
            throw ValidationError("--messages takes at least one for each pair, --body \(Stamp.length) or more.")
        }
        guard pairs * 2 <= target.users else { throw ValidationError("\(pairs) pairs need \(pairs * 2) users.") }
    }

    func run() async throws {
        try OpenFiles.allow(pairs * 2)
        let (connector, target, pairs, body, acks) = (try Connector(target), target, pairs, body, acks)
        let (window, share) = (window, UInt32(messages / pairs))
        let group = MultiThreadedEventLoopGroup(numberOfThreads: target.loops)
        let lanes = try await Lanes(group) { number, loop in
            OfflineLane(connector, on: loop, number: number, pairs: pairs, bodyLength: body, acks: acks)
        }
        try await lanes.all { $0.recipientsCome(presence: true) }
        let stale = try await untilQuiet(0.5) { try await lanes.map { $0.stale }.reduce(0, +) }
        try await lanes.all { $0.recipientsLeave() }
        try await lanes.all { $0.sendersCome() }
        let filling = Usage(of: target.tree)
        try await lanes.all { $0.send(share, window: window) }
        let filled = Usage(of: target.tree)
        Progress.say("\(Int(share) * pairs) messages are held")

        try await lanes.all { $0.recipientsCome(presence: false) }
        try await Task.sleep(for: .seconds(1))
        let start = Usage(of: target.tree)
        _ = try await lanes.map { $0.announce() }
        let expected = Int(share) * pairs
        _ = try await untilQuiet(patience, enough: expected) { try await lanes.map { $0.arrived }.reduce(0, +) }
        try await Task.sleep(for: .milliseconds(500))
        let end = Usage(of: target.tree)

        var total = OfflineFigures()
        for figures in try await lanes.map({ $0.figures() }) { total.add(figures) }
        if let error = total.outcome.firstError { Progress.say(error) }
        var report = Report(
            "offline", target, from: start, to: end, count: Int(total.latencies.count), latencies: total.latencies,
            outcome: total.outcome, seconds: total.seconds)
        report["pairs"] = .integer(pairs)
        report["body"] = .integer(body)
        report["acks"] = .flag(acks)
        report["held"] = .integer(expected)
        report["stale"] = .integer(stale)
        report["first_to_last_per_second"] = .number(Double(total.latencies.count) / total.streaming)
        report["held_per_second"] = .number(Double(expected) / (filled.time - filling.time))
        report["holding_cpu_s_per_1000"] = .number((filled.server - filling.server) / Double(expected) * 1000)
        print(report.json)
        try await lanes.all { $0.disconnect() }
        try await group.shutdownGracefully()
    }
}
