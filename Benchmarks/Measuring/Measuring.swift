public import Foundation

/// A folder that is gone when the body has ended.
public func inScratchFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.path + "/hoopoe-bench-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// User and system time of this process, all threads, in seconds.
public func cpuTime() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// What a body took, in seconds by the clock and of CPU.
public func timed(_ body: () throws -> Void) rethrows -> (elapsed: Double, cpu: Double) {
    let (clock, start, cpu) = (ContinuousClock(), ContinuousClock.now, cpuTime())
    try body()
    let elapsed = clock.now - start
    return (Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18, cpuTime() - cpu)
}

/// One line of JSON on standard output.
public func report(_ figures: KeyValuePairs<String, Double>) {
    print("{" + figures.map { "\"\($0.key)\": \(String(format: "%.6g", $0.value))" }.joined(separator: ", ") + "}")
}
