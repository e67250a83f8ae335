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

    enum Beginning: Sendable {
        /// Seconds until a password for this account is looked at again.
        case wait(Int64)
        /// Now; ``failed(_:)`` or ``succeeded(_:)`` has to follow, if the client stays for it.
        case go(GuessTable.Attempt)
    }

    /// Somebody is about to say a password. `source` is nil for a trusted address.
    func begin(_ account: String, from source: IPAddress?) -> Beginning {
        switch guesses.withLock({ $0.begin(account, from: source, at: now()) }) {
        case .wait(let milliseconds): .wait((milliseconds + 999) / 1_000)
        case .go(let attempt): .go(attempt)
        }
    }

    func failed(_ attempt: GuessTable.Attempt) {
        guesses.withLock { $0.failed(attempt, at: now()) }
    }

    func succeeded(_ attempt: GuessTable.Attempt) {
        guesses.withLock { $0.succeeded(attempt, at: now()) }
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
