import Wire

@testable import XMPP

/// The two counters of XEP-0198 beside simple models: nothing is lost, nothing is released twice or out of order, `h` wraps at 2³².
func fuzzStreamManagement(_ input: [UInt8]) {
    var choices = Choices(input)
    if choices.below(2) == 0 { sending(&choices) } else { receiving(&choices) }
}

/// What we send: numbered from where the input says, so that some queues begin right before `h` wraps.
private func sending(_ choices: inout Choices) {
    let start: UInt64 = [0, 0xFFFF_FFFF, 0xFFFF_FFF0, 0x7FFF_FFFF, UInt64(choices.word())][choices.below(5)]
    let limits = OutboundQueue.Limits(
        stanzas: choices.below(12), bytes: choices.below(300), requestInterval: choices.below(6))
    var queue = OutboundQueue(limits: limits, acknowledged: UInt32(truncatingIfNeeded: start))
    // Stanzas sent and acknowledged since the start, without wrapping.
    var sent = start
    var acknowledged = start
    var waiting: [OutboundQueue.Entry] = []
    var isRequestOpen = false
    var unasked = 0
    while !choices.isEmpty {
        switch choices.below(8) {
        case 0, 1, 2:
            let entry = OutboundQueue.Entry(
                bytes: Array(repeating: 7, count: choices.below(120)), archiveID: Int64(bitPattern: sent))
            let bytes = waiting.reduce(entry.bytes.count) { $0 + $1.bytes.count }
            let fits = waiting.count < limits.stanzas && (waiting.isEmpty || bytes <= limits.bytes)
            switch queue.append(entry) {
            case .full: precondition(!fits, "full too soon")
            case .queued(let asks):
                precondition(fits, "more than the limits allow")
                waiting.append(entry)
                sent += 1
                unasked += 1
                precondition(!asks || !isRequestOpen, "asked twice")
                precondition(asks || isRequestOpen || unasked < limits.requestInterval, "not asked in time")
                if asks { (isRequestOpen, unasked) = (true, 0) }
            }
        case 3:
            let asks = queue.requestAcknowledgementIfIdle()
            precondition(!asks || !isRequestOpen && !waiting.isEmpty, "asked about nothing")
            precondition(asks || isRequestOpen || unasked == 0, "nobody asks")
            if asks { (isRequestOpen, unasked) = (true, 0) }
        case let operation:
            // Mostly a count that can be; sometimes any at all.
            let handled =
                choices.below(4) == 0
                ? choices.word() : UInt32(truncatingIfNeeded: acknowledged + UInt64(choices.below(waiting.count + 2)))
            let newly = Int(handled &- UInt32(truncatingIfNeeded: acknowledged))
            do throws(OutboundQueue.HandledCountTooHigh) {
                let released: [OutboundQueue.Entry]
                if operation == 7 {
                    let resumption = try queue.resume(handled)
                    released = resumption.released
                    precondition(newly <= waiting.count, "it took a count too high")
                    precondition(resumption.resend == Array(waiting.dropFirst(newly)), "another order when sent again")
                    unasked = waiting.count - newly
                } else {
                    released = try queue.acknowledge(handled)
                    unasked = min(unasked, waiting.count - min(newly, waiting.count))
                }
                precondition(newly <= waiting.count, "it took a count too high")
                precondition(released == Array(waiting.prefix(newly)), "others were released than were sent")
                waiting.removeFirst(newly)
                acknowledged += UInt64(newly)
                isRequestOpen = false
            } catch {
                precondition(newly > waiting.count, "a right count was refused")
                precondition(error.handled == handled && error.sent == UInt32(truncatingIfNeeded: sent))
            }
        }
        precondition(queue.unacknowledged == waiting && queue.count == waiting.count, "something was lost")
        precondition(queue.sent == UInt32(truncatingIfNeeded: sent), "another count than was sent")
        precondition(queue.isRequestDue == (unasked > 0 && !isRequestOpen), "another opinion about asking")
    }
}

/// What we receive: stanzas complete in any order, and what follows from them happens in theirs.
private func receiving(_ choices: inout Choices) {
    var ledger = InboundLedger<Int>()
    var tickets: [InboundLedger<Int>.Ticket] = []
    var sizes: [Int] = []
    var isComplete: [Bool] = []
    var performed = 0
    var base = 0
    var last: UInt32 = 0
    // How many had come when each acknowledgement was asked for that hasn't been sent.
    var owed: [Int] = []
    while !choices.isEmpty {
        switch choices.below(8) {
        case 0, 1:
            let size = choices.below(100)
            tickets.append(ledger.accept(bytes: size))
            sizes.append(size)
            isComplete.append(false)
        case 2, 3, 4, 5:
            guard !tickets.isEmpty else { continue }
            // Mostly one that waits; sometimes one that is complete.
            let waiting = isComplete[performed...].count
            let index =
                waiting > 0 && choices.below(5) > 0
                ? performed + choices.below(waiting) : choices.below(tickets.count)
            let release = ledger.complete(tickets[index], [2 * index, 2 * index + 1])
            isComplete[index] = true
            let before = performed
            while performed < isComplete.count, isComplete[performed] { performed += 1 }
            precondition(release.effects == Array(2 * before..<2 * performed), "effects out of order, lost or twice")
            if let acknowledgement = release.acknowledgement {
                precondition(!owed.isEmpty, "an answer that nobody asked for")
                precondition(acknowledgement == ledger.handled, "an answer that isn't true")
                last = acknowledgement
                owed.removeAll { $0 <= performed }
            }
            precondition(owed.isEmpty || performed < tickets.count, "nobody is answered")
        case 6:
            if let acknowledgement = ledger.requestAcknowledgement() {
                precondition(performed == tickets.count && acknowledgement == ledger.handled, "answered too soon")
                last = acknowledgement
            } else {
                precondition(performed < tickets.count, "an answer is owed that nothing will bring")
                owed.append(tickets.count)
            }
        default:
            if choices.below(8) == 0 {
                ledger.forgetRequests()
                owed = []
            } else if choices.below(8) == 0 {
                ledger.beginCounting()
                base = tickets.count
                last = 0
            }
        }
        precondition(ledger.handled == UInt32(truncatingIfNeeded: max(0, performed - base)), "another h than is true")
        precondition(ledger.handled >= last, "h went back")
        precondition(ledger.pendingCount == tickets.count - performed, "another number of stanzas pending")
        precondition(ledger.pendingBytes == sizes[performed...].reduce(0, +), "another number of bytes pending")
    }
    if let ticket = tickets.last {
        precondition(ledger.handled(through: ticket) == UInt32(truncatingIfNeeded: max(0, tickets.count - base)))
    }
}
