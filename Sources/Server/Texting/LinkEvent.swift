import SMPP
import Store

/// What the connection to a carrier reports, in order.
enum LinkEvent: Sendable {
    case bound(SMSLink)
    /// The carrier has it, under this id.
    case submitted(SubmitToken, messageID: String)
    case refused(SubmitToken, CommandStatus, Disposition)
    /// No answer; a late one may still come.
    case unknown(SubmitToken)
    /// The owner's yes doesn't stand any more: the rest of the text is never sent.
    case dropped(ArchiveID)
    /// To be answered by ``SMSLink/answer(_:_:)``.
    case delivered(DeliverSM, DeliveryTicket, SMSLink)
    case paused
    case resumed
    /// Orderly: the carrier unbound, and every answer to it was out.
    case closed(isOrderly: Bool)
}
