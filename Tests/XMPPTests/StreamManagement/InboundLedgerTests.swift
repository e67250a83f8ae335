import Testing

@testable import XMPP

@Suite struct InboundLedgerTests {
    @Test func `h is the completed prefix`() {
        var ledger = InboundLedger<String>()
        let tickets = (0..<4).map { _ in ledger.accept() }
        #expect(ledger.handled == 0)
        #expect(ledger.complete(tickets[1]).effects.isEmpty)
        #expect(ledger.handled == 0)
        _ = ledger.complete(tickets[0])
        #expect(ledger.handled == 2)
        _ = ledger.complete(tickets[3])
        #expect(ledger.handled == 2)
        #expect(ledger.pendingCount == 2)
        _ = ledger.complete(tickets[2])
        #expect(ledger.handled == 4)
        #expect(ledger.pendingCount == 0)
    }

    @Test func `bytes are pending until the turn of their stanza has come`() {
        var ledger = InboundLedger<String>()
        let tickets = [100, 20, 3].map { ledger.accept(bytes: $0) }
        #expect(ledger.pendingBytes == 123)
        _ = ledger.complete(tickets[1])
        #expect(ledger.pendingBytes == 123, "what it brings about is held still")
        _ = ledger.complete(tickets[0])
        #expect(ledger.pendingBytes == 3)
        _ = ledger.complete(tickets[0])
        _ = ledger.complete(tickets[2])
        #expect(ledger.pendingBytes == 0)
    }

    @Test func `effects keep the stanzas' order`() {
        var ledger = InboundLedger<String>()
        let stored = ledger.accept()
        let chatState = ledger.accept()
        let later = ledger.accept()
        #expect(ledger.complete(chatState, ["composing"]).effects == [])
        #expect(ledger.complete(stored, ["text", "carbon"]).effects == ["text", "carbon", "composing"])
        #expect(ledger.complete(later, ["text 2"]).effects == ["text 2"])
    }

    @Test func `every order of completion releases the same effects in the same order`() {
        func permutations(_ items: [Int]) -> [[Int]] {
            items.isEmpty
                ? [[]] : items.flatMap { item in permutations(items.filter { $0 != item }).map { [item] + $0 } }
        }
        for order in permutations(Array(0..<5)) {
            var ledger = InboundLedger<Int>()
            let tickets = (0..<5).map { _ in ledger.accept() }
            var released: [Int] = []
            for index in order {
                let release = ledger.complete(tickets[index], [index])
                released += release.effects
                #expect(Int(ledger.handled) == released.count)
            }
            #expect(released == Array(0..<5))
        }
    }

    @Test func `a ticket completes once`() {
        var ledger = InboundLedger<String>()
        let first = ledger.accept()
        let second = ledger.accept()
        _ = ledger.complete(second, ["b"])
        #expect(ledger.complete(second, ["c"]).effects == [])
        #expect(ledger.complete(first, ["a"]).effects == ["a", "b"])
        #expect(ledger.complete(first, ["d"]).effects == [])
        #expect(ledger.handled == 2)
    }

    @Test func `a request is answered at once when nothing is open`() {
        var ledger = InboundLedger<String>()
        #expect(ledger.requestAcknowledgement() == 0)
        let ticket = ledger.accept()
        _ = ledger.complete(ticket)
        #expect(ledger.requestAcknowledgement() == 1)
    }

    @Test func `requests wait for what came before them, and share`() {
        var ledger = InboundLedger<String>()
        let first = ledger.accept()
        #expect(ledger.requestAcknowledgement() == nil)
        #expect(ledger.requestAcknowledgement() == nil)
        let second = ledger.accept()
        #expect(ledger.requestAcknowledgement() == nil)
        let third = ledger.accept()
        #expect(ledger.complete(first).acknowledgement == 1)
        #expect(ledger.complete(third).acknowledgement == nil)
        #expect(ledger.complete(second).acknowledgement == 3)
        let fourth = ledger.accept()
        #expect(ledger.complete(fourth).acknowledgement == nil)
    }

    @Test func `one completion answers all`() {
        var ledger = InboundLedger<String>()
        let first = ledger.accept()
        #expect(ledger.requestAcknowledgement() == nil)
        let second = ledger.accept()
        #expect(ledger.requestAcknowledgement() == nil)
        #expect(ledger.complete(second).acknowledgement == nil)
        #expect(ledger.complete(first).acknowledgement == 2)
    }

    @Test func `a lost stream asks for nothing more`() {
        var ledger = InboundLedger<String>()
        let ticket = ledger.accept()
        #expect(ledger.requestAcknowledgement() == nil)
        ledger.forgetRequests()
        let release = ledger.complete(ticket, ["text"])
        #expect(release.effects == ["text"])
        #expect(release.acknowledgement == nil)
    }

    @Test func `counting begins with enable`() {
        var ledger = InboundLedger<String>()
        let before = ledger.accept()
        ledger.beginCounting()
        let after = ledger.accept()
        _ = ledger.complete(after)
        #expect(ledger.handled == 0)
        _ = ledger.complete(before)
        #expect(ledger.handled == 1)
    }

    @Test func `many stanzas take no more memory than are open`() {
        var ledger = InboundLedger<Int>()
        var open: [InboundLedger<Int>.Ticket] = []
        for index in 0..<10_000 {
            open.append(ledger.accept())
            if open.count > 10 { _ = ledger.complete(open.removeFirst(), [index]) }
        }
        #expect(ledger.pendingCount == 10)
        #expect(ledger.handled == 9_990)
    }
}
