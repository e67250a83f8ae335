/// An identifier or personal content at rest: ciphertext that only a permit of the kind's purpose opens.
///
/// Deliberately not Codable, Equatable or Hashable, and silent when printed or mirrored.
package struct Sealed<Kind: IdentifierKind>: Sendable {
    /// Whose it is.
    package let owner: PersonID
    /// The key that seals it; its destruction is the erasure.
    package let key: KeyID
    /// The ciphertext, for the store's column: nonce, sealed bytes, tag.
    package let stored: [UInt8]

    /// A value read back from the store.
    package init(owner: PersonID, key: KeyID, stored: [UInt8]) {
        self.owner = owner
        self.key = key
        self.stored = stored
    }
}

extension Sealed: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<sealed>" }
    package var debugDescription: String { "<sealed>" }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
