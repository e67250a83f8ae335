import Gauge
import NIOCore

/// A sender and its recipient, and what is on its way between them.
struct Pair {
    let sender: Client
    var recipient: Client
    private(set) var sent: UInt32 = 0
    var arrivals = Arrivals()
    /// When the messages were sent that aren't acknowledged, with the sender's count of stanzas after each.
    private(set) var unacknowledged = CircularBuffer<(count: UInt32, time: UInt64)>()
    var hasUnflushed = false
    private let isAcknowledged: Bool
    private var template: MessageTemplate

    /// The pair of `u(2i)` and `u(2i+1)`, who come online with these goals.
    ///
    /// If the sender has stream management, each message is followed by a request for its acknowledgement.
    init(
        _ index: Int, _ goals: (sender: Negotiation.Goal, recipient: Negotiation.Goal), bodyLength: Int,
        _ connector: Connector, on loop: any EventLoop
    ) {
        sender = connector.client(2 * index, goals.sender, on: loop)
        recipient = connector.client(2 * index + 1, goals.recipient, on: loop)
        isAcknowledged = goals.sender.management
        template = MessageTemplate(
            from: 2 * index, to: recipient.account.address, bodyLength: bodyLength,
            followedBy: isAcknowledged ? "<r xmlns='urn:xmpp:sm:3'/>" : "")
    }

    /// Writes the next message, without flushing.
    mutating func send(at time: UInt64) {
        sender.write(template.message(sent, time: time))
        sent += 1
        if isAcknowledged { unacknowledged.append((sender.sent, time)) }
    }

    /// The server has taken so many of the sender's stanzas; `each` gets the time of every message among them.
    mutating func acknowledged(_ count: UInt32, each: (UInt64) -> Void) {
        // Counts go round at 2^32.
        while let first = unacknowledged.first, count &- first.count < 1 << 31 {
            each(first.time)
            unacknowledged.removeFirst()
        }
    }
}
