import Crypto

/// The key that codes are hashed with at rest.
package struct CodeKey: Sendable {
    let secret: SymmetricKey
}

/// A one-time code that was sent to a number: six digits, ten minutes, five tries. Only its keyed hash is kept.
package struct CodeChallenge: Hashable, Sendable {
    /// How long a code works, in milliseconds.
    package static let lifetime: Int64 = 10 * 60 * 1000
    /// How many wrong entries it bears.
    package static let tries = 5

    /// HMAC-SHA256 over person and code.
    package let hash: [UInt8]
    /// Milliseconds since 1970.
    package let expires: Int64
    package private(set) var triesLeft: Int

    /// What came of an entry.
    package enum Outcome: Hashable, Sendable {
        case right
        /// Wrong, with so many tries left.
        case wrong(left: Int)
        case expired
        /// All tries are used up, whatever was entered.
        case spent
    }

    /// Makes a code for `person`; the second value is to be sent and forgotten.
    package static func make(
        for person: PersonID, key: CodeKey, now: Int64
    ) -> (challenge: CodeChallenge, code: String) {
        let digits = String(UInt32.random(in: 0..<1_000_000))
        let code = String(repeating: "0", count: 6 - digits.utf8.count) + digits
        let hash = Array(authenticator(code, person, key))
        return (CodeChallenge(hash: hash, expires: now + lifetime, triesLeft: tries), code)
    }

    /// A challenge read back from the store.
    package init(hash: [UInt8], expires: Int64, triesLeft: Int) {
        self.hash = hash
        self.expires = expires
        self.triesLeft = triesLeft
    }

    /// Compares an entry in constant time; a wrong one costs a try. The caller stores the challenge before answering.
    package mutating func enter(_ entry: String, by person: PersonID, key: CodeKey, now: Int64) -> Outcome {
        guard triesLeft > 0 else { return .spent }
        guard now < expires else { return .expired }
        triesLeft -= 1
        let valid = HMAC<SHA256>.isValidAuthenticationCode(
            hash, authenticating: Self.message(entry, person), using: key.secret)
        return valid ? .right : .wrong(left: triesLeft)
    }

    private static func authenticator(_ code: String, _ person: PersonID, _ key: CodeKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: message(code, person), using: key.secret)
    }

    private static func message(_ code: String, _ person: PersonID) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendBigEndian(UInt64(bitPattern: person.rawValue))
        bytes.append(contentsOf: code.utf8)
        return bytes
    }
}
