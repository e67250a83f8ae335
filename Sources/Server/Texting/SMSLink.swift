import NIOCore
import SMPP

/// A bound connection to a carrier, to be used from anywhere. Once it is closed, calls do nothing.
struct SMSLink: Sendable {
    let channel: any Channel
    let handler: NIOLoopBound<ESMEHandler>

    /// There may be segments to send.
    func poke() {
        channel.eventLoop.execute { handler.value.poke() }
    }

    /// Answers a message of the carrier: `.ok` only when it is stored for good.
    func answer(_ ticket: DeliveryTicket, _ status: CommandStatus) {
        channel.eventLoop.execute { handler.value.answer(ticket, status) }
    }

    /// Leaves in good order: waits for the answers that are due.
    func unbind() {
        channel.eventLoop.execute { handler.value.unbind() }
    }
}
