/// A kind of identifier or personal content that may exist here, and the one purpose whose permit opens it.
///
/// The association is the compile-time fact: `Permit<SMS>` has no way to open a `Sealed<OwnNumber>`. A kind
/// without a type here can't be sealed, stored or opened at all.
package protocol IdentifierKind: Sendable {
    /// The purpose under whose key values of this kind are sealed.
    associatedtype Opener: Purpose
    /// The way by which an opened value leaves the server, besides being fetched by its own person.
    associatedtype Way: WayOut
    /// The one column where values of this kind stand.
    static var home: Home<Self> { get }
}

/// The column of the store in which every value of `Kind` stands, and no value of another kind.
///
/// Values are sealed to their place, so one that is passed off as of another kind doesn't open. Made in this module alone,
/// so that no other adds a kind.
package struct Home<Kind>: Sendable {
    let column: StaticString

    init(_ column: StaticString) {
        self.column = column
    }
}

/// A person's own proven phone number (E.164 digits).
package enum OwnNumber: IdentifierKind {
    package typealias Opener = NumberTexting
    package typealias Way = ClientStanza
    package static var home: Home<Self> { Home("number.sealed") }
}

/// Which of a person's addresses one correspondent sees.
package enum ShownFace: IdentifierKind {
    package typealias Opener = NumberTexting
    package typealias Way = ClientStanza
    package static var home: Home<Self> { Home("face.sealed") }
}

/// A text on its way to the phone network: the other number and the words, sealed together.
package enum SMSContent: IdentifierKind {
    package typealias Opener = SMS
    package typealias Way = SMPPSubmit
    package static var home: Home<Self> { Home("outgoing.sealed") }

    static let separator: UInt8 = 0x0A

    /// The form in which it is sealed: the digits without plus, a line feed, the words.
    package static func packed(_ digits: some Collection<UInt8>, _ words: String) -> [UInt8] {
        Array(digits) + [separator] + Array(words.utf8)
    }

    /// Reads what ``packed(_:_:)`` makes; nil for anything else.
    package static func unpacked(_ bytes: [UInt8]) -> (digits: String, words: String)? {
        guard let end = bytes.firstIndex(of: separator), OpenedNumber(bytes[..<end]) != nil else { return nil }
        return (String(decoding: bytes[..<end], as: UTF8.self), String(decoding: bytes[(end + 1)...], as: UTF8.self))
    }
}

/// A part of a longer text that came by SMS, as the carrier delivered it: both numbers and some of the words.
package enum SMSPart: IdentifierKind {
    package typealias Opener = SMS
    package typealias Way = ClientStanza
    package static var home: Home<Self> { Home("incoming_part.sealed") }
}
