/// The receipt of a departure, to be handed over at once: the store keeps neither it nor its salt.
package struct FinalReceipt: Hashable, Sendable {
    /// The compact JWS.
    package let receipt: [UInt8]
    /// Sixteen bytes without which nobody can tell the leaf.
    package let salt: [UInt8]
    package let leaf: LeafPosition
    /// Milliseconds since 1970.
    package let at: Int64
}
