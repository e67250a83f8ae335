/// What to do after a carrier answered with an error.
package enum Disposition: Hashable, Sendable {
    /// Too fast or full: pause the whole connector, then the failed message goes first.
    case pauseConnector
    /// Likely passing: try this message again later, a few times.
    case retryWithBackoff
    /// This message will never be taken.
    case failMessage
    /// The session is refused, not the message: bind again slowly and raise an alarm.
    case rebindSlowly
}

extension CommandStatus {
    /// What to do about this status, unless the carrier's own table says otherwise.
    ///
    /// `overrides`: the carrier's table, mostly for its own statuses from 0x400.
    package func disposition(overrides: [CommandStatus: Disposition] = [:]) -> Disposition {
        if let own = overrides[self] { return own }
        switch self {
        case .throttled, .messageQueueFull:
            return .pauseConnector
        case .systemError, .temporaryReceiverError, .submitFailed, .unknownError:
            return .retryWithBackoff
        case .bindFailed, .invalidPassword, .invalidSystemID, .alreadyBound, .invalidBindStatus:
            return .rebindSlowly
        default:
            // A carrier's unexplained status may pass; the caller bounds the tries.
            return isVendorSpecific ? .retryWithBackoff : .failMessage
        }
    }
}
