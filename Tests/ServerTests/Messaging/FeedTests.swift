// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

@Suite struct FeedTests {
    /// A feed that has been turned on and has read everything up to its cursor.
    private func live(at cursor: Int64 = 0) throws -> Feed {
        var feed = Feed(cursor: cursor)
        let read = try #require(feed.turnOn().read)
        #expect(feed.pageRead(read, last: nil) == (false, .nothing))
        return feed
    }

    @Test func `a new feed takes nothing until it is turned on`() {
        var feed = Feed()
        #expect(!feed.isOn)
        #expect(feed.committed(1) == false)
        #expect(feed.unpark() == .nothing)
        #expect(feed.rewind(to: 0) == .nothing)
        #expect(feed.turnOn().read?.after == 0)
        #expect(feed.isOn)
        #expect(feed.turnOn() == .nothing)
    }

    @Test func `a resumed feed starts after what its client was handed`() {
        var feed = Feed(cursor: 41)
        #expect(feed.turnOn().read?.after == 41)
    }

    @Test func `pages follow each other until one is empty`() throws {
        var feed = Feed()
        let first = try #require(feed.turnOn().read)
        let (sendsFirst, next) = feed.pageRead(first, last: 7)
        #expect(sendsFirst)
        let second = try #require(next.read)
        #expect(second.after == 7)
        #expect(feed.pageRead(second, last: nil) == (false, .nothing))
        #expect(feed.committed(8) == true)
        #expect(feed.cursor == 8)
    }

    @Test func `rows committed while a page is read come with a later page`() throws {
        var feed = Feed()
        let first = try #require(feed.turnOn().read)
        #expect(feed.committed(5) == false)
        let (sends, next) = feed.pageRead(first, last: nil)
        #expect(!sends)
        let second = try #require(next.read)
        #expect(feed.pageRead(second, last: 5).send)
    }

    @Test func `a row that another session acknowledged meanwhile is not waited for`() throws {
        var feed = Feed()
        let first = try #require(feed.turnOn().read)
        #expect(feed.committed(5) == false)
        let second = try #require(feed.pageRead(first, last: nil).next.read)
        #expect(feed.pageRead(second, last: nil) == (false, .nothing))
        #expect(feed.committed(6) == true)
    }

    @Test func `a row that came with a page is not sent when its commit is told`() throws {
        var feed = Feed()
        let first = try #require(feed.turnOn().read)
        let second = try #require(feed.pageRead(first, last: 5).next.read)
        _ = feed.pageRead(second, last: nil)
        #expect(feed.committed(5) == false)
        #expect(feed.committed(4) == false)
        #expect(feed.committed(6) == true)
    }

    @Test func `a parked feed takes up where the peer stopped`() throws {
        var feed = try live(at: 10)
        #expect(feed.committed(11) == true)
        feed.park(before: 11)
        #expect(feed.committed(12) == false)
        #expect(feed.rewind(to: 11) == .nothing)
        let read = try #require(feed.unpark().read)
        #expect(read.after == 10)
        #expect(feed.unpark() == .nothing)
        #expect(feed.pageRead(read, last: 12).send)
    }

    @Test func `a feed parked within a page forgets what it would have read next`() throws {
        var feed = Feed()
        let first = try #require(feed.turnOn().read)
        let next = try #require(feed.pageRead(first, last: 9).next.read)
        feed.park(before: 4)
        #expect(feed.pageRead(next, last: 12) == (false, .nothing))
        #expect(feed.unpark().read?.after == 3)
    }

    @Test func `parking what is off changes nothing`() {
        var feed = Feed(cursor: 5)
        feed.park(before: 2)
        #expect(!feed.isOn)
        #expect(feed.cursor == 5)
    }

    @Test func `a rewound feed reads again from there`() throws {
        var feed = try live(at: 10)
        let read = try #require(feed.rewind(to: 4).read)
        #expect(read.after == 4)
        #expect(feed.pageRead(read, last: 10).send)
    }

    @Test func `a rewind forward reads on without going there`() throws {
        var feed = try live(at: 10)
        #expect(feed.rewind(to: 20).read?.after == 10)
    }

    @Test func `a page that was on its way before a rewind is not sent`() throws {
        var feed = Feed(cursor: 10)
        let early = try #require(feed.turnOn().read)
        let read = try #require(feed.rewind(to: 4).read)
        #expect(feed.pageRead(early, last: 12) == (false, .nothing))
        #expect(read.after == 4)
        #expect(feed.pageRead(read, last: 12).send)
    }

    @Test func `an empty page from before the feed was off doesn't end the reading`() throws {
        var feed = Feed()
        let early = try #require(feed.turnOn().read)
        feed.turnOff()
        // Row 5 is committed: nobody tells a feed that is off.
        let read = try #require(feed.turnOn().read)
        #expect(feed.pageRead(early, last: nil) == (false, .nothing))
        #expect(feed.pageRead(read, last: 5).send)
    }

    @Test func `a feed that is off ignores pages and commits`() throws {
        var feed = Feed()
        let read = try #require(feed.turnOn().read)
        feed.turnOff()
        #expect(feed.pageRead(read, last: 5) == (false, .nothing))
        #expect(feed.committed(6) == false)
        #expect(feed.turnOn().read?.after == 0)
    }

    @Test(arguments: 0..<200) func `every interleaving keeps the promises`(seed: UInt64) throws {
        var model = FeedModel(seed: seed)
        // Short runs, each from rest: a rewind or another turning on would soon bring what was lost.
        for _ in 0..<30 {
            for _ in 0..<20 { try model.step() }
            try model.settle()
        }
        // A model that sent nothing shows nothing.
        #expect(model.sentCount > 0)
    }
}

extension Feed.Step {
    /// The question, if there is one.
    var read: Feed.Read? {
        if case .read(let read) = self { read } else { nil }
    }
}
