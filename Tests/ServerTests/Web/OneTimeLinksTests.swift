// SPDX-License-Identifier: Apache-2.0

import Consent
import Synchronization
import Testing

@testable import Server

@Suite("Links that work once")
struct OneTimeLinksTests {
    private final class Clock: Sendable {
        private let now = Mutex(ContinuousClock.now)
        func pass(_ duration: Duration) { now.withLock { $0 += duration } }
        var read: @Sendable () -> ContinuousClock.Instant { { self.now.withLock { $0 } } }
    }

    private let clock = Clock()

    @Test("a link works once; looking doesn't use it")
    func once() {
        let links = OneTimeLinks(clock: clock.read)
        let person = PersonID.random()
        let token = links.make(for: person, .export)
        #expect(OneTimeLinks.isToken(token[...]))
        let grant = OneTimeLinks.Grant(person: person, purpose: .export)
        #expect(links.look(at: token) == grant)
        #expect(links.use(token) == grant)
        #expect(links.use(token) == nil)
        #expect(links.look(at: token) == nil)
    }

    @Test("a link works for an hour and no longer")
    func hour() {
        let links = OneTimeLinks(clock: clock.read)
        let (early, late) = (links.make(for: PersonID.random(), .export), links.make(for: PersonID.random(), .export))
        clock.pass(OneTimeLinks.lifetime - .milliseconds(1))
        #expect(links.use(early) != nil)
        clock.pass(.milliseconds(1))
        #expect(links.look(at: late) == nil)
        #expect(links.use(late) == nil)
    }

    @Test("a newer link ends the one before; a stranger's token is nothing")
    func newer() {
        let links = OneTimeLinks(clock: clock.read)
        let person = PersonID.random()
        let (first, other) = (links.make(for: person, .export), links.make(for: PersonID.random(), .export))
        let second = links.make(for: person, .export)
        #expect(Set([first, second, other]).count == 3)
        #expect(links.use(first) == nil)
        #expect(links.use(String(repeating: "A", count: 22)) == nil)
        #expect(links.use(second)?.person == person)
        #expect(links.use(other) != nil)
    }

    @Test("there are only so many: the oldest gives way")
    func bounded() {
        let links = OneTimeLinks(limit: 3, clock: clock.read)
        let tokens = (0..<4).map { _ in
            clock.pass(.seconds(1))
            return links.make(for: PersonID.random(), .export)
        }
        #expect(tokens.map { links.use($0) != nil } == [false, true, true, true])
    }

    @Test("who leaves leaves no link")
    func leaving() {
        let links = OneTimeLinks(clock: clock.read)
        let (one, two) = (PersonID.random(), PersonID.random())
        let tokens = [links.make(for: one, .export), links.make(for: two, .export)]
        links.forget(one)
        #expect(tokens.map { links.use($0) != nil } == [false, true])
    }
}
