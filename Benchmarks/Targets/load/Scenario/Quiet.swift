/// Waits until a count hasn't grown for so many seconds, or is enough, and gives it.
func untilQuiet(_ seconds: Double, enough: Int = .max, _ count: () async throws -> Int) async throws -> Int {
    var (before, quiet) = (try await count(), 0.0)
    while before < enough, quiet < seconds {
        try await Task.sleep(for: .milliseconds(50))
        let now = try await count()
        quiet = now == before ? quiet + 0.05 : 0
        before = now
    }
    return before
}
