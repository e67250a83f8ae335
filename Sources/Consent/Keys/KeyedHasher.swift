import Crypto

/// HMAC-SHA-256 (RFC 2104) under one key, begun once and copied for each value.
///
/// The same as `HMAC<SHA256>` of swift-crypto, which looks its hash function up each time as it isn't specialised.
struct KeyedHasher: Sendable {
    private let inner: SHA256
    private let outer: SHA256

    /// `key` has at most 64 bytes, as all keys here do; more would have to be hashed first.
    init(key: SymmetricKey) {
        let padded: [UInt8] = unsafe key.withUnsafeBytes { key in
            unsafe Array(key.prefix(SHA256.blockByteCount))
                + [UInt8](repeating: 0, count: max(SHA256.blockByteCount - key.count, 0))
        }
        func begun(_ mask: UInt8) -> SHA256 {
            var hash = SHA256()
            hash.update(data: padded.map { $0 ^ mask })
            return hash
        }
        inner = begun(0x36)
        outer = begun(0x5c)
    }

    func code(of bytes: [UInt8]) -> SHA256.Digest {
        var inner = inner
        unsafe bytes.withUnsafeBytes { unsafe inner.update(bufferPointer: $0) }
        var outer = outer
        unsafe inner.finalize().withUnsafeBytes { unsafe outer.update(bufferPointer: $0) }
        return outer.finalize()
    }
}
