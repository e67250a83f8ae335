/// A password in its prepared form. Doesn't print itself.
///
/// Prepared by OpaqueString (RFC 8265 §4.2) where RFC 5802 says SASLprep: they agree on ASCII and on text in NFC, which is
/// what keyboards make; they differ for compatibility characters, which SASLprep folds.
package struct Password: Sendable, CustomStringConvertible, CustomReflectable {
    /// Most bytes, before and after preparation.
    package static let maximumLength = 1023

    let bytes: [UInt8]

    /// Nil for what can't be a password: nothing, too much, control characters.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength, let prepared = Precis.opaqueString(text[...]),
            prepared.utf8.count <= Self.maximumLength
        else { return nil }
        self.bytes = Array(prepared.utf8)
    }

    package var description: String { "password" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
