import Crypto
import Synchronization

/// Blind values of numbers, and who can be reached by one.
///
/// Computing a blind value keeps nothing and needs no consent: a number that is nobody's is forgotten on return.
extension Vault {
    /// The value under which a person's own number is found: E.164 digits without the plus sign.
    package func index(_ digits: some Collection<UInt8>) -> IndexValue {
        IndexValue(
            value: blind(digits, "number \(region.name)", numberSecrets.index), version: numberSecrets.indexVersion)
    }

    /// The value under which one route remembers a number: bindings, STOP. Differs from route to route.
    package func routeHash(_ digits: some Collection<UInt8>, route: String) -> BlindValue {
        blind(digits, "route \(region.name) \(route)", numberSecrets.route)
    }

    /// The value by which limits on one-time codes know a number.
    package func limitHash(_ digits: some Collection<UInt8>) -> BlindValue {
        blind(digits, "limit \(region.name)", numberSecrets.route)
    }

    /// The key that one-time codes are hashed with at rest.
    package var codeKey: CodeKey {
        CodeKey(secret: Seal.derive("hoopoe code 1", from: numberSecrets.route))
    }

    /// What answers to unknown names are derived from, so that they stay the same and can't be told from others
    /// (RFC 5802 §9).
    package var decoySecret: [UInt8] {
        unsafe Seal.derive("hoopoe decoy 1", from: numberSecrets.route).withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// Who has proven the number and lets it be used for texting: the index, kept in memory.
    ///
    /// The consent itself is asked for by ``withPermit(_:for:_:)``; this only names whom to ask.
    package func person(at value: IndexValue) -> PersonID? {
        state.withLock { $0.aliases[value] }
    }

    /// Sets the index as read from the keys file at start.
    package func setAliases(_ aliases: Aliases) {
        state.withLock { $0.aliases = aliases }
    }

    /// A proven number's index row is on disk; ends an earlier holder's.
    package func setAlias(_ value: IndexValue, of person: PersonID) {
        state.withLock { state in
            state.aliases.set(value, of: person)
        }
    }

    /// The person can no longer be reached by number.
    package func removeAlias(of person: PersonID) {
        state.withLock { $0.aliases.remove(person) }
    }

    private func blind(_ digits: some Collection<UInt8>, _ domain: String, _ key: SymmetricKey) -> BlindValue {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Array(domain.utf8) + [0])
        code.update(data: Array(digits))
        return BlindValue(truncating: code.finalize())
    }
}
