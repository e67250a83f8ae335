// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization
import Testing
import XMPP

@testable import Server

/// Taking up a session again (XEP-0198 §5): once, when nothing of its client is on its way any more, and not while it ends.
@Suite struct ResumptionTests {
    private let house: MessagingHouse
    private let session: Session
    private let back: ConnectionHandle
    private let answers = Answers()

    /// What each client that came back was answered: how many of its stanzas were handled, or that it came in vain.
    private final class Answers: Sendable {
        private let given = Mutex<[UInt32?]>([])
        func add(_ handled: UInt32?) { given.withLock { $0.append(handled) } }
        var all: [UInt32?] { given.withLock { $0 } }
    }

    init() throws {
        house = try MessagingHouse()
        let account = try house.account("anna")
        session = try house.connect("phone", of: account)
        session.management = Management(outbound: OutboundQueue(), resumption: .seconds(60))
        back = try #require(try house.connect("other", of: account).connection)
    }

    private func resume() {
        session.resume(handled: 0, over: back) { [answers] handled in answers.add(handled) }
    }

    @Test func `who comes back is answered when all they sent before is done`() {
        let tickets = [session.inbound.accept(), session.inbound.accept()]
        resume()
        session.finish(tickets[1])
        #expect(answers.all == [])
        session.finish(tickets[0])
        #expect(answers.all == [2])
        #expect(session.connection?.id == back.id)
    }

    @Test func `of two who come back the later one gets the session`() {
        let ticket = session.inbound.accept()
        resume()
        resume()
        #expect(answers.all == [nil])
        session.finish(ticket)
        #expect(answers.all == [nil, 1])
    }

    @Test func `a session that ends tells who waits for it, once`() {
        let ticket = session.inbound.accept()
        resume()
        session.leave()
        #expect(answers.all == [nil])
        #expect(session.isEnded)
        session.finish(ticket)
        resume()
        #expect(answers.all == [nil, nil])
    }

    @Test func `a session that still finishes what its client asked for, and then ends, is nobody's any more`() {
        // All places for slow work are taken: what the session asks for waits.
        for _ in 0..<SlowWork.limit { session.account.slowWork.begin {} }
        let ticket = session.inbound.accept()
        session.slowly(ticket) { [] }
        resume()
        session.replaced()
        #expect(!session.isEnded && session.connection == nil)
        #expect(answers.all == [nil], "who waited for it came too late")
        resume()
        #expect(answers.all == [nil, nil])
        #expect(session.connection == nil)
    }
}
