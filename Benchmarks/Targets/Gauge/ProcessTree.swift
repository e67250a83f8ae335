import Glibc

/// The processes of a server: those named, and all below them.
///
/// Everything is read from `/proc` (proc(5)). A process that can't be read counts as ended.
package struct ProcessTree: Sendable {
    /// The processes at the top.
    package let roots: [Int]

    package init(roots: [Int]) {
        self.roots = roots
    }

    /// Whether any of the roots is running.
    package var isRunning: Bool { roots.contains { ProcessTimes(of: $0) != nil } }

    /// User and system time since their start, in seconds: of all that run, and of the children that they have waited for.
    ///
    /// A child that ends meanwhile moves from one to the other, so differences of two readings hold. The kernel counts in
    /// hundredths of a second.
    package func cpuSeconds() -> Double {
        let ticks = members().reduce(0) { $0 + $1.ticks }
        return Double(ticks) / Double(max(sysconf(Int32(_SC_CLK_TCK)), 1))
    }

    /// Memory in KiB, pages that several processes share being divided among them (PSS).
    package func proportionalKibibytes() -> Int {
        members().reduce(0) { $0 + Self.proportionalKibibytes(of: $1.process) }
    }

    /// All processes of the tree, each once.
    private func members() -> [ProcessTimes] {
        let all = Directory.numbers(in: "/proc").compactMap(ProcessTimes.init)
        var wanted = Set(roots)
        var before = 0
        while wanted.count != before {
            before = wanted.count
            for one in all where wanted.contains(one.parent) { wanted.insert(one.process) }
        }
        return all.filter { wanted.contains($0.process) }
    }

    private static func proportionalKibibytes(of process: Int) -> Int {
        let text = FileText.read("/proc/\(process)/smaps_rollup") ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("Pss:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
}

/// What `/proc/PID/stat` says of one process.
struct ProcessTimes: Equatable {
    let process: Int
    let parent: Int
    /// utime, stime, cutime and cstime together, in clock ticks.
    let ticks: Int

    /// Reads the file; nil if the process has ended.
    init?(of process: Int) {
        guard let text = FileText.read("/proc/\(process)/stat") else { return nil }
        self.init(process, stat: text)
    }

    /// Reads the line of a process. Its name, in parentheses, may hold anything.
    init?(_ process: Int, stat: String) {
        guard let name = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        // The fields are numbered from 1 in proc(5), and the third is the first here.
        guard fields.count > 14, let parent = Int(fields[1]) else { return nil }
        self.process = process
        self.parent = parent
        self.ticks = fields[11...14].reduce(0) { $0 + (Int($1) ?? 0) }
    }
}
