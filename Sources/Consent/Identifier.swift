/// A kind of identifier or personal content that may exist here, and the one purpose whose permit opens it.
///
/// The association is the compile-time fact: `Permit<SMS>` has no way to open a `Sealed<OwnNumber>`. A kind
/// without a type here can't be sealed, stored or opened at all.
package protocol IdentifierKind: Sendable {
    /// The purpose under whose key values of this kind are sealed.
    associatedtype Opener: Purpose
}

/// A person's own proven phone number (E.164 digits).
package enum OwnNumber: IdentifierKind {
    package typealias Opener = NumberTexting
}

/// Which of a person's addresses one correspondent sees.
package enum ShownFace: IdentifierKind {
    package typealias Opener = NumberTexting
}

/// A text on its way to or from the phone network: the other number and the words, sealed together.
package enum SMSContent: IdentifierKind {
    package typealias Opener = SMS
}

/// Identifiers of devices and cards. No purpose takes them, so no `IdentifierKind` exists for them: wherever
/// they turn up they are refused or not kept, with this reason.
package enum RefusedIdentifier: String, CaseIterable, Sendable {
    case imsi = "IMSI"
    case imei = "IMEI"
    case iccid = "ICCID"

    /// A sentence for the person or program that offered it.
    package var reason: String {
        "The \(rawValue) names a \(self == .imei ? "device" : "card"), not a person; nothing here needs it, so it isn't kept."
    }
}
