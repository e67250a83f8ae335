/// The escaping of names within SCRAM messages (RFC 5802 §5.1): `=2C` is a comma, `=3D` an equals sign.
enum SaslName {
    /// The plain text; nil for any other use of `=`.
    static func unescaped(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "=") else {
                result.append(byte)
                continue
            }
            switch (iterator.next(), iterator.next()) {
            case (UInt8(ascii: "2"), UInt8(ascii: "C")): result.append(UInt8(ascii: ","))
            case (UInt8(ascii: "3"), UInt8(ascii: "D")): result.append(UInt8(ascii: "="))
            default: return nil
            }
        }
        return result
    }
}
