/// Why a text is not the JSON that we take. It repeats nothing of the text.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: String, CaseIterable, Hashable, Sendable {
        /// The text ends within a value.
        case truncated = "it ends too early"
        /// A byte that may not stand where it is.
        case unexpectedByte = "this character may not stand here"
        /// Something after the value.
        case trailingBytes = "something follows the value"
        /// A string whose bytes are not UTF-8.
        case invalidUTF8 = "this text is not UTF-8"
        /// Half a surrogate pair (RFC 7493 §2.1).
        case loneSurrogate = "this text has half a surrogate pair"
        /// A code point that stands for no character, such as U+FFFE (RFC 7493 §2.1).
        case noncharacter = "this text has a code point that is no character"
        /// A backslash before something that JSON doesn't escape.
        case invalidEscape = "this is no escape of JSON's"
        /// U+0000 to U+001F as they are.
        case controlCharacter = "control characters must be escaped"
        /// A number of a form that JSON doesn't have, such as 01, +1 or 1. .
        case invalidNumber = "this is not how JSON writes a number"
        /// A number too large or too small for a double (RFC 7493 §2.2).
        case numberOutOfRange = "this number is out of range"
        /// The same name twice in one object (RFC 7493 §2.3).
        case duplicateName = "an object has the same name twice"
        case tooLong = "it is too long"
        case tooDeep = "it is nested too deeply"
        case tooManyValues = "it has too many values"
    }

    package let reason: Reason
    /// Bytes before the place where it shows.
    package let offset: Int

    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "not valid JSON at byte \(offset): \(reason.rawValue)" }
}
