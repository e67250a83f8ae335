// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Store
import Testing
import XMPP

@testable import Server

/// How far a session has come, for the disk: never beyond a stanza that may still come to nothing.
@Suite struct SessionMarkTests {
    @Test func noMarkGoesBeyondAStanzaThatIsDecidedAnew() throws {
        let house = try MessagingHouse()
        let session = try house.connect("phone", of: try house.account("anna"))
        session.management = Management(outbound: OutboundQueue(), resumption: .seconds(60))
        let tickets = (0..<4).map { _ in session.inbound.accept() }
        session.decide(anew: tickets[1])
        session.decide(anew: tickets[2])
        #expect(tickets.map { session.mark(for: $0)?.h } == [1, 2, nil, nil])
        session.finish(tickets[1])
        #expect(tickets.map { session.mark(for: $0)?.h } == [1, 2, 3, nil])
        session.finish(tickets[2])
        #expect(tickets.map { session.mark(for: $0)?.h } == [1, 2, 3, 4])
    }
}
