import Consent
import Numbers
import SMPP
import Store
import Testing

@testable import Server

@Suite("What isn't sent")
struct LimitTests {
    @Test("the quota of a person and day holds in segments, and another person's is their own")
    func quota() async throws {
        let world = try await TextingWorld(
            settings: { $0.segmentsPerDay = 3 }, route: { $0.senders.append(TextingWorld.secondSender) })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            let bert = try await world.join("bert")
            try await world.startBound()
            try await world.queue("one", by: alice, message: 1)
            try await world.queue(String(repeating: "three segments of words ", count: 15), by: alice, message: 2)
            try await world.queue(String(repeating: "two segments of words ", count: 10), by: alice, message: 3)
            try await world.queue("bert's", by: bert, message: 4)
            #expect(try await world.untilChanged(to: .failed, of: 2).reason == .quota)
            for message in [1, 3, 4] { _ = try await world.untilChanged(to: .delivered, of: Int64(message)) }
            try await world.queue("one too many", by: alice, message: 5)
            _ = try await world.untilChanged(to: .failed, of: 5)
            #expect(world.submits.count == 4)
        }
    }

    @Test("the spend cap counts the price of every segment, and what it refuses costs no quota")
    func cap() async throws {
        let world = try await TextingWorld(
            settings: {
                $0.spendCapPerDay = Price(tenThousandths: 1_000)
                $0.segmentsPerDay = 3
            }, route: { $0.pricePerSegment = Price(tenThousandths: 400) })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            try await world.startBound()
            try await world.queue(String(repeating: "three segments of words ", count: 15), by: alice, message: 1)
            #expect(try await world.untilChanged(to: .failed, of: 1).reason == .spendCap)
            for number in 2...4 { try await world.queue("one", by: alice, message: Int64(number)) }
            _ = try await world.untilChanged(to: .delivered, of: 2)
            _ = try await world.untilChanged(to: .delivered, of: 3)
            #expect(try await world.untilChanged(to: .failed, of: 4).reason == .spendCap)
            #expect(world.submits.count == 2)
        }
    }

    @Test("numbers without an allowed prefix aren't texted, whatever is in the queue")
    func defaultDeny() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            guard case .none = world.texting.way(to: TextingWorld.far) else {
                Issue.record("a way to a number that no route takes")
                return
            }
            try await world.startBound()
            try await world.queue("no", to: TextingWorld.far, by: alice, message: 1)
            #expect(try await world.untilChanged(to: .failed, of: 1).reason == .noRoute)
            let own = TextingWorld.number(TextingWorld.sender)
            guard case .ownNumber = world.texting.way(to: own) else {
                Issue.record("a way to our own number")
                return
            }
            try await world.queue("no", to: own, by: alice, message: 2)
            #expect(try await world.untilChanged(to: .failed, of: 2).reason == .ownNumber)
            #expect(world.submits.isEmpty)
        }
    }

    @Test("no two people text one number by the same sending number")
    func exclusive() async throws {
        let world = try await TextingWorld(route: { $0.senders.append(TextingWorld.secondSender) })
        try await withTextingWorld(world) { world in
            let people = [try await world.join("alice"), try await world.join("bert"), try await world.join("carla")]
            try await world.startBound()
            for (index, person) in people.enumerated() {
                try await world.queue("from \(index)", by: person, message: Int64(index))
            }
            _ = try await world.untilChanged(to: .delivered, of: 0)
            _ = try await world.untilChanged(to: .delivered, of: 1)
            #expect(try await world.untilChanged(to: .failed, of: 2).reason == .noSenderFree)
            #expect(Set(world.submits.map(\.message.source.value)).count == 2)
            try await world.queue("again", by: people[0], message: 3)
            _ = try await world.untilChanged(to: .delivered, of: 3)
            #expect(world.submits.last?.message.source == world.submits.first?.message.source)
            try await world.queue("elsewhere", to: TextingWorld.eve, by: people[2], message: 4)
            _ = try await world.untilChanged(to: .delivered, of: 4)
        }
    }

    @Test("a text too long for the route says so")
    func tooLong() async throws {
        let world = try await TextingWorld(route: { $0.profile.maximumParts = 2 })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            try await world.startBound()
            try await world.queue(String(repeating: "x", count: 500), by: alice)
            #expect(try await world.untilChanged(to: .failed).reason == .tooLong(parts: 4))
        }
    }

    @Test("without a yes to sms nothing can be queued")
    func noConsent() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice", sms: false)
            await #expect(throws: StoreError.denied(.noConsent)) { try await world.queue("no", by: alice) }
        }
    }

    @Test("a withdrawal ends what waits out a pause, and what waits behind it")
    func withdrawnInPause() async throws {
        let world = try await TextingWorld(route: {
            $0.window = 1
            $0.throttle = Backoff(first: 6_000, longest: 6_000)
        })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            let bert = try await world.join("bert")
            world.smsc.send(.throttle(1))
            try await world.queue(String(repeating: "several parts ", count: 30), by: alice, message: 1)
            try await world.queue("after it", by: alice, message: 2)
            try await world.queue("bert's", to: TextingWorld.eve, by: bert, message: 3)
            try await world.startBound()
            try await eventually("throttled") { world.submits.count == 1 }
            let withdrawal = try await world.store.writer.withdraw(.sms, by: alice)
            #expect(withdrawal.rows > 0)
            #expect(try world.store.rowCount(under: withdrawal.key, owner: alice) == 0)
            _ = try await world.untilChanged(to: .delivered, of: 3)
            try await Task.sleep(for: .milliseconds(200))
            #expect(world.shown == ["bert's"])
            #expect(world.submits.count == 2)
            #expect(world.events.changes.all.allSatisfy { $0.owner == bert })
        }
    }

    @Test("an SMS that stands in for somebody doesn't leave after their number-texting ended")
    func recipientWithdrewInPause() async throws {
        let world = try await TextingWorld(route: {
            $0.window = 1
            $0.throttle = Backoff(first: 3_000, longest: 3_000)
        })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            let quinn = try await world.join("quinn", sms: false)
            try await world.holdNumber(TextingWorld.eve, by: quinn)
            world.smsc.send(.throttle(1))
            let held = try await world.queue("in a pause", by: alice, message: 1, standingInFor: quinn)
            let behind = try await world.queue("behind it", by: alice, message: 2, standingInFor: quinn)
            try await world.queue("for a number alone", by: alice, message: 3)
            try await world.startBound()
            try await eventually("throttled") { world.submits.count == 1 }
            _ = try await world.store.writer.withdraw(.numberTexting, by: quinn)
            _ = try await world.untilChanged(to: .delivered, of: 3)
            #expect(world.shown == ["for a number alone"])
            #expect(try await world.state(of: held) == .failed)
            // Taken like the one before it, or still in the queue and gone with the yes.
            #expect([nil, .failed].contains(try await world.state(of: behind)))
            #expect(world.events.changes.all.allSatisfy { $0.message?.rawValue == 3 })
        }
    }

    @Test("STOP reaches what waits out a pause")
    func stoppedInPause() async throws {
        let world = try await TextingWorld(route: {
            $0.window = 1
            $0.throttle = Backoff(first: 3_000, longest: 3_000)
        })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.throttle(1))
            try await world.startBound()
            try await world.queue("in a pause", to: TextingWorld.eve, by: alice, message: 1)
            try await eventually("throttled") { world.submits.count == 1 }
            world.smsc.send(.type("STOP", from: TextingWorld.eve.digits, to: TextingWorld.sender))
            #expect(try await world.untilChanged(to: .failed, of: 1).reason == .stopped)
            try await world.queue("to another", by: alice, message: 2)
            _ = try await world.untilChanged(to: .delivered, of: 2)
            #expect(!world.shown.contains("in a pause"))
        }
    }

    @Test("STOP takes texts to that number out of the line, and gives back what was counted for them")
    func stoppedInLine() async throws {
        let world = try await TextingWorld(
            settings: { $0.segmentsPerDay = 2 },
            route: {
                $0.window = 1
                $0.responseTimeout = 2_000
            })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.set(.silent, TextingWorld.eve.digits))
            try await world.startBound()
            try await world.queue("unanswered", to: TextingWorld.eve, by: alice, message: 1)
            try await world.queue("behind it", by: alice, message: 2)
            try await eventually("the first is out") { world.submits.count == 1 }
            try await Task.sleep(for: .milliseconds(300))
            world.smsc.send(.type("STOP", from: TextingWorld.bob.digits, to: TextingWorld.sender))
            #expect(try await world.untilChanged(to: .failed, of: 2).reason == .stopped)
            _ = try await world.untilChanged(to: .unknown, of: 1)
            world.smsc.send(.set(.normal, TextingWorld.eve.digits))
            try await world.queue("within the allowance", to: TextingWorld.eve, by: alice, message: 3)
            _ = try await world.untilChanged(to: .delivered, of: 3)
            #expect(!world.shown.contains("behind it"))
        }
    }

    @Test("a withdrawal between two parts of a text keeps the others here")
    func withdrawnMidway() async throws {
        let world = try await TextingWorld(route: {
            $0.window = 1
            $0.responseTimeout = 2_000
        })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.set(.silent, TextingWorld.bob.digits))
            try await world.startBound()
            try await world.queue(String(repeating: "several parts ", count: 30), by: alice)
            try await eventually("the first part is out") { world.submits.count == 1 }
            _ = try await world.store.writer.withdraw(.sms, by: alice)
            try await Task.sleep(for: .milliseconds(2_300))
            #expect(world.submits.count == 1)
            #expect(world.events.changes.all.isEmpty)
        }
    }
}
