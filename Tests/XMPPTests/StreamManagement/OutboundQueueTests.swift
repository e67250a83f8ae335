import Testing

@testable import XMPP

@Suite struct OutboundQueueTests {
    private func entry(_ number: Int64, length: Int = 1) -> OutboundQueue.Entry {
        OutboundQueue.Entry(bytes: Array(repeating: 65, count: length), archiveID: number)
    }

    private func filled(_ count: Int64, from start: UInt32 = 0) -> OutboundQueue {
        var queue = OutboundQueue(acknowledged: start)
        for number in 0..<count { _ = queue.append(entry(number)) }
        return queue
    }

    @Test func `acknowledging releases the oldest`() throws {
        var queue = filled(5)
        #expect(try queue.acknowledge(2).map(\.archiveID) == [0, 1])
        #expect(try queue.acknowledge(2).isEmpty)
        #expect(try queue.acknowledge(5).map(\.archiveID) == [2, 3, 4])
        #expect(queue.isEmpty)
        #expect(queue.sent == 5)
    }

    @Test(arguments: [UInt32(6), 7, 1000, .max]) func `more than was sent is refused`(_ handled: UInt32) {
        var queue = filled(5)
        #expect(throws: OutboundQueue.HandledCountTooHigh(handled: handled, sent: 5)) { try queue.acknowledge(handled) }
        #expect(queue.count == 5)
    }

    @Test func `less than before is refused`() throws {
        var queue = filled(5)
        _ = try queue.acknowledge(4)
        #expect(throws: OutboundQueue.HandledCountTooHigh.self) { try queue.acknowledge(3) }
    }

    @Test func `the refusal is XEP-0198's stream error`() {
        let error = OutboundQueue.HandledCountTooHigh(handled: 10, sent: 8).streamError
        let text = String(decoding: error.bytes, as: UTF8.self)
        #expect(text.contains("<undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"))
        #expect(text.contains("<handled-count-too-high xmlns='urn:xmpp:sm:3' h='10' send-count='8'/>"))
    }

    @Test func `counts wrap at 2 to the 32nd`() throws {
        var queue = filled(4, from: .max - 1)
        #expect(queue.sent == 2)
        #expect(try queue.acknowledge(.max).map(\.archiveID) == [0])
        #expect(throws: OutboundQueue.HandledCountTooHigh.self) { try queue.acknowledge(3) }
        #expect(throws: OutboundQueue.HandledCountTooHigh.self) { try queue.acknowledge(.max - 1) }
        #expect(try queue.acknowledge(1).map(\.archiveID) == [1, 2])
        #expect(try queue.acknowledge(2).map(\.archiveID) == [3])
    }

    @Test func `resuming splits what the client has from what it hasn't`() throws {
        var queue = filled(5)
        _ = try queue.acknowledge(1)
        #expect(try queue.resume(3).map(\.archiveID) == [1, 2])
        #expect(queue.unacknowledged.map(\.archiveID) == [3, 4])
        // They count as sent once, however often they are.
        #expect(queue.sent == 5)
        #expect(try queue.acknowledge(5).map(\.archiveID) == [3, 4])
    }

    @Test func `resuming with too high a count is refused`() {
        var queue = filled(2)
        #expect(throws: OutboundQueue.HandledCountTooHigh(handled: 3, sent: 2)) { try queue.resume(3) }
    }

    @Test func `it is bounded in stanzas`() throws {
        var queue = OutboundQueue(limits: .init(stanzas: 3, bytes: 1000, requestInterval: 100))
        for number in 0..<3 { #expect(queue.append(entry(Int64(number))) != .full) }
        #expect(queue.append(entry(3)) == .full)
        #expect(queue.sent == 3)
        _ = try queue.acknowledge(1)
        #expect(queue.append(entry(3)) != .full)
    }

    @Test func `it is bounded in bytes, but one stanza always fits`() throws {
        var queue = OutboundQueue(limits: .init(stanzas: 100, bytes: 10))
        #expect(queue.append(entry(0, length: 50)) != .full)
        #expect(queue.append(entry(1)) == .full)
        _ = try queue.acknowledge(1)
        #expect(queue.append(entry(1, length: 6)) != .full)
        #expect(queue.append(entry(2, length: 4)) != .full)
        #expect(queue.append(entry(3)) == .full)
    }

    @Test func `it asks now and then, once at a time`() throws {
        var queue = OutboundQueue(limits: .init(stanzas: 100, bytes: 1000, requestInterval: 3))
        let quietly = OutboundQueue.Outcome.queued(requestAcknowledgement: false)
        let asking = OutboundQueue.Outcome.queued(requestAcknowledgement: true)
        for number in 0..<6 { #expect(queue.append(entry(Int64(number))) == (number == 2 ? asking : quietly)) }
        _ = try queue.acknowledge(3)
        #expect(queue.append(entry(6)) == asking)
        _ = try queue.acknowledge(7)
        #expect(queue.requestAcknowledgementIfIdle() == false)
        #expect(queue.append(entry(7)) == quietly)
        #expect(queue.requestAcknowledgementIfIdle() == true)
        #expect(queue.requestAcknowledgementIfIdle() == false)
    }

    @Test func `it asks when it is half full`() {
        var queue = OutboundQueue(limits: .init(stanzas: 4, bytes: 1000, requestInterval: 100))
        #expect(queue.append(entry(0)) == .queued(requestAcknowledgement: false))
        #expect(queue.append(entry(1)) == .queued(requestAcknowledgement: true))
    }

    @Test func `first in, first out, over many turns`() {
        var fifo = FIFO<Int>()
        var next = 0
        for number in 0..<1000 {
            fifo.append(number)
            if number % 3 != 0 {
                #expect(fifo.popFirst() == next)
                next += 1
            }
        }
        #expect(fifo.all == Array(next..<1000))
        while let number = fifo.popFirst() {
            #expect(number == next)
            next += 1
        }
        #expect(next == 1000)
    }
}
