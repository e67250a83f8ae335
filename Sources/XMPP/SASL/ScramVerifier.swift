/// What a server keeps of a password for SCRAM (RFC 5802 §3): enough to check it, not enough to be it elsewhere.
package struct ScramVerifier: Equatable, Sendable {
    package let hash: ScramHash
    package let iterations: Int
    package let salt: [UInt8]
    package let storedKey: [UInt8]
    package let serverKey: [UInt8]

    /// A verifier read back from storage.
    package init(hash: ScramHash, iterations: Int, salt: [UInt8], storedKey: [UInt8], serverKey: [UInt8]) {
        self.hash = hash
        self.iterations = iterations
        self.salt = salt
        self.storedKey = storedKey
        self.serverKey = serverKey
    }

    /// Derives the verifier of a password. Takes milliseconds on purpose: never on an event loop.
    package init(hash: ScramHash, password: Password, iterations: Int, salt: [UInt8]) throws {
        let salted = try hash.saltedPassword(password.bytes, salt: salt, iterations: iterations)
        let clientKey = hash.authenticationCode(key: salted, of: Array("Client Key".utf8))
        self.init(
            hash: hash, iterations: iterations, salt: salt, storedKey: hash.digest(of: clientKey),
            serverKey: hash.authenticationCode(key: salted, of: Array("Server Key".utf8)))
    }

    /// Whether this is the password, for PLAIN. As slow as deriving.
    package func matches(_ password: Password) -> Bool {
        guard let other = try? ScramVerifier(hash: hash, password: password, iterations: iterations, salt: salt) else {
            return false
        }
        return ConstantTime.areEqual(storedKey, other.storedKey)
    }
}

/// A password's verifiers for both hashes. Both are made when it is set: neither can be had from the other later.
package struct ScramVerifiers: Equatable, Sendable {
    /// Iterations for new verifiers: above RFC 7677's least (4096), still quick on a telephone.
    package static let usualIterations = 10_000
    /// Bytes of a new salt.
    package static let saltLength = 16

    package let sha1: ScramVerifier
    package let sha256: ScramVerifier

    package init(sha1: ScramVerifier, sha256: ScramVerifier) {
        self.sha1 = sha1
        self.sha256 = sha256
    }

    /// Derives both. Slow: never on an event loop. The salts must differ from each other and from anyone else's.
    package static func deriveBoth(
        _ password: Password, iterations: Int = usualIterations, salts: (sha1: [UInt8], sha256: [UInt8])
    ) throws -> ScramVerifiers {
        ScramVerifiers(
            sha1: try ScramVerifier(hash: .sha1, password: password, iterations: iterations, salt: salts.sha1),
            sha256: try ScramVerifier(hash: .sha256, password: password, iterations: iterations, salt: salts.sha256))
    }

    /// What an unknown name is answered with: a salt that stays the same for the name and looks like any other, and keys
    /// that no password has.
    ///
    /// - Parameters:
    ///   - username: the prepared name.
    ///   - secret: the server's own, the same for ever, known to nobody else.
    ///   - iterations: what new verifiers have.
    /// - Returns: verifiers that every password fails.
    package static func decoy(username: String, secret: [UInt8], iterations: Int = usualIterations) -> ScramVerifiers {
        let derive = { (label: String, count: Int) in
            let code = ScramHash.sha256.authenticationCode(key: secret, of: Array("\(label)\u{0}\(username)".utf8))
            return Array(code.prefix(count))
        }
        let verifier = { (hash: ScramHash, label: String) in
            ScramVerifier(
                hash: hash, iterations: iterations, salt: derive(label + " salt", saltLength),
                storedKey: derive(label + " stored key", hash.byteCount),
                serverKey: derive(label + " server key", hash.byteCount))
        }
        return ScramVerifiers(sha1: verifier(.sha1, "SCRAM-SHA-1"), sha256: verifier(.sha256, "SCRAM-SHA-256"))
    }

    /// The verifier for a mechanism; PLAIN is checked against the stronger one.
    subscript(_ hash: ScramHash) -> ScramVerifier {
        switch hash {
        case .sha1: sha1
        case .sha256: sha256
        }
    }
}
