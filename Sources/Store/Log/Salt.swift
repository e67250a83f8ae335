import Crypto

/// Sixteen secret bytes of one decision (or other event), kept with its person's keys and erased with them.
///
/// What the log commits to is salted with bytes derived from these, each derivation different: who is shown one
/// receipt's salt, which its proof carries, can't try out the counts of use beside it.
package struct Salt: Sendable {
    let secret: [UInt8]

    init(secret: [UInt8]) {
        self.secret = secret
    }

    /// A new one.
    package static func random() -> Salt {
        Salt(secret: RandomBytes.make(16))
    }

    /// The salt of what is public anyway, so that whoever has the text can find its leaf.
    static let open = [UInt8](repeating: 0, count: 16)

    /// The salt of the receipt, or of the record of an event that is no decision.
    var ofReceipt: [UInt8] { derived("receipt", 0) }

    /// The salt of a day's count of uses; `day` counts from 1970.
    func ofUses(day: Int32) -> [UInt8] { derived("uses", UInt32(bitPattern: day)) }

    private func derived(_ use: StaticString, _ number: UInt32) -> [UInt8] {
        var message: [UInt8] = Array("hoopoe salt 1\0".utf8)
        use.withUTF8Buffer { unsafe message.append(contentsOf: $0) }
        for shift: UInt32 in [24, 16, 8, 0] { message.append(UInt8(truncatingIfNeeded: number >> shift)) }
        let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret))
        return Array(code.prefix(16))
    }
}
