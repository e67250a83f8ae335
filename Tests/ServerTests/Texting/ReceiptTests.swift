import Consent
import Numbers
import SMPP
import Store
import Synchronization
import Testing

@testable import Server

@Suite("Receipts")
struct ReceiptTests {
    @Test("a receipt that comes before the answer counts")
    func early() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.set(.early, TextingWorld.bob.digits))
            try await world.startBound()
            let id = try await world.queue("quick", by: alice)
            _ = try await world.untilChanged(to: .delivered)
            #expect(try await world.state(of: id) == .delivered)
        }
    }

    @Test("a receipt doesn't wait for what is made of the one before")
    func together() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            let events = world.events
            // The first is held up until the second is through, or for long.
            events.beforehand.withLock {
                $0 = { change in
                    guard change.state == .delivered, change.message?.rawValue == 1 else { return }
                    let deadline = ContinuousClock.now + .seconds(20)
                    while ContinuousClock.now < deadline,
                        !events.changes.all.contains(where: { $0.state == .delivered && $0.message?.rawValue == 2 })
                    {
                        try? await Task.sleep(for: .milliseconds(5))
                    }
                }
            }
            try await world.startBound()
            for message in 1...2 { try await world.queue("text", by: alice, message: Int64(message)) }
            _ = try await world.untilChanged(to: .delivered, of: 1)
            let delivered = events.changes.all.filter { $0.state == .delivered }.map { $0.message?.rawValue }
            #expect(delivered == [2, 1])
        }
    }

    @Test("a text is delivered when its last part is, not before")
    func aggregated() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.off(TextingWorld.bob.digits))
            try await world.startBound()
            let id = try await world.queue(String(repeating: "many words ", count: 40), by: alice)
            _ = try await world.untilChanged(to: .submitted)
            let parts = world.submits.map(\.message)
            #expect(parts.count == 3)
            // Receipts for all but the first part, by hand.
            for number in 2...3 {
                let receipt = DeliveryReceipt(messageID: String(0xA0_0000 + number, radix: 16), state: .delivered)
                world.smsc.send(
                    .inject(receipt.message(recipient: parts[0].destination, sender: parts[0].source)))
            }
            try await Task.sleep(for: .milliseconds(200))
            #expect(world.changed(to: .delivered) == nil)
            #expect(try await world.state(of: id) == .submitted)
            world.smsc.send(.on(TextingWorld.bob.digits))
            _ = try await world.untilChanged(to: .delivered)
        }
    }

    @Test("an undeliverable text fails with the carrier's reason")
    func undeliverable() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.set(.fails, TextingWorld.bob.digits))
            try await world.startBound()
            try await world.queue("nobody home", by: alice)
            let failed = try await world.untilChanged(to: .failed)
            #expect(failed.reason?.description.contains("UNDELIV, error 011") == true)
        }
    }

    @Test("an undeliverable text of several parts is told once, however many of them fail")
    func undeliverableParts() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.off(TextingWorld.bob.digits))
            try await world.startBound()
            try await world.queue(String(repeating: "nobody home ", count: 40), by: alice)
            _ = try await world.untilChanged(to: .submitted)
            let part = try #require(world.submits.first?.message)
            func receipt(_ number: Int, _ state: DeliveryState) {
                let receipt = DeliveryReceipt(messageID: String(0xA0_0000 + number, radix: 16), state: state)
                world.smsc.send(.inject(receipt.message(recipient: part.destination, sender: part.source)))
            }
            receipt(1, .undeliverable)
            receipt(2, .undeliverable)
            receipt(3, .delivered)
            _ = try await world.untilChanged(to: .failed)
            try await Task.sleep(for: .milliseconds(300))
            #expect(world.events.changes.all.map(\.state) == [.submitted, .failed])
            // The carrier didn't hear that we know, as after a crash between knowing and telling.
            receipt(1, .undeliverable)
            try await eventually("told again") { world.events.changes.all.count == 3 }
            receipt(3, .delivered)
            try await Task.sleep(for: .milliseconds(300))
            #expect(world.events.changes.all.map(\.state) == [.submitted, .failed, .failed])
        }
    }

    @Test("an intermediate report changes nothing")
    func intermediate() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.off(TextingWorld.bob.digits))
            try await world.startBound()
            let id = try await world.queue("wait", by: alice)
            _ = try await world.untilChanged(to: .submitted)
            for state in [DeliveryState.enroute, .accepted, .unknown] {
                let receipt = DeliveryReceipt(messageID: String(0xA0_0001, radix: 16), state: state)
                world.smsc.send(
                    .inject(
                        receipt.message(
                            recipient: .international(TextingWorld.bob.digits),
                            sender: .international(TextingWorld.sender))))
            }
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await world.state(of: id) == .submitted)
            #expect(world.events.changes.all.count == 1)
        }
    }

    @Test(
        "ids are matched in hexadecimal and decimal, or not at all and by our own reference",
        arguments: [
            (SimulatedCarrier.MessageIDs.hexDecimal, MessageIDForm.hexThenDecimal), (.none, .same)
        ])
    func ids(_ ids: SimulatedCarrier.MessageIDs, _ form: MessageIDForm) async throws {
        var carrier = SimulatedCarrier.Settings()
        carrier.messageIDs = ids
        carrier.receiptDelay = 50
        try await withTextingWorld(try await TextingWorld(carrier: carrier, route: { $0.messageIDs = form })) { world in
            let alice = try await world.join("alice")
            try await world.startBound()
            try await world.queue(String(repeating: "several parts ", count: 30), by: alice, message: 1)
            try await world.queue("one more", by: alice, message: 2)
            try await world.queue("and elsewhere", to: TextingWorld.eve, by: alice, message: 3)
            world.smsc.send(.set(.early, TextingWorld.bob.digits))
            for message in 1...3 { _ = try await world.untilChanged(to: .delivered, of: Int64(message)) }
            try await world.queue("early", by: alice, message: 4)
            _ = try await world.untilChanged(to: .delivered, of: 4)
        }
    }

    @Test("a reference that is used again isn't taken for the text that used it before")
    func usedReference() async throws {
        var carrier = SimulatedCarrier.Settings()
        carrier.messageIDs = .none
        let world = try await TextingWorld(carrier: carrier, settings: { $0.segmentsPerDay = 1_000 })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            try await world.startBound()
            for number in 1...256 { try await world.queue("text \(number)", by: alice, message: Int64(number)) }
            _ = try await world.untilChanged(to: .delivered, of: 256)
            world.smsc.send(.off(TextingWorld.bob.digits))
            let id = try await world.queue("off", by: alice, message: 1_000)
            _ = try await world.untilChanged(to: .submitted, of: 1_000)
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await world.state(of: id) == .submitted)
        }
    }

    @Test("255 segments to one number are told apart by their references, from wherever these begin")
    func everyReference() async throws {
        var carrier = SimulatedCarrier.Settings()
        carrier.messageIDs = .none
        let world = try await TextingWorld(carrier: carrier, settings: { $0.segmentsPerDay = 1_000 })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.off(TextingWorld.bob.digits))
            try await world.startBound()
            let long = String(repeating: "several parts ", count: 30)
            for text in 1...85 { try await world.queue(long, by: alice, message: Int64(text)) }
            for text in 1...85 { _ = try await world.untilChanged(to: .submitted, of: Int64(text)) }
            let references = Set(world.submits.compactMap(\.message.optional.userMessageReference))
            #expect(references == Set(1...255))
            world.smsc.send(.on(TextingWorld.bob.digits))
            for text in 1...85 { _ = try await world.untilChanged(to: .delivered, of: Int64(text)) }
        }
    }

    @Test("a reference isn't given again while its segment waits for the carrier's answer")
    func unansweredReference() async throws {
        var carrier = SimulatedCarrier.Settings()
        carrier.messageIDs = .none
        let world = try await TextingWorld(carrier: carrier, settings: { $0.segmentsPerDay = 1_000 })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.set(.silent, TextingWorld.bob.digits))
            try await world.startBound()
            try await world.queue("unanswered", by: alice, message: 1_000)
            try await eventually("it is with the carrier") { world.submits.count == 1 }
            world.smsc.send(.set(.normal, TextingWorld.bob.digits))
            for text in 1...260 { try await world.queue("text \(text)", by: alice, message: Int64(text)) }
            for text in 1...260 { _ = try await world.untilChanged(to: .delivered, of: Int64(text)) }
            let references = world.submits.compactMap(\.message.optional.userMessageReference)
            #expect(references.count { $0 == references.first } == 1)
        }
    }

    @Test("a receipt is answered after it is written down, and counts after a restart")
    func afterRestart() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.off(TextingWorld.bob.digits))
            try await world.startBound()
            let id = try await world.queue("patience", by: alice)
            _ = try await world.untilChanged(to: .submitted)
            try await world.stop()
            let receipt = DeliveryReceipt(messageID: String(0xA0_0001, radix: 16), state: .delivered)
            try await withTextingWorld(try await TextingWorld(folder: try world.folderAfterCrash())) { later in
                try await later.startBound()
                later.smsc.send(
                    .inject(
                        receipt.message(
                            recipient: .international(TextingWorld.bob.digits),
                            sender: .international(TextingWorld.sender))))
                _ = try await later.untilChanged(to: .delivered)
                #expect(try await later.state(of: id) == .delivered)
            }
        }
    }
}
