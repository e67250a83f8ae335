// SPDX-License-Identifier: Apache-2.0

import Consent
import Synchronization
import Wire

/// Links that work once, for an hour, for one person: whoever has the link is taken for them.
///
/// They exist in memory only, so a restart ends them all, and never in a log.
final class OneTimeLinks: Sendable {
    /// What a link lets its bearer do.
    enum Purpose: Hashable, Sendable {
        /// Fetch everything that is kept about the person.
        case export
    }

    struct Grant: Hashable, Sendable {
        let person: PersonID
        let purpose: Purpose
    }

    private struct Link {
        let grant: Grant
        let ends: ContinuousClock.Instant
    }

    static let lifetime = Duration.seconds(3_600)

    private let limit: Int
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let links = Mutex<[String: Link]>([:])

    /// Keeps at most `limit` links: beyond it the oldest ends early.
    init(limit: Int = 10_000, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.limit = limit
        self.clock = clock
    }

    /// The token of a new link; an earlier one for the same thing ends.
    func make(for person: PersonID, _ purpose: Purpose) -> String {
        let token = Self.randomToken()
        let now = clock()
        let grant = Grant(person: person, purpose: purpose)
        links.withLock { links in
            links = links.filter { $0.value.ends > now && $0.value.grant != grant }
            if links.count >= limit, let oldest = links.min(by: { $0.value.ends < $1.value.ends })?.key {
                links[oldest] = nil
            }
            links[token] = Link(grant: grant, ends: now + Self.lifetime)
        }
        return token
    }

    /// What the link is for, if it works now; it goes on working.
    func look(at token: String) -> Grant? {
        let now = clock()
        return links.withLock { links in links[token].flatMap { $0.ends > now ? $0.grant : nil } }
    }

    /// What the link is for, if it works now; from now on it doesn't.
    func use(_ token: String) -> Grant? {
        let now = clock()
        return links.withLock { links in links.removeValue(forKey: token).flatMap { $0.ends > now ? $0.grant : nil } }
    }

    /// The person left: no link of theirs works any more.
    func forget(_ person: PersonID) {
        links.withLock { links in links = links.filter { $0.value.grant.person != person } }
    }

    // MARK: Tokens

    /// 128 random bits in base64url without padding (RFC 4648 §5).
    private static func randomToken() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return Base64URL.encodeString(bytes)
    }

    /// Whether the text has the form of a token.
    static func isToken(_ text: Substring) -> Bool {
        text.utf8.count == 22
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}
