package import SMPP

/// Why a text to the phone network came to nothing, as a sentence for its sender. Names no numbers.
package enum TextRefusal: Error, Hashable, Sendable {
    case noRoute
    case ownNumber
    /// The number said STOP to this route.
    case stopped
    /// Other people here text this number by every number that the route has.
    case noSenderFree
    case tooLong(parts: Int)
    /// The person's SMS segments of the day are used up.
    case quota
    /// The operator's spending limit of the day is reached.
    case spendCap
    /// The carrier refused it.
    case carrier(CommandStatus)
    /// The carrier took it and couldn't deliver it.
    case undelivered(DeliveryState, error: String?)
    /// No answer came; the carrier may or may not have it.
    case unanswered
    /// The server stopped while it was being sent.
    case interrupted
    /// The server couldn't read its own files.
    case trouble
    /// The yes to *sms* doesn't stand any more.
    case noConsent
    /// The yes to *sms* was to earlier terms.
    case staleTerms
}

extension TextRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noRoute: "There is no SMS route to this number."
        case .ownNumber: "This is one of this server's own SMS numbers; it can't be texted."
        case .stopped:
            "This number has answered STOP: it doesn't want texts from here. It can text START to allow them."
        case .noSenderFree: "no sending number free"
        case .tooLong(let parts): "The text is too long for SMS: it would take \(parts) messages."
        case .quota: "Today's SMS are used up; it goes on tomorrow (UTC)."
        case .spendCap: "The server's spending limit for SMS is reached for today (UTC)."
        case .carrier(let status): "The phone network refused the text (\(status))."
        case .undelivered(let state, let error):
            "The phone network couldn't deliver the text (\(state.spelling)\(error.map { ", error \($0)" } ?? ""))."
        case .unanswered:
            "The phone network didn't answer. The text may have arrived; it isn't sent again by itself."
        case .interrupted:
            "The server stopped while sending this text. It may have arrived; it isn't sent again by itself."
        case .trouble: "The server is in trouble, so the text wasn't sent."
        case .noConsent: "Texting by SMS isn't turned on."
        case .staleTerms:
            "The terms of sms have changed since you agreed to them, so this wasn't sent. To agree again, write to the "
                + "server: on sms"
        }
    }
}
