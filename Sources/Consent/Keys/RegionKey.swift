import Crypto

/// The key of a region: it wraps the keys of its people and seals nothing else.
///
/// Replacing it rewraps keys; no content is touched.
package struct RegionKey: Sendable {
    /// The length of the key file, in bytes.
    package static let byteCount = 32

    private let secret: SymmetricKey

    /// Refuses anything but 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        secret = SymmetricKey(data: bytes)
    }

    func wrap(_ key: SymmetricKey, binding: [UInt8]) throws(Denied) -> [UInt8] {
        try Seal.close(unsafe key.withUnsafeBytes { unsafe [UInt8]($0) }, under: secret, binding: binding)
    }

    func unwrap(_ wrapped: [UInt8], binding: [UInt8]) throws(Denied) -> SymmetricKey {
        SymmetricKey(data: try Seal.open(wrapped, under: secret, binding: binding))
    }
}

/// What a wrapped key is bound to: its number, owner, use and the region.
func wrapBinding(_ id: KeyID, owner: PersonID?, use: String, region: Region) -> [UInt8] {
    var bytes: [UInt8] = Array("hoopoe key 1\0".utf8)
    bytes.append(contentsOf: region.name.utf8)
    bytes.append(0)
    bytes.append(contentsOf: use.utf8)
    bytes.append(0)
    bytes.appendBigEndian(UInt64(bitPattern: id.rawValue))
    bytes.appendBigEndian(UInt64(bitPattern: owner?.rawValue ?? 0))
    return bytes
}
