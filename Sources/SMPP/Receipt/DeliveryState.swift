/// What became of a message (SMPP 3.4 §5.2.28).
package enum DeliveryState: UInt8, Hashable, Sendable, CaseIterable {
    case enroute = 1
    case delivered = 2
    case expired = 3
    case deleted = 4
    case undeliverable = 5
    case accepted = 6
    case unknown = 7
    case rejected = 8

    /// Nothing further will come.
    package var isFinal: Bool {
        switch self {
        case .enroute, .accepted, .unknown: false
        case .delivered, .expired, .deleted, .undeliverable, .rejected: true
        }
    }

    /// The word in a receipt's `stat:` (SMPP 3.4 appendix B).
    package var spelling: String {
        switch self {
        case .enroute: "ENROUTE"
        case .delivered: "DELIVRD"
        case .expired: "EXPIRED"
        case .deleted: "DELETED"
        case .undeliverable: "UNDELIV"
        case .accepted: "ACCEPTD"
        case .unknown: "UNKNOWN"
        case .rejected: "REJECTD"
        }
    }

    /// Reads a receipt's `stat:`, in any case and with the longer spellings that some carriers use.
    package init?(spelling: some StringProtocol) {
        switch spelling.uppercased() {
        case "ENROUTE", "EN_ROUTE", "BUFFERED", "BUFFERD", "SCHEDULED": self = .enroute
        case "DELIVRD", "DELIVERED", "DELIVERD": self = .delivered
        case "EXPIRED", "EXPIRD": self = .expired
        case "DELETED", "DELETD": self = .deleted
        case "UNDELIV", "UNDELIVERABLE", "UNDELIVERED", "UNDELIVRD", "FAILED": self = .undeliverable
        case "ACCEPTD", "ACCEPTED": self = .accepted
        case "UNKNOWN", "UNKNOWND": self = .unknown
        case "REJECTD", "REJECTED": self = .rejected
        default: return nil
        }
    }
}
