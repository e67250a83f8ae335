// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import XMPP

/// What tells the series of one metric apart: a closed set, written out in this source.
///
/// Values are literals of the program, so no name, number or address can become one: a label made from what came from
/// outside doesn't compile.
protocol MetricLabel: CaseIterable, Hashable, Sendable {
    /// The label's name.
    static var name: StaticString { get }
    var value: StaticString { get }
}

/// The kinds of stanzas (RFC 6120 §8).
enum StanzaLabel: Int, MetricLabel {
    case message
    case presence
    case iq

    static let name: StaticString = "kind"

    var value: StaticString {
        switch self {
        case .message: "message"
        case .presence: "presence"
        case .iq: "iq"
        }
    }

    init(_ kind: Stanza.Kind) {
        switch kind {
        case .message: self = .message
        case .presence: self = .presence
        case .iq: self = .iq
        }
    }

    /// The kind of a stanza that was written by us; nil for what is none.
    init?(written bytes: [UInt8]) {
        guard bytes.count > 2, bytes[0] == UInt8(ascii: "<") else { return nil }
        switch bytes[1] {
        case UInt8(ascii: "m"): self = .message
        case UInt8(ascii: "p"): self = .presence
        case UInt8(ascii: "i"): self = .iq
        default: return nil
        }
    }
}

/// How an attempt to log in ended.
enum LoginLabel: Int, MetricLabel {
    case ok
    case refused

    static let name: StaticString = "outcome"

    var value: StaticString {
        switch self {
        case .ok: "ok"
        case .refused: "refused"
        }
    }
}

/// The listeners that take connections from outside.
enum ListenerLabel: Int, MetricLabel {
    case xmpp
    case xmpps
    case https

    static let name: StaticString = "listener"

    var value: StaticString {
        switch self {
        case .xmpp: "xmpp"
        case .xmpps: "xmpps"
        case .https: "https"
        }
    }
}

/// Which limit turned somebody away.
enum ThrottleLabel: Int, MetricLabel {
    /// All places are taken.
    case connections
    case connectionsPerAddress
    case loggingInPerAddress
    case newPerMinute
    case failedLogins
    case passwordChecks
    case requestsPerMinute

    static let name: StaticString = "limit"

    var value: StaticString {
        switch self {
        case .connections: "connections"
        case .connectionsPerAddress: "connections-per-address"
        case .loggingInPerAddress: "logging-in-per-address"
        case .newPerMinute: "new-connections-per-minute"
        case .failedLogins: "failed-logins"
        case .passwordChecks: "password-checks"
        case .requestsPerMinute: "requests-per-minute"
        }
    }

    init(_ refusal: ConnectionGate.Refusal) {
        switch refusal {
        case .full: self = .connections
        case .address(.tooMany): self = .connectionsPerAddress
        case .address(.tooManyLoggingIn): self = .loggingInPerAddress
        case .address(.tooFast): self = .newPerMinute
        }
    }
}

/// What a text to the phone network comes to.
enum TextLabel: Int, MetricLabel {
    case queued
    /// A device acknowledged the message within the grace time.
    case spared
    case submitted
    case delivered
    case failed
    case unknown

    static let name: StaticString = "state"

    var value: StaticString {
        switch self {
        case .queued: "queued"
        case .spared: "spared"
        case .submitted: "submitted"
        case .delivered: "delivered"
        case .failed: "failed"
        case .unknown: "unknown"
        }
    }

    /// Nil for states that are on the way to one that counts.
    init?(_ state: OutgoingState) {
        switch state {
        case .waiting, .sending: return nil
        case .submitted: self = .submitted
        case .unknown: self = .unknown
        case .delivered: self = .delivered
        case .failed: self = .failed
        }
    }
}

extension PurposeCode: MetricLabel {
    static let name: StaticString = "purpose"

    var value: StaticString {
        switch self {
        case .numberTexting: "number-texting"
        case .sms: "sms"
        case .history: "history"
        case .discovery: "discovery"
        case .push: "push"
        case .federation: "federation"
        case .backupContacts: "backup-contacts"
        case .backupCalendar: "backup-calendar"
        case .backupMessages: "backup-messages"
        case .backupFiles: "backup-files"
        }
    }
}
