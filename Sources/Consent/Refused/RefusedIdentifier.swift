/// Identifiers that no purpose takes where they turn up, so no `IdentifierKind` opens them there: they are refused or
/// not kept, with this reason.
package enum RefusedIdentifier: String, CaseIterable, Sendable {
    case imsi = "IMSI"
    case imei = "IMEI"
    case iccid = "ICCID"
    case phoneNumber = "phone number"
    case email = "e-mail address"

    /// A sentence for the person or program that offered it.
    package var reason: String {
        switch self {
        case .imei: "The IMEI names a device, not a person; nothing here needs it, so it isn't kept."
        case .imsi, .iccid: "The \(rawValue) names a card, not a person; nothing here needs it, so it isn't kept."
        case .phoneNumber:
            "A phone number is kept here for number-texting alone, sealed, once its owner turns that on by writing to "
                + "the server. It isn't kept here."
        case .email: "No purpose here needs an e-mail address, so it isn't kept."
        }
    }
}
