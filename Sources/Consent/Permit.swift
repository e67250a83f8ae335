import Crypto

/// The right to use one person's identifiers for one purpose, once.
///
/// Minted only by ``Vault``, which holds its lock while the permit lives: a withdrawal can't overtake a use.
/// It can't be copied, kept or sent elsewhere.
package struct Permit<P: Purpose>: ~Copyable {
    /// Who said yes.
    package let person: PersonID
    /// Where the yes holds.
    package let region: Region
    /// The version of the terms that was agreed to.
    package let terms: Int
    /// The key that everything sealed under this permit is bound to.
    package let key: KeyID

    let secret: SymmetricKey

    init(person: PersonID, region: Region, held: HeldKey) {
        self.person = person
        self.region = region
        self.terms = held.grant.terms
        self.key = held.id
        self.secret = held.secret
    }

    /// Seals `bytes` as a value of `kind` standing at `place`.
    ///
    /// - Throws: `erased` unless `place` is in the kind's own column.
    package borrowing func seal<Kind: IdentifierKind>(
        _ bytes: [UInt8], as kind: Kind.Type, at place: Place
    ) throws(Denied) -> Sealed<Kind> where Kind.Opener == P {
        guard place.stands(for: kind) else { throw .erased }
        return Sealed(owner: person, key: key, stored: try Seal.close(bytes, under: secret, binding: place.bytes))
    }

    /// Opens `sealed`, which must stand at `place`, for its kind's way out. Nobody sees the bytes before they leave.
    ///
    /// - Throws: `erased` if it was sealed under a key that is gone, belongs to somebody else, stands elsewhere or
    ///   was altered.
    package borrowing func open<Kind: IdentifierKind>(
        _ sealed: Sealed<Kind>, at place: Place
    ) throws(Denied) -> Disclosure<Kind.Way> where Kind.Opener == P {
        Disclosure(try opened(sealed, at: place))
    }

    /// Opens `sealed` for what its owner fetches of their own; otherwise like ``open(_:at:)``.
    package borrowing func export<Kind: IdentifierKind>(
        _ sealed: Sealed<Kind>, at place: Place
    ) throws(Denied) -> Disclosure<HTTPBody> where Kind.Opener == P {
        Disclosure(try opened(sealed, at: place))
    }

    private borrowing func opened<Kind: IdentifierKind>(
        _ sealed: Sealed<Kind>, at place: Place
    ) throws(Denied) -> [UInt8] where Kind.Opener == P {
        guard sealed.owner == person, sealed.key == key, place.stands(for: Kind.self) else { throw .erased }
        return try Seal.open(sealed.stored, under: secret, binding: place.bytes)
    }

    /// Seals whole content under the purpose's key, inside whatever other seal it has.
    ///
    /// - Throws: `erased` unless `place` is a message row's: identifiers stand elsewhere, so none opens as content.
    package borrowing func seal(content: [UInt8], at place: Place) throws(Denied) -> Ciphertext {
        guard place.holdsContent else { throw .erased }
        return Ciphertext(bytes: try Seal.close(content, under: secret, binding: place.bytes))
    }

    /// Opens what ``seal(content:at:)`` sealed under the same key.
    package borrowing func open(content: [UInt8], at place: Place) throws(Denied) -> OpenedContent {
        guard place.holdsContent else { throw .erased }
        return OpenedContent(bytes: try Seal.open(content, under: secret, binding: place.bytes))
    }
}
