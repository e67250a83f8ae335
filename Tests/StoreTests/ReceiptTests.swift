import Consent
import Foundation
import GRDB
import Proof
import Testing
import Wire

@testable import Store

/// Receipts, records and leaves of everything that enters the ledger.
struct StoredReceiptTests {
    @Test func everyKindOfDecisionHasItsReceiptAndItsLeaf() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.prove("15550001111", by: p)
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.writer.refuse(.history, by: p)
        fixture.clock.advance(milliseconds: 60_000)
        _ = try await store.writer.withdraw(.sms, by: p)
        _ = try await store.writer.grant(.sms, by: p)
        let changed = try TermsDocument.shipped.edited { $0 + ($0.isEmpty ? "" : " ") + "Now also on Sundays." }
        _ = try await store.writer.publish(changed, to: store.termsFolder)
        try await store.writer.switchOff(telling: { _ in nil }, told: { _ in })

        let ledger = try await store.ledger(p)
        let kept = try await store.kept(p)
        #expect(Set(ledger.map(\.action)) == [.grant, .refuse, .withdraw, .stale])
        #expect(kept.map(\.id) == ledger.map(\.id))
        #expect(kept.map(\.kind) == ledger.map { .decision($0.action) })
        #expect(try kept.map { try store.log.proof(of: $0) } == kept.map { _ in nil }, "nothing is published yet")
        try store.log.publish()
        for (decision, kept) in zip(ledger, kept) {
            try store.check(kept)
            let receipt = try store.checkedReceipt(kept.bytes)
            #expect(receipt.address == "p@example.org")
            #expect(receipt.decision == decision.id.rawValue)
            #expect(receipt.event.rawValue == decision.action.rawValue)
            #expect(receipt.purposes.map(\.code) == [decision.purpose.rawValue])
            #expect(receipt.terms == decision.terms)
            let words = store.vault.terms.wording(
                of: decision.purpose, version: decision.terms, in: fixture.region)
            #expect(receipt.purposes.first?.what == words?.what)
            #expect(receipt.at == decision.at)
            #expect(receipt.termsSHA256 == Hex.encode((decision.terms == 1 ? TermsDocument.shipped : changed).digest))
        }
        #expect(Set(kept.map(\.leaf)).count == kept.count)
        let renewed = try #require(kept.last { $0.kind == .decision(.grant) })
        let withdrawn = try #require(ledger.first { $0.action == .withdraw })
        #expect(
            try store.checkedReceipt(renewed.bytes).earlier
                == "example.org/test/decision/\(withdrawn.id.rawValue)")
        try store.checkLog()
        store.close()
    }

    @Test func aReceiptIsTheSameBytesWhenItIsMadeAgain() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let decision = try await store.writer.grant(.sms, by: p)
        let kept = try #require(try await store.kept(p).first)
        let again = try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.receipt(
                for: "p@example.org", .grant, [decision], number: decision.id, terms: decision.terms,
                at: decision.at, by: nil)
        }
        #expect(again == kept.bytes)
        store.close()
    }

    @Test func aDepartureHasOneReceiptAndNobodyCanTellItsLeafWithoutIt() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.writer.grant(.history, by: p)
        _ = try await store.writer.withdraw(.sms, by: p)
        try await store.writer.look(at: p, verb: "person show")
        try await store.writer.requestLeave(p, due: fixture.clock.now)
        let before = try await store.kept(p)
        let leaves = try store.leafCount()
        let final = try await store.writer.erase(p)
        #expect(try store.leafCount() == leaves + 1, "one leaf for the whole departure")
        #expect(try store.log.proof(of: final) == nil)
        try store.log.publish()
        let receipt = try store.checkedReceipt(final.receipt)
        #expect(receipt.event == .erase)
        #expect(receipt.actor == .person)
        #expect(receipt.purposes.map(\.code) == ["history", "sms"])
        try store.check(final.receipt, try #require(try store.log.proof(of: final)))

        // The receipts that the person took along can't be proven from here any more, and nothing here says which leaf was theirs.
        for kept in before { #expect(try store.log.proof(of: kept) == nil) }
        #expect(try await store.kept(p).isEmpty)
        let left = try await store.content.pool.read { db in
            try ["evidence", "look", "leaving", "uses"].map {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? -1
            }
        }
        #expect(left == [0, 0, 0, 0])
        let salts = try store.keys.read { (keys) throws(StoreError) in
            try keys.sql.number("SELECT count(*) FROM salt")
        }
        #expect(salts == 0)
        for (path, bytes) in try fixture.filesAtRest() {
            #expect(!bytes.contains(final.salt), "\(path)")
            #expect(!bytes.contains(Array(final.receipt.prefix(200))), "\(path)")
        }
        // Without the salt, the right receipt doesn't open its leaf.
        let entry = try LeafTable(content: store.content, log: 1).commitments(final.leaf.index..<final.leaf.index + 1)
        #expect(entry == [Commitment.of(final.receipt, salt: final.salt)])
        #expect(entry != [Commitment.of(final.receipt, salt: Salt.random().ofReceipt)])
        try store.checkLog()
        store.close()
    }

    @Test func whoNeverDecidedLeavesWithAReceiptToo() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let final = try await store.writer.erase(p, by: .administrator)
        try store.log.publish()
        let receipt = try store.checkedReceipt(final.receipt)
        #expect(receipt.actor == .administrator)
        #expect(receipt.purposes.isEmpty)
        try store.check(final.receipt, try #require(try store.log.proof(of: final)))
        store.close()
    }

    @Test func usesAreCountedByTheYesAndLoggedWhenTheDayIsOver() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let first = try await store.writer.grant(.sms, by: p)
        for number in 0..<3 { _ = try await store.text(from: p, to: nil, "\(number)", isSMS: true) }
        _ = try await store.writer.withdraw(.sms, by: p)
        let second = try await store.writer.grant(.sms, by: p)
        _ = try await store.text(from: p, to: nil, "again", isSMS: true)
        fixture.clock.advance(milliseconds: 2_000)
        store.writer.keepUses()
        _ = try await store.writer.perform { _ in }
        func uses() async throws -> [UseCount] {
            try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.uses(of: p) }
        }
        let today = WallClock.day(of: fixture.clock.now)
        #expect(
            try await uses() == [
                UseCount(purpose: .sms, day: today, count: 3, decision: first.id),
                UseCount(purpose: .sms, day: today, count: 1, decision: second.id)
            ])
        try await store.writer.sweep()
        #expect(try await store.kept(p).filter { $0.kind == .uses }.isEmpty, "the day isn't over")
        fixture.clock.advance(days: 1)
        try await store.writer.sweep()
        try await store.writer.sweep()
        try store.log.publish()
        let logged = try await store.kept(p).filter { $0.kind == .uses }
        #expect(logged.map(\.decision) == [first.id, second.id], "once each")
        let receipts = try await store.kept(p)
        for kept in logged {
            try store.check(kept)
            #expect(kept.day == today)
            let record = try LedgerRecord(parsing: kept.bytes)
            let receipt = try #require(receipts.first { $0.id == kept.decision })
            let count = kept.decision == first.id ? 3 : 1
            let id = try store.checkedReceipt(receipt.bytes).id
            #expect(record.event == .uses(receipt: id, purpose: "sms", day: Int(today), count: count))
            // Who is shown the receipt with its proof can't try out counts: their salt is another.
            let shown = try TransparencyProof(parsing: try #require(try store.log.proof(of: receipt)))
            let counted = try TransparencyProof(parsing: try #require(try store.log.proof(of: kept)))
            #expect(shown.extra != counted.extra)
        }
        // The clock goes back: what was logged as final isn't changed by it.
        fixture.clock.advance(days: -1)
        _ = try await store.text(from: p, to: nil, "late", isSMS: true)
        fixture.clock.advance(milliseconds: 5_000)
        _ = try await store.writer.perform { _ in }
        #expect(try await uses().map(\.count) == [3, 1, 1])
        store.close()
    }

    @Test func onePersonsDamagedKeysKeepNobodyElsesUsesFromTheLog() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        let q = try await store.join("q")
        for person in [p, q] {
            _ = try await store.writer.grant(.sms, by: person)
            _ = try await store.text(from: person, to: nil, "once", isSMS: true)
        }
        fixture.clock.advance(milliseconds: 2_000)
        store.writer.keepUses()
        _ = try await store.writer.perform { _ in }
        store.close()
        let keys = try DatabaseQueue(path: fixture.files.keys)
        let damaged = min(p, q)
        try await keys.write { db in
            try db.execute(
                sql: "UPDATE key SET wrapped = randomblob(length(wrapped)) WHERE owner = ? AND use = 'service'",
                arguments: [damaged.rawValue])
            #expect(db.changesCount == 1)
        }
        try keys.close()
        // More of them than are looked at together.
        let content = try DatabaseQueue(path: fixture.files.content)
        try await content.write { [today = WallClock.day(of: fixture.clock.now)] db in
            for day in 1...300 as ClosedRange<Int32> {
                try db.execute(
                    sql: """
                        INSERT INTO uses (owner, decision, purpose, day, count)
                        SELECT owner, decision, purpose, ?, 1 FROM uses WHERE owner = ? AND day = ?
                        """,
                    arguments: [today - day, damaged.rawValue, today])
            }
        }
        try content.close()
        store = try fixture.open()
        fixture.clock.advance(days: 1)
        try await store.writer.sweep()
        #expect(try await store.kept(max(p, q)).contains { $0.kind == .uses })
        store.close()
        let later = try DatabaseQueue(path: fixture.files.content)
        let left = try await later.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM uses WHERE settled = 0") }
        #expect(left == 301, "theirs wait until their keys can be opened")
        try later.close()
    }

    @Test func usesOutliveATransactionThatIsUndone() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.prove("15550001111", by: p)
        _ = store.vault.takeUses()
        for _ in 0..<7 { _ = try store.vault.withPermit(NumberTexting.self, for: p) { _ in true } }
        fixture.clock.advance(milliseconds: 2_000)
        // As when somebody else leaves just then: the job comes to nothing, the writer goes on.
        await #expect(throws: StoreError.noSuchPerson) {
            try await store.writer.exclusively { (both) throws(StoreError) in
                try both.content { (_) throws(StoreError) in throw .noSuchPerson }
            }
        }
        _ = try await store.writer.perform { _ in }
        let uses = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.uses(of: p) }
        #expect(uses.map(\.count) == [7])
        store.close()
    }

    @Test func usesAreWrittenDownAtTheEnd() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.prove("15550001111", by: p)
        _ = store.vault.takeUses()
        for _ in 0..<7 { _ = try store.vault.withPermit(NumberTexting.self, for: p) { _ in true } }
        store.close()
        store = try fixture.open()
        let uses = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.uses(of: p) }
        #expect(uses.map(\.count) == [7])
        store.close()
    }

    @Test func looksAndLeaveAreRecordedAndStay() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        try await store.writer.look(at: p, verb: "person show")
        fixture.clock.advance(milliseconds: 10)
        try await store.writer.look(at: p, verb: "person code")
        let due = fixture.clock.now + 1_000
        #expect(try await store.writer.stay(p) == false, "they hadn't asked to leave")
        try await store.writer.requestLeave(p, due: due)
        let snapshot = { () async throws -> ([Look], Int64?) in
            try await store.reader.read { (snapshot) throws(StoreError) in
                (try snapshot.looks(at: p), try snapshot.leaving(of: p))
            }
        }
        var (looks, leaving) = try await snapshot()
        #expect(looks.map(\.verb) == ["person show", "person code"])
        #expect(leaving == due)
        let isDue = { () async throws -> Bool in
            let now = fixture.clock.now
            let people = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.leaving(by: now) }
            return people == [p]
        }
        #expect(try await isDue() == false)
        #expect(try await store.writer.stay(p))
        (looks, leaving) = try await snapshot()
        #expect(leaving == nil)
        try await store.writer.requestLeave(p, due: due)
        fixture.clock.advance(milliseconds: 1_000)
        #expect(try await isDue())
        let kept = try await store.kept(p)
        #expect(kept.map(\.kind) == [.look, .look, .leave, .stay, .leave])
        try store.log.publish()
        for kept in kept { try store.check(kept) }
        await #expect(throws: StoreError.noSuchPerson) {
            try await store.writer.look(at: #require(PersonID(rawValue: 5)), verb: "person show")
        }
        store.close()
    }

    @Test func whatIsProvenOnlyGrows() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.writer.grant(.sms, by: p)
        try await store.writer.look(at: p, verb: "person show")
        for sql in [
            "UPDATE leaf SET commitment = x'00'", "DELETE FROM leaf", "DELETE FROM evidence", "DELETE FROM look",
            "UPDATE evidence SET sealed = x'00'", "UPDATE look SET verb = 'nothing'", "UPDATE terms SET sha256 = x'00'"
        ] {
            #expect(throws: DatabaseError.self, "\(sql)") { try store.content.pool.write { try $0.execute(sql: sql) } }
        }
        store.close()
    }

    /// What a person's number looks like is in no file of the log or of the store, nor in a receipt.
    @Test func receiptsAndLogCarryNoNumber() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.prove("15557654321", by: p)
        _ = try await store.writer.withdraw(.numberTexting, by: p)
        try store.log.publish()
        let number = Array("15557654321".utf8)
        for (path, bytes) in try fixture.filesAtRest() { #expect(!bytes.contains(number), "\(path)") }
        for kept in try await store.kept(p) {
            #expect(!(try JWS(parsing: kept.bytes).unverifiedPayload.contains(number)))
        }
        // Rows that were deleted aren't in the write-ahead log either.
        let wal = try #require(try fixture.filesAtRest().first { $0.key.hasSuffix("content.sqlite-wal") })
        #expect(wal.value.isEmpty)
        store.close()
    }
}

extension TermsDocument {
    /// The same document with other details of each purpose.
    func edited(_ change: (String) -> String) throws -> TermsDocument {
        var json = try JSON(parsing: bytes)
        guard case .object(var root) = json, case .object(var purposes)? = root["purposes"] else { return self }
        for (name, value) in purposes.members {
            guard case .object(var purpose) = value else { continue }
            purpose["details"] = .string(change(purpose["details"]?.string ?? ""))
            purposes[name] = .object(purpose)
        }
        root["purposes"] = .object(purposes)
        json = .object(root)
        return try TermsDocument(json.canonical)
    }
}
