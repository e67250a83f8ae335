// SPDX-License-Identifier: Apache-2.0

import XMPP

/// What is answered when a number can't be texted. Each depends on the sender's own settings and the number's prefix
/// only: whether the number is somebody's here, was, or never was, is in none of them.
enum NumberAnswers {
    /// The sender hasn't turned *sms* on.
    static let smsIsOff = StanzaError(
        .itemNotFound,
        text: """
            Nobody can be reached over the internet by this number. To send it as an SMS, write to the server: on sms
            """)
    /// The sender turned *sms* on under earlier terms.
    static let smsIsStale = StanzaError(.notAllowed, text: "\(TextRefusal.staleTerms)")
    /// No route takes the prefix.
    static let noRoute = StanzaError(.serviceUnavailable, text: "No SMS route takes numbers that begin like this one.")
    /// It can't be a number.
    static let notANumber = StanzaError(.jidMalformed, text: "That isn't a phone number with its country code.")
    /// Encrypted messages never leave in clear.
    static let encrypted = StanzaError(
        .notAcceptable, text: "This message is encrypted, and an SMS would send it in clear. It wasn't sent.")
    /// More new numbers than a person may text in a day.
    static let tooManyNumbers = StanzaError(
        .policyViolation, kind: .wait, text: "You have texted as many new numbers today as you may. Try tomorrow.")
    /// Presence and queries to numbers.
    static let textsOnly = StanzaError(.serviceUnavailable, text: "Numbers take texts only.")
}
