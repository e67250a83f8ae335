import Crypto
import Synchronization

/// New keys, wrapped for the keys file. The caller stores and syncs them, then calls ``Vault/refresh(_:)``.
extension Vault {
    /// A key for what the service itself keeps of `owner`, the first key of every person, and the first `bytes` sealed under
    /// it: nobody has to be read back to be let in.
    package func mintServiceKey(
        _ id: KeyID, owner: PersonID, day: Int32, sealing bytes: [UInt8], at place: Place
    ) throws(Denied) -> (key: StoredKey, sealed: Ciphertext) {
        let secret = SymmetricKey(size: .bits256)
        let key = try mint(secret, id, owner: owner, use: .service, day: day, grant: nil)
        return (key, Ciphertext(bytes: try Seal.close(bytes, under: secret, binding: place.bytes)))
    }

    /// A key for a purpose that `grant` permits.
    package func mintKey(
        _ id: KeyID, owner: PersonID, purpose: PurposeCode, day: Int32, grant: Grant
    ) throws(Denied) -> StoredKey {
        guard grant.region == region else { throw .wrongRegion }
        return try mint(
            SymmetricKey(size: .bits256), id, owner: owner, use: .purpose(purpose), day: day, grant: grant)
    }

    /// A key for a day's message rows, wrapped for delivery and, while `history` stands, for history.
    package func mintMessageKey(_ id: KeyID, owner: PersonID, day: Int32) throws(Denied) -> StoredKey {
        let secret = SymmetricKey(size: .bits256)
        let bytes = unsafe secret.withUnsafeBytes { unsafe [UInt8]($0) }
        let binding = wrapBinding(id, owner: owner, use: KeyUse.message.code, region: region)
        return try state.withLock { (state: inout State) throws(Denied) -> StoredKey in
            let keys = try held(owner, &state)
            var forHistory: [UInt8]?
            if let history = historyKey(of: keys, state) {
                forHistory = try Seal.close(bytes, under: history.secret, binding: binding)
            }
            return StoredKey(
                id: id, owner: owner, use: .message, day: day,
                wrapped: try Seal.close(bytes, under: keys.delivery, binding: binding),
                wrappedForHistory: forHistory)
        }
    }

    /// Seals a number that was just proven under the key minted for it, before that is stored and the permit exists.
    package func seal(
        _ number: OpenedNumber, under key: StoredKey, at place: Place
    ) throws(Denied) -> Sealed<OwnNumber> {
        guard key.use == .purpose(OwnNumber.Opener.code), let wrapped = key.wrapped else { throw .noConsent }
        guard place.stands(for: OwnNumber.self) else { throw .erased }
        let secret = try regionKey.unwrap(
            wrapped, binding: wrapBinding(key.id, owner: key.owner, use: key.use.code, region: region))
        return Sealed(
            owner: key.owner, key: key.id, stored: try Seal.close(number.digits, under: secret, binding: place.bytes))
    }

    func historyKey(of keys: HeldKeys, _ state: State) -> HeldKey? {
        try? standing(.history, of: keys, state)
    }

    func standingHistory(of keys: HeldKeys, _ state: State) -> Result<HeldKey, Denied> {
        do throws(Denied) {
            return .success(try standing(.history, of: keys, state))
        } catch {
            return .failure(error)
        }
    }

    private func mint(
        _ secret: SymmetricKey, _ id: KeyID, owner: PersonID, use: KeyUse, day: Int32, grant: Grant?
    ) throws(Denied) -> StoredKey {
        let wrapped = try regionKey.wrap(
            secret, binding: wrapBinding(id, owner: owner, use: use.code, region: region))
        return StoredKey(id: id, owner: owner, use: use, day: day, wrapped: wrapped, grant: grant)
    }
}
