// SPDX-License-Identifier: Apache-2.0

import XMPP

extension TextRefusal {
    /// What the sender's app is told (RFC 6120 §8.3.3): what passes by itself is `wait`, what doesn't is `cancel`.
    var stanzaError: StanzaError {
        switch self {
        case .quota, .spendCap, .noSenderFree: StanzaError(.resourceConstraint, kind: .wait, text: description)
        case .noRoute, .noConsent: StanzaError(.serviceUnavailable, text: description)
        case .ownNumber, .stopped, .staleTerms: StanzaError(.notAllowed, text: description)
        case .tooLong: StanzaError(.policyViolation, text: description)
        case .carrier, .undelivered: StanzaError(.recipientUnavailable, kind: .cancel, text: description)
        case .unanswered, .interrupted: StanzaError(.remoteServerTimeout, kind: .cancel, text: description)
        case .trouble: StanzaError(.internalServerError, kind: .wait, text: description)
        }
    }
}
