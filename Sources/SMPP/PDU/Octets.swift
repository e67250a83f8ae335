/// Strings on the wire are octets. They become the first 256 Unicode scalars, so that whatever a carrier
/// sends comes back unchanged.
extension String {
    init(octets: some Collection<UInt8>) {
        if octets.allSatisfy({ $0 < 0x80 }) {
            self = String(decoding: octets, as: UTF8.self)
        } else {
            var scalars = String.UnicodeScalarView()
            for octet in octets {
                scalars.append(Unicode.Scalar(octet))
            }
            self = String(scalars)
        }
    }

    /// Nil when a character has no octet, or is a NUL.
    var octets: [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            guard scalar.value != 0, let octet = UInt8(exactly: scalar.value) else { return nil }
            result.append(octet)
        }
        return result
    }
}
