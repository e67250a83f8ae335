import Gauge
import NIOCore

/// A sender and its recipient, and what is on its way between them.
struct Pair {
    let sender: Client
    let recipient: Client
    private(set) var sent: UInt32 = 0
    var arrivals = Arrivals()
    /// When the messages were sent that aren't acknowledged, with the sender's count of stanzas after each.
    private(set) var unacknowledged = CircularBuffer<(count: UInt32, time: UInt64)>()
    var hasUnflushed = false
    private var template: MessageTemplate

    /// The pair of `u(2i)` and `u(2i+1)`.
    init(_ index: Int, _ settings: ChatSettings, _ connector: Connector, on loop: any EventLoop) {
        sender = connector.client(2 * index, settings.goal, on: loop)
        recipient = connector.client(2 * index + 1, settings.goal, on: loop)
        template = MessageTemplate(
            from: 2 * index, to: recipient.account.address, bodyLength: settings.body,
            followedBy: settings.acks ? "<r xmlns='urn:xmpp:sm:3'/>" : "")
    }

    /// Writes the next message, without flushing.
    mutating func send(at time: UInt64, remembers: Bool) {
        sender.write(template.message(sent, time: time))
        sent += 1
        if remembers { unacknowledged.append((sender.sent, time)) }
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
