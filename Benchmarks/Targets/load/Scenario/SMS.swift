import ArgumentParser
import Gauge
import NIOCore
import NIOPosix

/// `load sms …`: texts to numbers that nobody here has, on to a carrier.
struct SMSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sms", abstract: "Measure texts to phone numbers, through a route to a carrier (Hoopoe only).",
        discussion: """
            This program is the carrier too: it listens at --listen, where a route of the server's configuration has its \
            smsc, with any account, --prefix among its prefixes, price 0. Each sender turns sms on, then writes to numbers \
            of its own. The carrier keeps its answers until the server has acknowledged every text; from its first answer \
            to the last submit_sm the rate counts. What goes on meanwhile is bounded by the route's window. CPU is read half \
            a second later, when the last answers are stored.

            The server's limits must allow it: numbers.new-per-day at least --numbers, sms.per-day at least the texts of a \
            sender, of all runs of a day together.
            """)

    @OptionGroup var target: Target
    @OptionGroup var settings: SMSSettings

    @Option(help: ArgumentHelp("Where the carrier listens.", valueName: "host:port"))
    var listen = "127.0.0.1:2775"

    @Option(help: "How long to wait for a next text, in seconds.")
    var patience = 10.0

    @Option(help: "How long to wait for the route to bind, in seconds: it may be pausing after the last run.")
    var bindPatience = 120.0

    func validate() throws {
        guard settings.senders <= target.users else {
            throw ValidationError("\(settings.senders) senders need as many users.")
        }
        guard address != nil else { throw ValidationError("--listen takes host:port.") }
    }

    private var address: (host: String, port: Int)? {
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]) else {
            return nil
        }
        return (String(listen[..<colon]), port)
    }

    func run() async throws {
        guard let (host, port) = address else { return }
        let (connector, target, settings) = (try Connector(target), target, settings)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let lanes = try await Lanes(group) { _, loop in SMSLane(connector, on: loop, settings) }
        try await lanes.all { $0.carrier.listen(host, port) }
        let bindPatience = TimeAmount.milliseconds(Int64(bindPatience * 1000))
        try await lanes.all { $0.waitForBind(bindPatience) }
        Progress.say("the route is bound")
        try await lanes.all { $0.connect() }
        _ = try await lanes.map { $0.consent() }
        _ = try await untilQuiet(1) { try await lanes.map { $0.replies }.reduce(0, +) }
        let filling = Usage(of: target.tree)
        try await lanes.all { $0.send() }
        let filled = Usage(of: target.tree)
        let expected = settings.senders * settings.texts
        Progress.say("\(expected) texts are acknowledged")

        try await Task.sleep(for: .seconds(1))
        let start = Usage(of: target.tree)
        _ = try await lanes.map { $0.carrier.release() }
        _ = try await untilQuiet(patience, enough: expected) { try await lanes.map { $0.arrived }.reduce(0, +) }
        try await Task.sleep(for: .milliseconds(500))
        let end = Usage(of: target.tree)

        guard let figures = try await lanes.map({ $0.figures() }).first else { return }
        if let error = figures.outcome.firstError { Progress.say(error) }
        var report = Report(
            "sms", target, from: start, to: end, count: Int(figures.latencies.count), latencies: figures.latencies,
            outcome: figures.outcome, seconds: figures.seconds)
        report["senders"] = .integer(settings.senders)
        report["texts"] = .integer(expected)
        report["stale"] = .integer(figures.stale)
        report["queued_per_second"] = .number(Double(expected) / (filled.time - filling.time))
        report["queueing_cpu_s_per_1000"] = .number((filled.server - filling.server) / Double(expected) * 1000)
        print(report.json)
        try await lanes.all { $0.disconnect() }
        try await group.shutdownGracefully()
    }
}

/// Who texts how much.
struct SMSSettings: ParsableArguments {
    @Option(help: "Senders.")
    var senders = 100

    @Option(help: "Texts of each sender.")
    var texts = 100

    @Option(help: "Numbers that each sender texts in turn.")
    var numbers = 20

    @Option(help: "What the numbers begin with; eight digits follow.")
    var prefix = "+49176"

    @Option(help: "Texts that a sender has unacknowledged at a time.")
    var window = 10

    @Option(help: "Characters of a text.")
    var body = 100

    func validate() throws {
        guard senders > 0, texts > 0, numbers > 0, window > 0, body >= Stamp.length else {
            throw ValidationError("--senders, --texts, --numbers and --window take numbers above 0.")
        }
    }

    /// The address of one of a sender's numbers. No two senders have one in common.
    func address(_ number: Int, of sender: Int, at domain: String) -> String {
        let digits = "\(sender * numbers + number)"
        return prefix + String(repeating: "0", count: max(8 - digits.count, 0)) + digits + "@" + domain
    }
}
