/// Bytes that the vault sealed, for a column of the store.
package struct Ciphertext: PermitResult {
    /// Nonce, sealed bytes, tag.
    package let bytes: [UInt8]

    package static var membership: Membership<Self> { Membership() }
}

/// What the service keeps for a person, opened to be rendered to that person: a message, a roster item, a setting.
///
/// Content, not an identifier: no ``Sealed`` value opens as one.
package struct OpenedContent: PermitResult {
    package let bytes: [UInt8]

    package static var membership: Membership<Self> { Membership() }
}

/// A keyed hash of 16 bytes, different for every owner and domain.
package struct KeyedHash: PermitResult, Hashable {
    package let bytes: [UInt8]

    package static var membership: Membership<Self> { Membership() }
}

/// A keyed hash of 64 bits.
package struct ShortHash: PermitResult, Hashable {
    package let value: Int64

    package static var membership: Membership<Self> { Membership() }
}

extension Ciphertext: CustomStringConvertible, CustomReflectable {
    package var description: String { "<ciphertext>" }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension OpenedContent: CustomStringConvertible, CustomReflectable {
    package var description: String { "<content>" }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
