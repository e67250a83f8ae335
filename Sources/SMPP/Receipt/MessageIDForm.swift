/// How a carrier writes the same message id in submit_sm_resp and in the receipt.
package enum MessageIDForm: String, Hashable, Sendable, CaseIterable {
    /// The same characters in both.
    case same
    /// Hexadecimal in the response, decimal in the receipt.
    case hexThenDecimal = "hex-decimal"
    /// Decimal in the response, hexadecimal in the receipt.
    case decimalThenHex = "decimal-hex"

    /// What to look a message up by, from submit_sm_resp's message_id.
    package func key(response messageID: String) -> String {
        switch self {
        case .same: messageID
        case .hexThenDecimal: Self.number(messageID, radix: 16)
        case .decimalThenHex: Self.number(messageID, radix: 10)
        }
    }

    /// What to look a message up by, from a receipt's id.
    package func key(receipt messageID: String) -> String {
        switch self {
        case .same: messageID
        case .hexThenDecimal: Self.number(messageID, radix: 10)
        case .decimalThenHex: Self.number(messageID, radix: 16)
        }
    }

    /// One spelling for one number; ids that aren't numbers stay as they are.
    private static func number(_ text: String, radix: Int) -> String {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }) else { return text }
        return UInt128(text, radix: radix).map { String($0) } ?? text
    }
}
