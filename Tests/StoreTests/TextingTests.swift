import Consent
import Synchronization
import Testing

@testable import Store

/// Numbers, bindings, STOP, and the queue to the phone network.
struct TextingTests {
    private func store(_ fixture: Fixture) async throws -> (RegionStore, PersonID) {
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.writer.grant(.sms, by: p)
        return (store, p)
    }

    @Test func aNumberMovesToWhoProvesItLast() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let q = try await store.join("q")
        let value = store.vault.index(Array("15550001111".utf8))
        _ = try await store.prove("15550001111", by: p)
        let code = try await store.writer.claim("15550001111", by: q)
        #expect(store.vault.person(at: value) == p, "a claim alone changes nothing")
        guard case .confirmed(_, let displaced) = try await store.writer.confirmNumber(by: q, entry: code) else {
            Issue.record("not confirmed")
            return
        }
        #expect(displaced == p)
        #expect(store.vault.person(at: value) == q)
        #expect(throws: Denied.noConsent) { try store.vault.allows(.numberTexting, for: p).get() }
        // A second number of the same person replaces the first.
        _ = try await store.prove("15550002222", by: q)
        #expect(store.vault.person(at: value) == nil)
        store.close()
        let again = try fixture.open()
        #expect(again.vault.person(at: again.vault.index(Array("15550002222".utf8))) == q)
        again.close()
    }

    @Test func codesEndByUseTriesAndTime() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        #expect(try await store.writer.confirmNumber(by: p, entry: "1") == .none)
        var code = try await store.writer.claim("15550001111", by: p)
        for left in [4, 3, 2, 1] {
            #expect(try await store.writer.confirmNumber(by: p, entry: "x") == .wrong(left: left))
        }
        #expect(try await store.writer.confirmNumber(by: p, entry: "x") == .spent)
        #expect(try await store.writer.confirmNumber(by: p, entry: code) == .none)
        code = try await store.writer.claim("15550001111", by: p)
        fixture.clock.advance(milliseconds: CodeChallenge.lifetime)
        #expect(try await store.writer.confirmNumber(by: p, entry: code) == .expired)
        code = try await store.writer.claim("15550001111", by: p)
        fixture.clock.advance(milliseconds: CodeChallenge.lifetime)
        try await store.writer.sweep()
        #expect(try await store.writer.confirmNumber(by: p, entry: code) == .none)
        #expect(throws: Denied.noConsent) { try store.vault.allows(.numberTexting, for: p).get() }
        store.close()
    }

    @Test func aCodeThatCouldNotBeSentIsNoClaim() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let sent = Mutex("")
        try await store.writer.claim(Array("15550001111".utf8), by: p) { code, _ in
            sent.withLock { $0 = code }
            return false
        }
        #expect(try await store.writer.confirmNumber(by: p, entry: sent.withLock { $0 }) == .none)
        store.close()
    }

    @Test func aSenderNumberIsBoundPerRecipientAndLapses() async throws {
        let fixture = try Fixture()
        let (store, p) = try await store(fixture)
        let q = try await store.join("q")
        await #expect(throws: StoreError.denied(.noConsent)) {
            try await store.writer.bind(
                route: "r", recipient: store.vault.limitHash([1]), owner: q, senders: [store.vault.limitHash([2])])
        }
        _ = try await store.writer.grant(.sms, by: q)
        let r = try await store.join("r")
        _ = try await store.writer.grant(.sms, by: r)
        let recipient = store.vault.routeHash(Array("1".utf8), route: "r")
        let senders = ["a", "b"].map { store.vault.routeHash(Array($0.utf8), route: "r") }
        func bind(_ owner: PersonID, _ recipient: BlindValue) async throws -> BlindValue? {
            try await store.writer.bind(route: "r", recipient: recipient, owner: owner, senders: senders)
        }
        #expect(try await bind(p, recipient) == senders[0])
        #expect(try await bind(q, recipient) == senders[1])
        #expect(try await bind(p, recipient) == senders[0])
        #expect(try await bind(r, recipient) == nil)
        #expect(try await bind(r, store.vault.routeHash(Array("2".utf8), route: "r")) == senders[0])
        let lapse: Int64 = 30 * 86_400_000
        func bound(_ sender: Int) throws -> PersonID? {
            try store.keys.binding(
                route: "r", recipient: recipient, sender: senders[sender], now: fixture.clock.now, lapse: lapse)
        }
        #expect(try bound(0) == p)
        #expect(try bound(1) == q)
        fixture.clock.advance(days: 20)
        #expect(try await bind(p, recipient) == senders[0])
        fixture.clock.advance(days: 20)
        #expect(try bound(0) == p)
        #expect(try bound(1) == nil)
        #expect(try await bind(r, recipient) == senders[1])
        store.close()
    }

    @Test func stopOutlivesEverything() async throws {
        let fixture = try Fixture()
        var (store, p) = try await store(fixture)
        let number = store.vault.routeHash(Array("1".utf8), route: "r")
        try await store.writer.setStopped(true, route: "r", number: number)
        try await store.writer.setStopped(true, route: "r", number: number)
        try await store.writer.erase(p)
        store.close()
        store = try fixture.open()
        #expect(try store.keys.isStopped(route: "r", number: number))
        #expect(try !store.keys.isStopped(route: "s", number: number))
        try await store.writer.setStopped(false, route: "r", number: number)
        #expect(try !store.keys.isStopped(route: "r", number: number))
        store.close()
    }

    @Test func textsAreTakenInOrderWhenDueAndOnce() async throws {
        let fixture = try Fixture()
        let opened = try await store(fixture)
        var store = opened.0
        let p = opened.1
        let now = fixture.clock.now
        for (content, delay) in [("late", 60_000), ("first", 0), ("second", 0)] as [(String, Int64)] {
            _ = try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.queue(
                    content: Array(content.utf8), route: "r", due: now + delay,
                    message: ArchiveID(rawValue: delay + 1), owner: p)
            }
        }
        func take() async throws -> [String] {
            try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.take(route: "r", limit: 10)
            }.map { String(decoding: $0.content.release(by: SMPPSubmit.self), as: UTF8.self) }
        }
        #expect(try await take() == ["first", "second"])
        #expect(try await take() == [])
        store.close()
        store = try fixture.open()
        let open = try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.interrupted()
        }
        let interrupted = try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.settleInterrupted()
        }
        #expect(open == interrupted.sorted())
        #expect(interrupted.count == 2, "what was being sent has an unknown outcome, and isn't sent again")
        #expect(try await take() == [])
        let cancelled = try await store.writer.perform { (transaction) throws(StoreError) in
            [
                try transaction.cancelOutgoing(for: ArchiveID(rawValue: 60_001), owner: p),
                try transaction.cancelOutgoing(for: ArchiveID(rawValue: 60_001), owner: p)
            ]
        }
        #expect(cancelled == [true, false])
        fixture.clock.advance(milliseconds: 60_000)
        #expect(try await take() == [])
        store.close()
    }

    @Test func noTextWaitsForAClockThatWasSetBack() async throws {
        let fixture = try Fixture()
        let (store, p) = try await store(fixture)
        let grace: Int64 = 120_000
        func take() async throws -> Int {
            try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.take(route: "r", limit: 10, patience: grace).count
            }
        }
        func queue(in wait: Int64) async throws {
            _ = try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.queue(
                    content: [1], route: "r", due: transaction.now + wait, message: nil, owner: p)
            }
        }
        try await queue(in: grace)
        #expect(try await take() == 0, "it waits for its grace time, and no longer")
        fixture.clock.advance(milliseconds: grace)
        #expect(try await take() == 1)
        try await queue(in: 0)
        fixture.clock.advance(milliseconds: -3_600_000)
        #expect(try await take() == 1, "queued under a clock that was an hour fast")
        store.close()
    }

    @Test func receiptsAggregateOverSegmentsInAnyOrder() async throws {
        let fixture = try Fixture()
        let (store, p) = try await store(fixture)
        let id = try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.queue(content: [1], route: "r", due: transaction.now, message: nil, owner: p)
        }
        let states = try await store.writer.perform { (transaction) throws(StoreError) in
            var states: [OutgoingState?] = []
            states.append(try transaction.receive(receipt: .delivered, route: "r", messageID: "m2")?.state)
            states.append(try transaction.setSegment(0, of: id, route: "r", state: .submitted, messageID: "m1"))
            states.append(try transaction.setSegment(1, of: id, route: "r", state: .submitted, messageID: "m2"))
            states.append(try transaction.receive(receipt: .delivered, route: "other", messageID: "m1")?.state)
            states.append(try transaction.receive(receipt: .delivered, route: "r", messageID: "m1")?.state)
            states.append(try transaction.receive(receipt: .failed, route: "r", messageID: "m1")?.state)
            return states
        }
        #expect(states == [nil, .submitted, .submitted, nil, .delivered, .failed])
        store.close()
    }

    /// The text's end is told once, and again only if the receipt that brought it comes again.
    @Test func receiptsAreNewsOnce() async throws {
        let fixture = try Fixture()
        let (store, p) = try await store(fixture)
        let news = try await store.writer.perform { (transaction) throws(StoreError) in
            let id = try transaction.queue(content: [1], route: "r", due: transaction.now, message: nil, owner: p)
            for part in 1...3 {
                _ = try transaction.setSegment(part, of: id, route: "r", state: .submitted, messageID: "m\(part)")
            }
            var news: [Bool?] = []
            for (name, state) in [
                ("m3", .delivered), ("m1", .failed), ("m2", .failed), ("m1", .failed), ("m3", .delivered)
            ] as [(String, OutgoingState)] {
                news.append(try transaction.receive(receipt: state, route: "r", messageID: name)?.isNews)
            }
            return news
        }
        #expect(news == [false, true, false, true, false])
        store.close()
    }

    @Test func theLastIncomingTextOfARouteIsKnown() async throws {
        let fixture = try Fixture()
        let (store, _) = try await store(fixture)
        func last(_ route: String) async throws -> Int64? {
            try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.lastIncoming(route: route)
            }
        }
        #expect(try await last("r") == nil)
        let words = try #require(BlindValue(bytes: [UInt8](repeating: 7, count: 16)))
        for route in ["r", "r", "s"] {
            fixture.clock.advance(milliseconds: 1_000)
            _ = try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.isFirst(incoming: words, route: route, unlessStoredIn: nil)
            }
        }
        #expect(try await last("r") == fixture.clock.now - 1_000)
        #expect(try await last("s") == fixture.clock.now)
        store.close()
    }

    /// Each text whose answer may not have been heard is expected once more; others with the same words are new.
    @Test func anIncomingTextIsARepetitionOnlyOfADoubtfulOne() async throws {
        let fixture = try Fixture()
        let (store, _) = try await store(fixture)
        let ok = try #require(BlindValue(bytes: [UInt8](repeating: 7, count: 16)))
        let other = try #require(BlindValue(bytes: [UInt8](repeating: 7, count: 15) + [8]))
        func arrives(_ words: BlindValue, _ doubt: Range<Int64>? = nil, route: String = "r") async throws -> Bool {
            try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.isFirst(incoming: words, route: route, unlessStoredIn: doubt)
            }
        }
        // Long ago five times, then twice within the last minute.
        for _ in 0..<5 { #expect(try await arrives(ok)) }
        fixture.clock.advance(milliseconds: 600_000)
        for _ in 0..<2 { #expect(try await arrives(ok)) }
        #expect(try await arrives(other, route: "s"))
        fixture.clock.advance(milliseconds: 10_000)
        let began = fixture.clock.now
        let doubt = began - 60_000..<began
        #expect(try await arrives(other, doubt))
        let again = [try await arrives(ok, doubt), try await arrives(ok, doubt), try await arrives(ok, doubt)]
        #expect(again == [false, false, true])
        // What came again may go unheard a second time.
        fixture.clock.advance(milliseconds: 30_000)
        let later = fixture.clock.now
        var repeated = 0
        for _ in 0..<5 where try await !arrives(ok, later - 60_000..<later) { repeated += 1 }
        #expect(repeated == 3)
        store.close()
    }

    @Test func quotasSpendingAndRepeatedIncomingTexts() async throws {
        let fixture = try Fixture()
        let (store, p) = try await store(fixture)
        func run() async throws -> [Bool] {
            try await store.writer.perform { (transaction) throws(StoreError) in
                [
                    try transaction.take(.segments, 3, of: 5, owner: p),
                    try transaction.take(.segments, 3, of: 5, owner: p),
                    try transaction.take(.segments, 2, of: 5, owner: p),
                    try transaction.take(.newNumbers, 1, of: 5, owner: p),
                    try transaction.take(.segments, 6, of: 5, owner: p),
                    try transaction.spend(70, cap: 100, route: "r"),
                    try transaction.spend(40, cap: 100, route: "r"),
                    try transaction.spend(30, cap: 100, route: "r"),
                    try transaction.isFirst(incoming: [1], route: "r"),
                    try transaction.isFirst(incoming: [1], route: "r"),
                    try transaction.isFirst(incoming: [1], route: "s")
                ]
            }
        }
        let day = [true, false, true, true, false, true, false, true]
        #expect(try await run() == day + [true, false, true])
        fixture.clock.advance(days: 1)
        #expect(try await run() == day + [false, false, false])
        store.close()
    }
}

/// Names, rosters and other things kept.
struct KeptTests {
    @Test func keptThingsComeBackAndHaveLimits() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let item = Kept(name: Array("q@d".utf8), value: Array("Q ä".utf8))
        try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.keep(.rosterItem, item, owner: p)
            try transaction.keep(.blocked, Kept(name: Array("x@d".utf8), value: []), owner: p)
            try transaction.keep(.vCard, Kept(name: [], value: [1]), owner: p)
            try transaction.keep(.vCard, Kept(name: [], value: [2]), owner: p)
        }
        await #expect(throws: StoreError.limit) {
            try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.keep(.vCard, Kept(name: [1], value: [1]), owner: p)
            }
        }
        try await store.writer.perform { (transaction) throws(StoreError) in
            // As many bytes as fit, then less of the same, but no more beside it.
            let most = KeptKind.setting.byteLimit - 100
            for count in [most, most - 1] {
                let large = Kept(name: [1], value: Array(repeating: 7, count: count))
                try transaction.keep(.setting, large, owner: p)
            }
        }
        await #expect(throws: StoreError.limit) {
            try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.keep(.setting, Kept(name: [2], value: Array(repeating: 7, count: 200)), owner: p)
            }
        }
        let found = try await store.reader.read { (snapshot) throws(StoreError) in
            (
                try snapshot.kept(.rosterItem, owner: p), try snapshot.kept(.rosterItem, name: item.name, owner: p),
                try snapshot.kept(.blocked, name: Array("x@d".utf8), owner: p),
                try snapshot.kept(.blocked, name: Array("y@d".utf8), owner: p),
                try snapshot.keptCount(.blocked, owner: p), try snapshot.kept(.vCard, name: [], owner: p)
            )
        }
        #expect(found.0 == [item])
        #expect(found.1 == item.value)
        #expect(found.2 == [])
        #expect(found.3 == nil)
        #expect(found.4 == 1)
        #expect(found.5 == [2])
        let dropped = try await store.writer.perform { (transaction) throws(StoreError) in
            [
                try transaction.drop(.rosterItem, name: item.name, owner: p),
                try transaction.drop(.rosterItem, name: item.name, owner: p)
            ]
        }
        #expect(dropped == [true, false])
        store.close()
    }

    @Test func whatIsKnownIsSaidInKindsAndCounts() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.text(from: nil, to: p, "x")
        _ = try await store.writer.grant(.history, by: p)
        let facts = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.facts(about: p) }
        let counts = Dictionary(facts.kinds.map { ($0.name, $0.count) }) { first, _ in first }
        #expect(counts["messages"] == 1)
        #expect(counts["messages waiting"] == 1)
        #expect(counts["decisions"] == 1)
        #expect(counts["contacts"] == 0)
        #expect(facts.kinds.first?.oldest == fixture.clock.now)
        #expect(facts.created == fixture.clock.now)
        store.close()
    }

    @Test(arguments: [[], [[]], [[1]], [[], [1, 2], []], [Array(repeating: 7, count: 70_000)]] as [[[UInt8]]])
    func packedFieldsComeBack(fields: [[UInt8]]) {
        let packed = Packed.pack(fields)
        #expect(Packed.unpack(packed) == fields)
        for length in packed.indices.dropFirst().prefix(20) {
            let cut = Packed.unpack(Array(packed.prefix(length)))
            #expect(cut == nil || (cut.map { $0.count < fields.count } ?? false))
        }
    }
}
