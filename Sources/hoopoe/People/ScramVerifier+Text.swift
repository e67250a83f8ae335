// SPDX-License-Identifier: Apache-2.0

import Wire
package import XMPP

extension ScramVerifier {
    /// `SCRAM-SHA-256$4096:SALT$STORED:SERVER`, all but the count in base64 (RFC 5803 §2).
    package var text: String {
        "\(hash.mechanism)$\(iterations):\(Base64.encodeString(salt))"
            + "$\(Base64.encodeString(storedKey)):\(Base64.encodeString(serverKey))"
    }

    /// Reads what ``text`` writes; nil for anything else, keys of a wrong length or too few iterations included.
    package init?(text: String) {
        let parts = Self.split(Array(text.utf8)[...], "$")
        guard parts.count == 3 else { return nil }
        let hash: ScramHash
        switch String(decoding: parts[0], as: UTF8.self) {
        case ScramHash.sha1.mechanism: hash = .sha1
        case ScramHash.sha256.mechanism: hash = .sha256
        default: return nil
        }
        let salting = Self.split(parts[1], ":")
        let keys = Self.split(parts[2], ":")
        guard salting.count == 2, keys.count == 2, let iterations = Int(String(decoding: salting[0], as: UTF8.self)),
            // RFC 7677 §4 asks for 4096 at least; the upper bound keeps a log-in from becoming a burden.
            (4_096...10_000_000).contains(iterations),
            let salt = Base64.decode(Array(salting[1])), (8...1_024).contains(salt.count),
            let stored = Base64.decode(Array(keys[0])), stored.count == hash.length,
            let server = Base64.decode(Array(keys[1])), server.count == hash.length
        else { return nil }
        self.init(hash: hash, iterations: iterations, salt: salt, storedKey: stored, serverKey: server)
    }

    private static func split(_ text: ArraySlice<UInt8>, _ separator: Unicode.Scalar) -> [ArraySlice<UInt8>] {
        text.split(separator: UInt8(ascii: separator), omittingEmptySubsequences: false)
    }
}

extension ScramHash {
    fileprivate var mechanism: String {
        switch self {
        case .sha1: "SCRAM-SHA-1"
        case .sha256: "SCRAM-SHA-256"
        }
    }

    fileprivate var length: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        }
    }
}

extension ScramVerifiers {
    /// Derives both with fresh salts. Slow on purpose.
    package init(_ password: Password, iterations: Int) throws {
        func salt() -> [UInt8] { (0..<Self.saltLength).map { _ in UInt8.random(in: 0...255) } }
        self = try Self.deriveBoth(password, iterations: iterations, salts: (sha1: salt(), sha256: salt()))
    }

    /// A pair in either order; nil unless there is one of each hash.
    package init?(_ one: ScramVerifier, _ other: ScramVerifier) {
        switch (one.hash, other.hash) {
        case (.sha1, .sha256): self.init(sha1: one, sha256: other)
        case (.sha256, .sha1): self.init(sha1: other, sha256: one)
        case (.sha1, .sha1), (.sha256, .sha256): return nil
        }
    }
}
