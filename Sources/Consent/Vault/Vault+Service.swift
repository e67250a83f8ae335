import Crypto
import Synchronization

/// What the service needs to do its job for a person who joined, and which needs no further yes: seal and open
/// what it keeps for them, hash their correspondents' addresses, and hold their messages for delivery.
///
/// Lives inside the vault's lock like a ``Permit``. Kept messages past the delivery window still ask for `history`.
package struct ServicePermit: ~Copyable {
    let keys: HeldKeys
    let regionName: Region
    let source: any KeySource
    /// The live history key, or why the yes to `history` doesn't stand.
    let standingHistory: Result<HeldKey, Denied>

    var history: HeldKey? { try? standingHistory.get() }

    /// Seals bytes kept for the owner at `place`.
    package borrowing func seal(_ bytes: [UInt8], at place: Place) throws(Denied) -> Ciphertext {
        Ciphertext(bytes: try Seal.close(bytes, under: keys.service, binding: place.bytes))
    }

    /// Opens what ``seal(_:at:)`` sealed at the same place.
    package borrowing func open(_ stored: [UInt8], at place: Place) throws(Denied) -> OpenedContent {
        OpenedContent(bytes: try Seal.open(stored, under: keys.service, binding: place.bytes))
    }

    /// A keyed hash of 16 bytes, different for every owner and `domain`, for finding equal values again.
    package borrowing func hash(_ domain: StaticString, _ parts: [UInt8]...) -> KeyedHash {
        KeyedHash(bytes: Array(code(domain, parts).prefix(16)))
    }

    /// The same in 64 bits, for columns where a false match among one owner's rows does no harm or is unlikely enough.
    package borrowing func shortHash(_ domain: StaticString, _ parts: [UInt8]...) -> ShortHash {
        let code = code(domain, parts)
        return ShortHash(
            value: unsafe code.withUnsafeBytes { unsafe Int64(bigEndian: $0.loadUnaligned(as: Int64.self)) })
    }

    /// The keyed hash by which the owner's rows with one correspondent are found.
    ///
    /// Kept in memory for those with whom they lately wrote.
    package borrowing func correspondent(_ address: [UInt8]) -> ShortHash {
        if let known = keys.correspondents[address] { return known }
        let hash = shortHash("correspondent", address)
        keys.remember(hash, of: address)
        return hash
    }

    private borrowing func code(_ domain: StaticString, _ parts: [[UInt8]]) -> SHA256.Digest {
        // In one piece: a call for each costs as much as hashing it.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(domain.utf8CodeUnitCount + 1) { $0 + 8 + $1.count })
        domain.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(0)
        for part in parts { bytes.appendBigEndian(UInt64(part.count)) }
        for part in parts { bytes.append(contentsOf: part) }
        return keys.hashing.code(of: bytes)
    }

    /// The key for the owner's message rows of `day`, or nil when one must be minted and synced first.
    ///
    /// A new one is due every day and at each change of the `history` standing.
    package borrowing func messageKey(day: Int32) -> KeyID? {
        guard let newest = keys.newest, newest.day == day, newest.forHistory == (history != nil) else { return nil }
        return newest.id
    }

    /// Seals a message row under the message key `id`.
    package borrowing func seal(message: [UInt8], under id: KeyID, at place: Place) throws(Denied) -> Ciphertext {
        Ciphertext(bytes: try Seal.close(message, under: try messageKey(id).secret, binding: place.bytes))
    }

    /// Opens a message row.
    ///
    /// - Throws: `noConsent` for a row past the window while `history` doesn't stand; `erased` when its key is gone.
    package borrowing func open(message: [UInt8], under id: KeyID, at place: Place) throws(Denied) -> OpenedContent {
        OpenedContent(bytes: try Seal.open(message, under: try messageKey(id).secret, binding: place.bytes))
    }

    private borrowing func messageKey(_ id: KeyID) throws(Denied) -> HeldMessageKey {
        if let key = keys.messageKeys[id] {
            if !key.inWindow { _ = try standingHistory.get() }
            return key
        }
        let stored: StoredKey?
        do {
            stored = try source.messageKey(id, of: keys.owner)
        } catch {
            throw .unreadable
        }
        guard let stored, stored.owner == keys.owner, stored.id == id else { throw .erased }
        let binding = wrapBinding(id, owner: keys.owner, use: KeyUse.message.code, region: regionName)
        let key: HeldMessageKey
        if let wrapped = stored.wrapped {
            key = HeldMessageKey(
                secret: SymmetricKey(data: try Seal.open(wrapped, under: keys.delivery, binding: binding)),
                inWindow: true)
        } else if let wrapped = stored.wrappedForHistory {
            let history = try standingHistory.get()
            key = HeldMessageKey(
                secret: SymmetricKey(data: try Seal.open(wrapped, under: history.secret, binding: binding)),
                inWindow: false)
        } else {
            throw .erased
        }
        keys.remember(key, as: id)
        return key
    }
}

extension Vault {
    /// Runs `body` with what the service may do for `person`; under the lock, like ``withPermit(_:for:_:)``.
    ///
    /// - Throws: `erased` if there is no such person, or no longer.
    package func withService<R: PermitResult>(
        for person: PersonID, _ body: (borrowing ServicePermit) throws(Denied) -> R
    ) throws(Denied) -> R {
        _ = R.membership
        return try state.withLock { (state: inout State) throws(Denied) -> R in
            let keys = try held(person, &state)
            return try body(
                ServicePermit(
                    keys: keys, regionName: region, source: source, standingHistory: standingHistory(of: keys, state)))
        }
    }
}
