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
    package borrowing func seal<Kind: IdentifierKind>(
        _ bytes: [UInt8], as kind: Kind.Type, at place: Place
    ) throws(Denied) -> Sealed<Kind> where Kind.Opener == P {
        Sealed(owner: person, key: key, stored: try Seal.close(bytes, under: secret, binding: place.bytes))
    }

    /// Opens `sealed`, which must stand at `place`.
    ///
    /// - Throws: `erased` if it was sealed under a key that is gone, belongs to somebody else, stands elsewhere or
    ///   was altered.
    package borrowing func open<Kind: IdentifierKind>(
        _ sealed: Sealed<Kind>, at place: Place
    ) throws(Denied) -> [UInt8] where Kind.Opener == P {
        guard sealed.owner == person, sealed.key == key else { throw .erased }
        return try Seal.open(sealed.stored, under: secret, binding: place.bytes)
    }

    /// Seals whole content under the purpose's key, inside whatever other seal it has.
    package borrowing func seal(content: [UInt8], at place: Place) throws(Denied) -> [UInt8] {
        try Seal.close(content, under: secret, binding: place.bytes)
    }

    /// Opens what ``seal(content:at:)`` sealed under the same key.
    package borrowing func open(content: [UInt8], at place: Place) throws(Denied) -> [UInt8] {
        try Seal.open(content, under: secret, binding: place.bytes)
    }
}
