import Consent
import Numbers
import SMPP
import Store
import Testing

@testable import Server

@Suite("One-time codes")
struct CodeTests {
    /// Sends a code as the claim of a number does; gives the refusal, if any.
    private func send(_ code: String, to number: E164, by person: PersonID, _ world: TextingWorld) throws
        -> CodeRefusal?
    {
        let digits = Array(number.digits.utf8)
        let pending = try world.store.vault.hold(digits, claimedBy: person, id: KeyID(rawValue: 1))
        let texting = world.texting
        var refusal: CodeRefusal?
        _ = try world.store.vault.withCodePermit(pending, claimedBy: person, id: KeyID(rawValue: 1)) { permit in
            do throws(CodeRefusal) {
                try texting.sendCode(code, to: permit)
                return true
            } catch {
                refusal = error
                return false
            }
        }
        return refusal
    }

    @Test("a code goes out at once, before what waits, without any consent, and nothing of it is stored")
    func sent() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice", sms: false)
            try await world.startBound()
            #expect(try send("123456", to: TextingWorld.bob, by: alice, world) == nil)
            try await eventually("shown") { world.shown.contains { $0.hasPrefix("123456 ") } }
            let rows = try await world.store.reader.read { (snapshot) throws(StoreError) in
                try snapshot.facts(about: alice)
            }
            #expect(rows.kinds.first { $0.name == "texts to the phone network" }?.count == 0)
            #expect(world.events.changes.all.isEmpty)
        }
    }

    @Test("no code to where no route goes, to our own numbers, or while the route is down")
    func nowhere() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            #expect(try send("123456", to: TextingWorld.bob, by: alice, world) == .notConnected)
            try await world.startBound()
            #expect(try send("123456", to: TextingWorld.far, by: alice, world) == .noRoute)
            let own = TextingWorld.number(TextingWorld.sender)
            #expect(try send("123456", to: own, by: alice, world) == .ownNumber)
        }
    }

    @Test("limits per number and per person hold")
    func limits() async throws {
        let world = try await TextingWorld(settings: {
            $0.codes.perNumber = 2
            $0.codes.perPerson = 3
        })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            let bert = try await world.join("bert")
            try await world.startBound()
            #expect(try send("1", to: TextingWorld.bob, by: alice, world) == nil)
            #expect(try send("2", to: TextingWorld.bob, by: bert, world) == nil)
            #expect(try send("3", to: TextingWorld.bob, by: alice, world) == .limit(.number))
            #expect(try send("4", to: TextingWorld.eve, by: alice, world) == nil)
            #expect(try send("5", to: TextingWorld.eve, by: alice, world) == nil)
            #expect(try send("6", to: TextingWorld.number("447911000000"), by: alice, world) == .limit(.person))
            try await eventually("four codes") { world.shown.count == 4 }
        }
    }

    @Test("after STOP no code is sent, and the reason says how to allow it")
    func stopped() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            try await world.startBound()
            world.smsc.send(.type("STOP", from: TextingWorld.bob.digits, to: TextingWorld.sender))
            try await eventually("confirmed") { world.shown.count == 1 }
            let refusal = try send("123456", to: TextingWorld.bob, by: alice, world)
            #expect(refusal == .stopped(startTo: TextingWorld.sender))
            #expect(refusal?.description.contains("Text START from it to +\(TextingWorld.sender)") == true)
        }
    }

    @Test("codes count against the spend cap")
    func cap() async throws {
        let world = try await TextingWorld(
            settings: { $0.spendCapPerDay = Price(tenThousandths: 500) },
            route: { $0.pricePerSegment = Price(tenThousandths: 400) })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            try await world.startBound()
            #expect(try send("111111", to: TextingWorld.bob, by: alice, world) == nil)
            #expect(try send("222222", to: TextingWorld.eve, by: alice, world) == nil)
            try await eventually("the first") { world.shown.count == 1 }
            try await Task.sleep(for: .milliseconds(200))
            #expect(world.submits.count == 1)
        }
    }
}
