import Crypto
import Synchronization

/// AES-256-GCM as it is used everywhere here: 12-byte nonce, ciphertext, 16-byte tag, in one run of bytes.
enum Seal {
    /// A nonce is 32 random bits of this process and a count of 64 bits from a random start: never twice within a run,
    /// improbable beyond 2^-60 over all runs of a key's life, and without a system call for each.
    private static let prefix = UInt32.random(in: .min ... .max)
    private static let count = Atomic<UInt64>(.random(in: .min ... .max))

    private static func nonce() -> [UInt8] {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        var bytes: [UInt8] = []
        bytes.reserveCapacity(12)
        for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: prefix >> shift)) }
        bytes.appendBigEndian(number)
        return bytes
    }

    static func close(_ bytes: [UInt8], under key: SymmetricKey, binding: [UInt8]) throws(Denied) -> [UInt8] {
        do {
            let nonce = try AES.GCM.Nonce(data: nonce())
            let box = try AES.GCM.seal(bytes, using: key, nonce: nonce, authenticating: binding)
            guard let stored = box.combined else { throw Denied.erased }
            return [UInt8](stored)
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
