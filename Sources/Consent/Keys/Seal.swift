import Crypto
import Synchronization

/// AES-256-GCM as it is used everywhere here: 12-byte nonce, ciphertext, 16-byte tag, in one run of bytes.
enum Seal {
    /// Nonces are 64 random bits, chosen at start and after every 2^32 seals, and a count: never twice, and without
    /// a system call for each.
    private struct Nonces {
        var prefix = UInt64.random(in: .min ... .max)
        var count: UInt32 = 0

        mutating func next() -> [UInt8] {
            if count == .max { self = Nonces() }
            count += 1
            var bytes: [UInt8] = []
            bytes.reserveCapacity(12)
            bytes.appendBigEndian(prefix)
            for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
            return bytes
        }
    }

    private static let nonces = Mutex(Nonces())

    static func close(_ bytes: [UInt8], under key: SymmetricKey, binding: [UInt8]) throws(Denied) -> [UInt8] {
        do {
            let nonce = nonces.withLock { $0.next() }
            let box = try AES.GCM.seal(bytes, using: key, nonce: AES.GCM.Nonce(data: nonce), authenticating: binding)
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
