import Crypto

/// A number that waits for its code: stored before any consent, under a key of its own that is destroyed when the
/// code is used or expires.
package struct PendingNumber: Sendable {
    /// The pending key, wrapped by the region's key.
    package let wrapped: [UInt8]
    /// The number under that key.
    package let sealed: [UInt8]

    package init(wrapped: [UInt8], sealed: [UInt8]) {
        self.wrapped = wrapped
        self.sealed = sealed
    }
}

/// The right to send one code to one number that its typist claims, and to nothing else.
package struct CodePermit: ~Copyable {
    package let person: PersonID
    /// The claimed number, to be counted and compared.
    package let number: OpenedNumber

    init(person: PersonID, number: OpenedNumber) {
        self.person = person
        self.number = number
    }

    /// The number with the words that take the code to it.
    package borrowing func disclose(saying words: String) -> Disclosure<SMPPSubmit> {
        Disclosure(SMSContent.packed(number.digits, words))
    }
}

extension Vault {
    /// Seals a claimed number until its code comes back.
    package func hold(_ digits: [UInt8], claimedBy person: PersonID, id: KeyID) throws(Denied) -> PendingNumber {
        let secret = SymmetricKey(size: .bits256)
        return PendingNumber(
            wrapped: try regionKey.wrap(secret, binding: pendingBinding(id, person)),
            sealed: try Seal.close(digits, under: secret, binding: pendingBinding(id, person)))
    }

    /// Opens a claimed number to send its code, or to turn the claim into consent when the code was right.
    package func withCodePermit<R: PermitResult>(
        _ pending: PendingNumber, claimedBy person: PersonID, id: KeyID,
        _ body: (borrowing CodePermit) throws(Denied) -> R
    ) throws(Denied) -> R {
        _ = R.membership
        let secret = try regionKey.unwrap(pending.wrapped, binding: pendingBinding(id, person))
        let digits = try Seal.open(pending.sealed, under: secret, binding: pendingBinding(id, person))
        guard let number = OpenedNumber(digits) else { throw .erased }
        return try body(CodePermit(person: person, number: number))
    }

    private func pendingBinding(_ id: KeyID, _ person: PersonID) -> [UInt8] {
        wrapBinding(id, owner: person, use: KeyUse.pendingCode.code, region: region)
    }
}
