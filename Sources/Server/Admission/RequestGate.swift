// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts requests by address, so that one that asks without end is told to wait.
final class RequestGate: Sendable {
    private let perMinute: Int
    private let trusted: [AddressNetwork]
    private let capacity: Int
    private let allowances = Mutex<[IPAddress: Allowance]>([:])
    private let now: @Sendable () -> Int64

    init(
        perMinute: Int, trusted: [AddressNetwork], capacity: Int = 65_536,
        now: @escaping @Sendable () -> Int64 = { Uptime.nanoseconds }
    ) {
        self.perMinute = perMinute
        self.trusted = trusted
        self.capacity = capacity
        self.now = now
    }

    /// How many addresses are remembered.
    var count: Int { allowances.withLock { $0.count } }

    /// Whole seconds until this address is answered again; nil if it is now.
    func wait(of address: IPAddress) -> Int64? {
        guard !trusted.contains(where: { $0.contains(address) }) else { return nil }
        let (now, source) = (now(), address.source)
        return allowances.withLock { allowances in
            if allowances.count >= capacity, allowances[source] == nil {
                allowances = allowances.filter { !$0.value.isWhole(at: now) }
                // So many addresses at once are no single one's doing.
                if allowances.count > capacity / 2 { allowances = [:] }
            }
            return allowances[source, default: Allowance()].take(at: now, perMinute: perMinute)
                .map { ($0 + 999_999_999) / 1_000_000_000 }
        }
    }
}
