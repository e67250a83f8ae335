import ArgumentParser
import Gauge
import NIOCore
import NIOPosix

/// `load login …`: connect, TLS, SCRAM, bind, and go again.
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Measure whole logins: TCP, TLS without resumption, stream, SCRAM, bind; then close.")

    @OptionGroup var target: Target

    @Option(help: "How long to measure.")
    var seconds = 10.0

    @Option(help: "How long to go on before that.")
    var warmup = 2.0

    @Option(help: "Logins at a time.")
    var parallel = 16

    func validate() throws {
        guard parallel > 0, seconds > 0, warmup >= 0 else {
            throw ValidationError("--parallel and --seconds take numbers above 0.")
        }
    }

    func run() async throws {
        let (connector, target, parallel) = (try Connector(target), target, parallel)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: target.loops)
        let lanes = try await Lanes(group) { number, loop in
            LoginLane(connector, on: loop, number: number, parallel: max(parallel / target.loops, 1))
        }
        _ = try await lanes.map { $0.start() }
        try await Task.sleep(for: .seconds(warmup))
        _ = try await lanes.map { $0.isMeasuring = true }
        let start = Usage(of: target.tree)
        try await Task.sleep(for: .seconds(seconds))
        let end = Usage(of: target.tree)
        let results = try await lanes.map { $0.finish() }
        try await group.shutdownGracefully()

        var (latencies, outcome) = (Histogram(), Outcome())
        for result in results {
            latencies.add(result.latencies)
            outcome.add(result.outcome)
        }
        if let error = outcome.firstError { Progress.say(error) }
        let count = Int(latencies.count)
        var report = Report(
            "login", target, from: start, to: end, count: count, latencies: latencies, outcome: outcome)
        report["server_cpu_ms_per_login"] =
            count > 0 && !target.server.processes.isEmpty
            ? .number((end.server - start.server) / Double(count) * 1000) : .null
        report["parallel"] = .integer(parallel)
        print(report.json)
    }
}

/// The logins of one event loop.
final class LoginLane {
    private let connector: Connector
    private let loop: any EventLoop
    private let parallel: Int
    private var nextAccount: Int
    private var isRunning = true
    private var latencies = Histogram()
    private var outcome = Outcome()
    /// Whether logins count that end now.
    var isMeasuring = false

    init(_ connector: Connector, on loop: any EventLoop, number: Int, parallel: Int) {
        (self.connector, self.loop, self.parallel) = (connector, loop, parallel)
        nextAccount = number
    }

    /// Begins as many logins as there are to be at a time.
    func start() {
        for _ in 0..<parallel { logIn() }
    }

    /// Begins no more.
    func finish() -> (latencies: Histogram, outcome: Outcome) {
        (isRunning, isMeasuring) = (false, false)
        return (latencies, outcome)
    }

    private func logIn() {
        guard isRunning else { return }
        let begun = now
        let client = connector.client(
            nextAccount % connector.target.users, .init(presence: false), on: loop)
        nextAccount += connector.target.loops
        client.bound.futureResult.assumeIsolated().whenComplete { result in
            switch result {
            case .success:
                if self.isMeasuring { self.latencies.record(now - begun) }
                client.close()
            case .failure(let error):
                if self.isRunning { self.outcome.wentWrong("\(error)") }
            }
        }
        client.closed.futureResult.assumeIsolated().whenSuccess {
            // A server that refuses isn't asked a thousand times a second.
            let pause: TimeAmount = client.wasBound ? .zero : .milliseconds(100)
            self.loop.assumeIsolated().scheduleTask(in: pause) { self.logIn() }
        }
        connector.connect(client, on: loop)
    }
}
