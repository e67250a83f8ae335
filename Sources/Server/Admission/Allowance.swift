// SPDX-License-Identifier: Apache-2.0

/// So many of something a minute, all of them at once if need be: 8 bytes for each who is allowed.
///
/// The generic cell rate algorithm (ITU-T I.371): it remembers when all that was taken will have been earned again.
struct Allowance: Sendable {
    private var earnedAt: Int64 = .min

    private static let minute: Int64 = 60_000_000_000

    /// Takes one at this time, in nanoseconds of a clock that doesn't jump.
    ///
    /// - Returns: nil if it was there, otherwise how long until it will be.
    mutating func take(at now: Int64, perMinute: Int) -> Int64? {
        let cost = Self.minute / Int64(max(perMinute, 1))
        let begin = max(earnedAt, now)
        let wait = begin - now + cost - Self.minute
        guard wait <= 0 else { return wait }
        earnedAt = begin + cost
        return nil
    }

    /// Nothing is missing, so that forgetting it changes nothing.
    func isWhole(at now: Int64) -> Bool { earnedAt <= now }
}
