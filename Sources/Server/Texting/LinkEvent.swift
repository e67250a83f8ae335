import SMPP

/// What the connection to a carrier reports, in order.
enum LinkEvent: Sendable {
    case bound(SMSLink)
    /// The carrier has it, under this id.
    case submitted(SubmitToken, messageID: String)
    case refused(SubmitToken, CommandStatus, Disposition)
    /// No answer; a late one may still come.
    case unknown(SubmitToken)
    /// The owner's yes doesn't stand any more: never sent.
    case dropped(SubmitToken)
    /// To be answered by ``SMSLink/answer(_:_:)``.
    case delivered(DeliverSM, DeliveryTicket, SMSLink)
    case paused
    case resumed
    case closed(CloseReason?)
}
