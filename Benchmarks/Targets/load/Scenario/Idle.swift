import ArgumentParser
import Gauge
import NIOCore
import NIOPosix

/// `load idle …`: what a client costs that does nothing.
struct IdleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle", abstract: "Measure the server's memory for clients that are online and do nothing.",
        discussion: """
            Connects, binds and sends presence; sits still for --rest seconds; then reads the proportional set size of all \
            the server's processes. What they had before the first client came is taken off.
            """)

    @OptionGroup var target: Target

    @Option(help: ArgumentHelp("How many connections, in one run one after the other.", valueName: "n[,n…]"))
    var at: StepList = StepList(steps: [])

    @Option(help: "How many connections, if it is one number.")
    var connections: Int?

    @Option(help: "How long to sit still before memory is read, in seconds.")
    var rest = 5.0

    @Option(help: "Connections that are made at a time.")
    var parallel = 32

    @Flag(help: "Stream management is on.")
    var acks = false

    @Flag(help: "Everybody has message carbons on.")
    var carbons = false

    private var steps: [Int] { at.steps.isEmpty ? [connections ?? 1000] : at.steps }

    func validate() throws {
        guard rest >= 0, parallel > 0, steps.allSatisfy({ $0 > 0 }), steps == steps.sorted() else {
            throw ValidationError("--at takes numbers above 0, the smallest first.")
        }
        guard (steps.last ?? 0) <= target.users else {
            throw ValidationError("\(steps.last ?? 0) connections need as many users.")
        }
        guard !target.server.processes.isEmpty else { throw ValidationError("Whose memory? Give --server.") }
    }

    func run() async throws {
        try OpenFiles.allow(steps.last ?? 0)
        let (connector, parallel) = (try Connector(target), max(parallel / target.loops, 1))
        let goal = Negotiation.Goal(presence: true, management: acks, carbons: carbons)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: target.loops)
        let lanes = try await Lanes(group) { number, loop in
            IdleLane(connector, goal, on: loop, number: number, parallel: parallel)
        }
        let before = target.tree.proportionalKibibytes()
        let start = Usage(of: target.tree)
        var (rows, online, connecting) = ([Report](), start, 0.0)
        for step in steps {
            let begun = Usage(of: target.tree).time
            try await lanes.all { $0.connect(upTo: step) }
            online = Usage(of: target.tree)
            connecting += online.time - begun
            Progress.say("\(step) clients are online")
            try await Task.sleep(for: .seconds(rest))
            rows.append(row(step, before: before, from: online, to: Usage(of: target.tree)))
        }
        var (latencies, outcome) = (Histogram(), Outcome())
        for figures in try await lanes.map({ $0.figures() }) {
            latencies.add(figures.latencies)
            outcome.add(figures.outcome)
        }
        if let error = outcome.firstError { Progress.say(error) }
        var report = Report(
            "idle", target, from: start, to: online, count: steps.last ?? 0, latencies: latencies, outcome: outcome,
            seconds: connecting)
        report["pss_before_kib"] = .integer(before)
        report["steps"] = .list(rows)
        print(report.json)
        try await lanes.all { $0.disconnect() }
        try await group.shutdownGracefully()
    }

    private func row(_ connections: Int, before: Int, from start: Usage, to end: Usage) -> Report {
        let memory = target.tree.proportionalKibibytes()
        var row = Report()
        row["connections"] = .integer(connections)
        row["pss_kib"] = .integer(memory)
        row["kib_per_connection"] = .number(Double(memory - before) / Double(connections))
        row["resting_cpu_s"] = .number(end.server - start.server)
        return row
    }
}

/// Numbers with commas between them.
struct StepList: ExpressibleByArgument, CustomStringConvertible {
    let steps: [Int]

    init(steps: [Int]) {
        self.steps = steps
    }

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        steps = parts.compactMap { $0 }
        guard steps.count == parts.count else { return nil }
    }

    var description: String { steps.map(String.init).joined(separator: ",") }
}

/// The idle clients of one event loop.
final class IdleLane: ClientDelegate {
    private let connector: Connector
    private let goal: Negotiation.Goal
    private let loop: any EventLoop
    private let parallel: Int
    private var nextAccount: Int
    private var clients: [Client] = []
    private var latencies = Histogram()
    private var outcome = Outcome()

    init(_ connector: Connector, _ goal: Negotiation.Goal, on loop: any EventLoop, number: Int, parallel: Int) {
        (self.connector, self.goal, self.loop, self.parallel) = (connector, goal, loop, parallel)
        nextAccount = number
    }

    /// Brings this loop's share online of accounts below a number.
    func connect(upTo end: Int) -> EventLoopFuture<Void> {
        let accounts = stride(from: nextAccount, to: end, by: connector.target.loops)
        let clients = accounts.map { connector.client($0, goal, on: loop) }
        nextAccount += clients.count * connector.target.loops
        self.clients += clients
        for client in clients { client.delegate = self }
        return Crowd.gather(clients, parallel: parallel, connector, on: loop) { self.latencies.record($0.timeToReady) }
    }

    func figures() -> (latencies: Histogram, outcome: Outcome) { (latencies, outcome) }

    func disconnect() -> EventLoopFuture<Void> {
        for client in clients { client.close() }
        return EventLoopFuture.andAllComplete(clients.map(\.closed.futureResult), on: loop)
    }

    func arrived(_ stamp: Stamp, at client: Client) {}

    func acknowledged(_ count: UInt32, to client: Client) {}

    func readCompleted(_ client: Client) {}

    func ended(_ client: Client, _ reason: String) {
        outcome.wentWrong("\(client.account.address): \(reason)")
    }
}
