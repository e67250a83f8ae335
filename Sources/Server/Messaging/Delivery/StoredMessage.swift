// SPDX-License-Identifier: Apache-2.0

import Wire
import XMPP

/// A message as one of its owners keeps it: the stanza taken apart, so that addresses and additions are rendered anew
/// at each delivery while the content stays the bytes that were sent.
///
/// Encoded form: a version byte, a flags byte, then each field as a 4-byte big-endian length and its bytes. The store
/// seals it and knows nothing of it.
struct StoredMessage: Equatable, Sendable {
    /// `from` as the owner sees it: the sender's face.
    var from: String
    /// `to` as the owner sees it: for a recipient the address, for a sender what was typed.
    var to: String
    /// The stanza's `type`; empty when it had none.
    var type: String
    /// The stanza's `id`; empty when it had none.
    var id: String
    /// The stanza's `xml:lang`; empty when it had none.
    var language: String
    /// The children, serialised under `jabber:client`.
    var content: [UInt8]
    /// The sender's address, when `from` shows a number alias: what is shown instead once that alias no longer stands.
    var senderAddress: String

    private static let version: UInt8 = 1

    init(
        from: String, to: String, type: String, id: String, language: String, content: [UInt8],
        senderAddress: String = ""
    ) {
        self.from = from
        self.to = to
        self.type = type
        self.id = id
        self.language = language
        self.content = content
        self.senderAddress = senderAddress
    }

    var encoded: [UInt8] {
        let fields = [from, to, type, id, language, senderAddress]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32 + content.count + fields.reduce(0) { $0 + $1.utf8.count })
        bytes.append(Self.version)
        for field in fields {
            Self.append(length: field.utf8.count, to: &bytes)
            bytes.append(contentsOf: field.utf8)
        }
        Self.append(length: content.count, to: &bytes)
        bytes.append(contentsOf: content)
        return bytes
    }

    /// Nil when the bytes are not of this form.
    init?(encoded bytes: [UInt8]) {
        guard bytes.first == Self.version else { return nil }
        var position = 1
        func field() -> ArraySlice<UInt8>? {
            guard bytes.count - position >= 4 else { return nil }
            var length = 0
            for offset in 0..<4 { length = length << 8 | Int(bytes[position + offset]) }
            position += 4
            guard length <= bytes.count - position else { return nil }
            defer { position += length }
            return bytes[position..<position + length]
        }
        var strings: [String] = []
        for _ in 0..<6 {
            guard let field = field() else { return nil }
            strings.append(String(decoding: field, as: UTF8.self))
        }
        guard let content = field(), position == bytes.count else { return nil }
        self.init(
            from: strings[0], to: strings[1], type: strings[2], id: strings[3], language: strings[4],
            content: Array(content), senderAddress: strings[5])
    }

    private static func append(length: Int, to bytes: inout [UInt8]) {
        let length = UInt32(clamping: length)
        for shift in stride(from: 24, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: length >> UInt32(shift)))
        }
    }
}
