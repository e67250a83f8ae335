/// How much of a JSON text is read before it is refused.
package struct JSONLimits: Hashable, Sendable {
    /// Bytes of the whole text.
    package let bytes: Int
    /// Arrays and objects within one another.
    package let depth: Int
    /// Values of every kind, containers and what is in them.
    package let values: Int

    package init(bytes: Int, depth: Int, values: Int) {
        self.bytes = bytes
        self.depth = depth
        self.values = values
    }

    /// A mebibyte, 32 levels, 65,536 values.
    package static let standard = JSONLimits(bytes: 1 << 20, depth: 32, values: 1 << 16)
}
