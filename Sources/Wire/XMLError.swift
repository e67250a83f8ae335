/// Why a peer's XML was refused, and where.
///
/// It is always the peer's fault and ends the stream. It carries no text of the peer's.
package struct XMLError: Error, Equatable, Sendable {
    /// The rule that was broken. The stream error condition (RFC 6120 §4.9.3) that answers it is named with each.
    package enum Code: String, Equatable, Sendable {
        /// Not XML 1.0, or a byte sequence that no continuation can make so: `not-well-formed`.
        case notWellFormed
        /// A comment, processing instruction, DTD or foreign entity (RFC 6120 §11.1): `restricted-xml`.
        case restrictedXML
        /// A prefix without a declaration, or a misuse of `xml` or `xmlns`: `bad-namespace-prefix`.
        case badNamespacePrefix
        /// A declaration that Namespaces in XML 1.0 forbids: `invalid-namespace`.
        case invalidNamespace
        /// The XML declaration names another encoding than UTF-8: `unsupported-encoding`.
        case unsupportedEncoding
        /// The bytes are not UTF-8: `bad-format`.
        case invalidUTF8
        /// Character data where only stanzas may stand: `bad-format`.
        case unexpectedText
        /// A standalone element ended before its end tag: `not-well-formed`. A stream waits instead.
        case unexpectedEnd
        /// A stanza or stream header longer than the limit: `policy-violation`.
        case tooLarge
        /// Elements nested deeper than the limit: `policy-violation`.
        case tooDeep
        /// More attributes on one element than the limit: `policy-violation`.
        case tooManyAttributes
        /// More namespace declarations in scope than the limit: `policy-violation`.
        case tooManyNamespaces
        /// A name longer than the limit: `policy-violation`.
        case nameTooLong
    }

    package let code: Code
    /// Bytes from the start of the stream (or since the last restart) to the fault.
    package let offset: Int

    package init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }
}
