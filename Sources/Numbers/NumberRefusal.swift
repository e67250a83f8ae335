/// Why a text isn't a number that can be texted.
package enum NumberRefusal: String, Error, Hashable, Sendable, CaseIterable {
    case empty
    /// Letters: a sender's name or a vanity number.
    case alphanumeric
    /// Characters that no number has.
    case malformed
    case shortCode = "short-code"
    /// No country code, and no country to assume.
    case missingCountryCode = "missing-country-code"
    case unknownCountryCode = "unknown-country-code"
    case missingAreaCode = "missing-area-code"
    case tooShort = "too-short"
    case tooLong = "too-long"
    /// A length between those that occur there.
    case impossible
    case unassigned
    case premiumRate = "premium-rate"
    case sharedCost = "shared-cost"
    case tollFree = "toll-free"
    case notForTexts = "not-for-texts"

    /// A sentence for the person who typed the number; never contains it.
    package var sentence: String {
        switch self {
        case .empty: "There is no number."
        case .alphanumeric: "That has letters in it; write the number in digits, beginning with + and the country code."
        case .malformed:
            "That has characters in it that numbers don't have; write it in digits, beginning with + and the country code."
        case .shortCode:
            "That is a short code; only complete numbers, beginning with + and the country code, can be used."
        case .missingCountryCode: "The country code is missing; write the number beginning with +."
        case .unknownCountryCode: "No country has this code; check the digits after the +."
        case .missingAreaCode: "The area code is missing; write the number beginning with + and the country code."
        case .tooShort: "That is too short for a number there; check that no digit is missing."
        case .tooLong: "That is too long for a number there; check that no digit is too many."
        case .impossible: "Numbers there have another length; check that no digit is missing or too many."
        case .unassigned: "No number there begins like this; check the digits."
        case .premiumRate: "That is a premium-rate number; these are not texted."
        case .sharedCost: "That is a shared-cost number; these are not texted."
        case .tollFree: "That is a toll-free number; these are not texted."
        case .notForTexts: "Numbers of this kind can't be texted from here."
        }
    }
}
