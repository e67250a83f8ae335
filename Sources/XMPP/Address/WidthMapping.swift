/// Fullwidth and halfwidth code points become what they are variants of (RFC 8264 §5.2.1).
enum WidthMapping {
    /// Maps code points with a `<wide>` or `<narrow>` decomposition to it.
    static func mapped(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        scalars.map(mapped)
    }

    /// Maps one code point.
    static func mapped(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        // One block holds them all but the ideographic space.
        guard scalar.value == 0x3000 || (0xFF01...0xFFEE).contains(scalar.value) else { return scalar }
        return UnicodeTables.widthMapping(of: scalar) ?? scalar
    }
}
