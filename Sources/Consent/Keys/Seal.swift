import Crypto

/// AES-256-GCM as it is used everywhere here: random 12-byte nonce, ciphertext, 16-byte tag, in one run of bytes.
enum Seal {
    static func close(_ bytes: [UInt8], under key: SymmetricKey, binding: [UInt8]) throws(Denied) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(bytes, using: key, authenticating: binding)
            guard let combined = box.combined else { throw Denied.erased }
            return [UInt8](combined)
        } catch {
            throw .erased
        }
    }

    static func open(_ stored: [UInt8], under key: SymmetricKey, binding: [UInt8]) throws(Denied) -> [UInt8] {
        do {
            let box = try AES.GCM.SealedBox(combined: stored)
            return [UInt8](try AES.GCM.open(box, using: key, authenticating: binding))
        } catch {
            throw .erased
        }
    }

    /// A key derived from `key` for one use, so that one stored key serves several.
    static func derive(_ use: StaticString, from key: SymmetricKey) -> SymmetricKey {
        var info: [UInt8] = []
        use.withUTF8Buffer { unsafe info.append(contentsOf: $0) }
        return HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: info, outputByteCount: 32)
    }
}
