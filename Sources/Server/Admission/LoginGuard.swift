// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Decides whether a password is looked at now, and remembers what came of it.
final class LoginGuard: Sendable {
    private let guesses: Mutex<GuessTable>
    /// PLAIN passwords that are being checked or wait for it.
    private let checks = Atomic<Int>(0)
    private let mostChecks: Int
    /// Milliseconds of a clock that doesn't jump.
    private let now: @Sendable () -> Int64

    /// A check takes milliseconds of a thread on purpose. With so many waiting, the last one waits for a second or
    /// two.
    static let usualChecks = 256

    init(
        _ limits: GuessTable.Limits, mostChecks: Int = usualChecks,
        now: @escaping @Sendable () -> Int64 = { Uptime.milliseconds }
    ) {
        guesses = Mutex(GuessTable(limits))
        self.mostChecks = mostChecks
        self.now = now
    }

    /// Seconds until a password for this account is looked at again; nil if it is now. `source` is nil for a trusted address.
    func wait(of account: String, from source: IPAddress?) -> Int64? {
        let wait = guesses.withLock { $0.wait(of: account, from: source, at: now()) }
        return wait == 0 ? nil : (wait + 999) / 1_000
    }

    func failed(_ account: String, from source: IPAddress?) {
        guesses.withLock { $0.failed(account, from: source, at: now()) }
    }

    func succeeded(_ account: String, from source: IPAddress?) {
        guesses.withLock { $0.succeeded(account, from: source, at: now()) }
    }

    /// Takes a place in the line of password checks. False if the line is full; else ``endCheck()`` has to follow.
    func beginCheck() -> Bool {
        if checks.wrappingAdd(1, ordering: .relaxed).oldValue < mostChecks { return true }
        endCheck()
        return false
    }

    func endCheck() {
        checks.wrappingSubtract(1, ordering: .relaxed)
    }
}
