/// The consent checks: the one place where a yes is looked at, under the vault's lock.
extension Vault {
    /// The live, current key of `purpose`, or why there is none.
    func standing(_ purpose: PurposeCode, of keys: HeldKeys, _ state: State) throws(Denied) -> HeldKey {
        if state.closing[Switch(person: keys.owner, purpose: purpose)] != nil { throw .noConsent }
        guard let key = keys.purposes[purpose] else { throw .noConsent }
        guard key.grant.region == region else { throw .wrongRegion }
        guard key.grant.terms >= state.terms.version(inWhichChanged: purpose) else { throw .staleTerms }
        return key
    }

    /// Counts a permit by the yes that it rests on.
    func count(_ purpose: PurposeCode, of keys: HeldKeys, under key: HeldKey, _ state: inout State) {
        state.uses[Use(person: keys.owner, purpose: purpose, decision: key.grant.decision), default: 0] += 1
    }
}
