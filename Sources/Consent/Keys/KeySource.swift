/// Where the vault reads keys from on demand; the store's keys file is one, a test's dictionary another.
///
/// Called with the vault's lock held: it must not call the vault.
package protocol KeySource: Sendable {
    /// The person's service key, every purpose key, and the newest message key; empty if there is no such person.
    func keys(of owner: PersonID) throws -> [StoredKey]

    /// One message key of `owner`, if it lives.
    func messageKey(_ id: KeyID, of owner: PersonID) throws -> StoredKey?
}
