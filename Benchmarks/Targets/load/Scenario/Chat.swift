import ArgumentParser
import Gauge
import NIOCore
import NIOPosix

/// `load chat …`: pairs of people, of whom one writes to the other.
struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "Measure messages from one client to another.",
        discussion: """
            u0 writes to u1, u2 to u3 and so on. In the closed loop, each pair has --window messages on their way: one that \
            arrives lets the next one go. In the open loop (--rate) messages go at their time whatever happens, and \
            latencies count from that time.
            """)

    @OptionGroup var target: Target
    @OptionGroup var settings: ChatSettings

    @Option(help: "How long to measure.")
    var seconds = 10.0

    @Option(help: "How long to go on before that.")
    var warmup = 2.0

    @Option(help: "How long to wait for what is still on its way in the end.")
    var settle = 10.0

    func validate() throws {
        guard seconds > 0, warmup >= 0, settle >= 0 else { throw ValidationError("--seconds takes a number above 0.") }
        guard settings.clients <= target.users else {
            throw ValidationError("\(settings.clients) clients need as many users.")
        }
    }

    func run() async throws {
        try OpenFiles.allow(settings.clients)
        let (connector, target, settings) = (try Connector(target), target, settings)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: target.loops)
        let lanes = try await Lanes(group) { number, loop in
            ChatLane(connector, on: loop, settings, number: number)
        }
        try await lanes.all { $0.connect() }
        // What the server kept of other runs comes first.
        let stale = try await untilQuiet(1) { try await lanes.map { $0.stale }.reduce(0, +) }
        Progress.say("\(settings.pairs) pairs are online")
        _ = try await lanes.map { $0.start() }
        try await Task.sleep(for: .seconds(warmup))
        _ = try await lanes.map { $0.isMeasuring = true }
        let start = Usage(of: target.tree)
        try await Task.sleep(for: .seconds(seconds))
        _ = try await lanes.map { $0.stop() }
        let end = Usage(of: target.tree)
        try await waitUntilQuiet(lanes)

        var total = ChatFigures()
        for figures in try await lanes.map({ $0.figures() }) { total.add(figures) }
        // Whoever is still being sent those wasn't measured at what the run says.
        let late = try await lanes.map { $0.stale }.reduce(0, +) - stale
        if late > 0 { total.outcome.wentWrong("\(late) messages of earlier runs came during this one") }
        if let error = total.outcome.firstError { Progress.say(error) }
        var report = Report(
            "chat", target, from: start, to: end, count: Int(total.latencies.count), latencies: total.latencies,
            outcome: total.outcome)
        report["pairs"] = .integer(settings.pairs)
        report["window"] = settings.rate == nil ? .integer(settings.window) : .null
        report["rate"] = settings.rate.map { .number($0) } ?? .null
        report["idle"] = .integer(settings.idle)
        report["body"] = .integer(settings.body)
        report["acks"] = .flag(settings.acks)
        report["sent"] = .integer(total.sent)
        report["stale"] = .integer(stale)
        report["sent_never_acknowledged"] = settings.acks ? .integer(total.unacknowledged) : .null
        report.add(total.acknowledgements, "ack_")
        print(report.json)
        try await lanes.all { $0.disconnect() }
        try await group.shutdownGracefully()
    }

    /// Waits until everything has arrived and is acknowledged, or nothing has for long, or it takes too long.
    ///
    /// A server of one thread that is saturated answers in bursts, seconds apart: what is late isn't lost.
    private func waitUntilQuiet(_ lanes: Lanes<ChatLane>) async throws {
        var (before, quiet) = (-1, 0)
        for _ in 0..<Int(settle * 10) {
            let open = try await lanes.map { $0.open }.reduce(0, +)
            quiet = open == before ? quiet + 1 : 0
            if open == 0 || quiet == 100 { return }
            before = open
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

/// What traffic there is to be.
struct ChatSettings: ParsableArguments {
    @Option(help: "Senders, each with a recipient.")
    var pairs = 100

    @Option(help: "Closed loop: messages of a pair on their way at a time.")
    var window = 1

    @Option(help: "Open loop: messages a second, of all pairs together.")
    var rate: Double?

    @Option(help: "Clients besides who are online and say nothing.")
    var idle = 0

    @Flag(help: "Stream management is on, and each message is followed by a request for its acknowledgement.")
    var acks = false

    @Flag(help: "Everybody has message carbons on.")
    var carbons = false

    @Option(help: "Characters of a body.")
    var body = 200

    func validate() throws {
        guard pairs > 0, window > 0, idle >= 0, body >= Stamp.length else {
            throw ValidationError("--pairs and --window take numbers above 0, --body one of \(Stamp.length) or more.")
        }
        if let rate, rate <= 0 { throw ValidationError("--rate takes a number above 0.") }
    }

    /// How many are online in all.
    var clients: Int { pairs * 2 + idle }

    /// Each side's state when traffic begins.
    var goal: Negotiation.Goal { .init(presence: true, management: acks, carbons: carbons) }
}
