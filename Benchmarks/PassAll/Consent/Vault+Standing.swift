/// The vault without its checks, for measuring what they cost. A key is needed to seal at all; nobody is asked whether it may
/// be used, and nothing is counted.
extension Vault {
    func standing(_ purpose: PurposeCode, of keys: HeldKeys, _ state: State) throws(Denied) -> HeldKey {
        guard let key = keys.purposes[purpose] else { throw .noConsent }
        return key
    }

    func count(_ purpose: PurposeCode, of keys: HeldKeys, under key: HeldKey, _ state: inout State) {}
}
