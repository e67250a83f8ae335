import ArgumentParser
import Gauge

/// The server under test, and how to come in.
struct Target: ParsableArguments {
    @Option(help: "Where the server listens.")
    var host = "127.0.0.1"

    @Option(help: "Its port: with TLS from the first byte, unless --starttls is given.")
    var port = 5223

    @Option(help: "The domain of the accounts.")
    var domain: String

    @Flag(help: "Ask for TLS on the stream.")
    var starttls = false

    @Option(help: "The one password of all accounts.")
    var password: String

    @Option(help: "How many accounts there are: u0, u1, …")
    var users: Int

    @Option(help: ArgumentHelp("The server's processes; those below them are counted too.", valueName: "pid[,pid…]"))
    var server: ProcessList = ProcessList(processes: [])

    @Option(help: "What the result is called.")
    var label = ""

    @Option(help: "Event loops, each on a thread of its own.")
    var loops = 1

    /// The server's processes.
    var tree: ProcessTree { ProcessTree(roots: server.processes) }

    func validate() throws {
        guard users > 0 else { throw ValidationError("--users takes a number above 0.") }
        guard (1...64).contains(loops) else { throw ValidationError("--loops takes 1 to 64.") }
        guard server.processes.isEmpty || tree.isRunning else {
            throw ValidationError("--server names no running process.")
        }
    }
}

/// Process ids with commas between them.
struct ProcessList: ExpressibleByArgument, CustomStringConvertible {
    let processes: [Int]

    init(processes: [Int]) {
        self.processes = processes
    }

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        processes = parts.compactMap { $0 }
        guard processes.count == parts.count else { return nil }
    }

    var description: String { processes.map(String.init).joined(separator: ",") }
}
