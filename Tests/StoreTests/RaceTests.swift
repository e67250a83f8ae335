import Consent
import Foundation
import GRDB
import Proof
import Synchronization
import Testing

@testable import Store

/// What happens to the law when two things happen at once, or a crash falls between them.
struct RaceTests {
    /// Somebody's departure waits behind the slice that switches others off.
    @Test func aLeaverDoesntKeepTheOthersFromBeingSwitchedOff() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var people: [PersonID] = []
        for index in 0..<3 {
            people.append(try await store.join("p\(index)"))
            _ = try await store.writer.grant(.sms, by: people[index])
        }
        let leaver = try #require(people.min { $0.rawValue < $1.rawValue })
        _ = try await store.writer.publish(try TermsTests.document(.sms), to: store.termsFolder)
        store.vault.close(leaver)
        let told = Mutex<Set<PersonID>>([])
        try await store.writer.switchOff { switchOff in
            Text.Copy(owner: switchOff.person, correspondent: [1], payload: Array("told".utf8), pending: true)
        } told: { slice in
            told.withLock { $0.formUnion(slice.map(\.switchOff.person)) }
        }
        store.vault.settle(leaver)
        let others = Set(people).subtracting([leaver])
        #expect(told.withLock { $0 } == others)
        for person in others { #expect(try await store.ledger(person).map(\.action) == [.grant, .stale]) }
        try await store.writer.erase(leaver)
        store.close()
    }

    /// The same while the uses of a day that is over are logged.
    @Test func aLeaverDoesntKeepTheUsesOfOthersFromTheLog() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        for person in [p, q] {
            _ = try await store.writer.grant(.sms, by: person)
            _ = try store.vault.withPermit(SMS.self, for: person) { _ in true }
        }
        fixture.clock.advance(milliseconds: 2_000)
        try await store.writer.perform { (_) throws(StoreError) in }
        fixture.clock.advance(days: 1)
        store.vault.close(p)
        try await store.writer.sweep()
        store.vault.settle(p)
        #expect(try await store.kept(q).map(\.kind) == [.decision(.grant), .uses])
        #expect(try await store.kept(p).map(\.kind) == [.decision(.grant)])
        try await store.writer.sweep()
        #expect(try await store.kept(p).map(\.kind) == [.decision(.grant), .uses], "not lost, if they stay after all")
        store.close()
    }

    @Test func whoStaysIsntErasedByARoundThatBeganBefore() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        try await store.writer.requestLeave(p, due: fixture.clock.now - 1)
        let now = fixture.clock.now
        #expect(try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.leaving(by: now) } == [p])
        #expect(try await store.writer.stay(p))
        #expect(try await store.writer.eraseIfDue(p, by: fixture.clock.now) == nil)
        #expect(throws: Denied.noConsent, "still here") { try store.vault.allows(.sms, for: p).get() }
        try await store.writer.requestLeave(p, due: fixture.clock.now + 5)
        #expect(try await store.writer.eraseIfDue(p, by: fixture.clock.now) == nil, "a later date")
        #expect(try await store.writer.eraseIfDue(p, by: fixture.clock.now + 5) != nil)
        #expect(throws: Denied.erased) { try store.vault.allows(.sms, for: p).get() }
        store.close()
    }

    /// Killed between the terms' file and the claims that were made under the earlier text.
    @Test func aCodeAskedForUnderEarlierTermsIsNoYesToLaterOnes() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        let code = try await store.writer.claim("15550001111", by: p)
        store.close()
        try TermsFolder(folder: fixture.folder).write(try TermsTests.document(.numberTexting), version: 2)
        store = try fixture.open()
        #expect(try await store.writer.confirmNumber(by: p, entry: code) == .none)
        let again = try await store.writer.claim("15550001111", by: p)
        store.close()
        store = try fixture.open()
        guard case .confirmed = try await store.writer.confirmNumber(by: p, entry: again) else {
            Issue.record("a claim under the terms in force outlives a restart")
            return
        }
        store.close()
    }

    /// Terms are published between the text that a person was answered by and their yes.
    @Test func aYesToATextThatChangedMeanwhileIsNone() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let shown = store.vault.terms
        _ = try await store.writer.publish(try TermsTests.document(.sms), to: store.termsFolder)
        await #expect(throws: StoreError.denied(.staleTerms)) {
            try await store.writer.grant(.sms, by: p, shown: shown.version)
        }
        #expect(try await store.ledger(p).isEmpty)
        // What didn't change is agreed to all the same, and the newest version cited.
        #expect(try await store.writer.grant(.history, by: p, shown: shown.version).terms == 2)
        #expect(try await store.writer.grant(.sms, by: p, shown: 2).terms == 2)
        store.close()
    }

    /// Somebody agrees to new terms before they are told that they changed.
    @Test func aYesRenewedAtOnceLeavesNoGapInTheLedger() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.writer.publish(try TermsTests.document(.sms), to: store.termsFolder)
        _ = try await store.writer.grant(.sms, by: p)
        #expect(try await store.ledger(p).map(\.action) == [.grant, .grant, .stale, .grant])
        try await store.writer.switchOff { _ in
            nil
        } told: { slice in
            #expect(slice.isEmpty)
        }
        #expect(try await store.ledger(p).map(\.action) == [.grant, .grant, .stale, .grant])
        try store.log.publish()
        for kept in try await store.kept(p) { try store.check(kept) }
        store.close()
    }

    /// Between the publication and the moment when its turn comes to be cancelled.
    @Test func anSMSThatStandsInForAMessageNeedsItsRecipientsYes() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.prove("15550001111", by: q)
        guard case .stored(_, let row?) = try await store.text(from: p, to: q, "hello") else {
            Issue.record("not stored")
            return
        }
        _ = try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.queue(
                content: [1, 10, 2], route: "r", due: 0, message: row, standingInFor: q, owner: p)
        }
        _ = try await store.writer.publish(try TermsTests.document(.numberTexting), to: store.termsFolder)
        let take: @Sendable (Transaction) throws(StoreError) -> Int = { (transaction) throws(StoreError) in
            try transaction.take(route: "r", limit: 10).count
        }
        #expect(try await store.writer.perform(take) == 0)
        _ = try await store.writer.grant(.numberTexting, by: q)
        #expect(try await store.writer.perform(take) == 1)
        store.close()
    }

    /// Taken by a route whose carrier is away, and given back when the server stops: the recipient has left meanwhile, and the
    /// message that could tell for whom the SMS stands in is gone.
    @Test func anSMSThatComesBackNeedsItsRecipientsYes() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.prove("15550001111", by: q)
        let (kept, gone, sent) = try await store.writer.perform { (transaction) throws(StoreError) in
            var ids: [ArchiveID] = []
            for recipient in [nil, q, q] as [PersonID?] {
                ids.append(
                    try transaction.queue(
                        content: [1, 10, 2], route: "r", due: 0, message: nil, standingInFor: recipient, owner: p))
            }
            return (ids[0], ids[1], ids[2])
        }
        let taken = try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.take(route: "r", limit: 10).map(\.recipient)
        }
        #expect(taken == [nil, q, q])
        try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.setState(.submitted, of: sent)
        }
        _ = try await store.writer.withdraw(.numberTexting, by: q)
        try await store.writer.perform { (transaction) throws(StoreError) in
            #expect(try transaction.putBack(kept))
            #expect(try transaction.putBack(gone))
        }
        let left = try await store.writer.perform { (transaction) throws(StoreError) in
            let waiting = try transaction.take(route: "r", limit: 10).map(\.id)
            return (waiting, try transaction.hasOutgoing(gone), try transaction.outgoing(sent)?.text.recipient)
        }
        #expect(left.0 == [kept])
        #expect(!left.1)
        // It has left: for whom it stood in isn't kept.
        #expect(left.2 == nil)
        store.close()
    }

    /// What happens to a text that a route has taken, whose carrier is away, before the server stops and gives it back.
    enum Meanwhile: CaseIterable {
        case nothing, staleOwner, staleRecipient, refused, fetched

        /// Whether it waits again, and whether it is there at all.
        var outcome: (waits: Bool, isThere: Bool) {
            switch self {
            case .nothing: (true, true)
            case .staleOwner: (false, true)
            case .staleRecipient, .refused, .fetched: (false, false)
            }
        }
    }

    @Test(arguments: Meanwhile.allCases, [true, false])
    func anSMSThatComesBackMissedNothing(_ meanwhile: Meanwhile, isIndexed: Bool) async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.prove("15550001111", by: q)
        guard case .stored(_, let row?) = try await store.text(from: p, to: q, "hello") else {
            Issue.record("not stored")
            return
        }
        if isIndexed { try await store.index(leaving: 0) }
        let id = try await store.writer.perform { (transaction) throws(StoreError) in
            let id = try transaction.queue(
                content: [1, 10, 2], route: "r", due: 0, message: row, standingInFor: q, owner: p)
            #expect(try transaction.take(route: "r", limit: 10).count == 1)
            return id
        }
        switch meanwhile {
        case .nothing: break
        case .staleOwner: _ = try await store.writer.publish(try TermsTests.document(.sms), to: store.termsFolder)
        case .staleRecipient:
            _ = try await store.writer.publish(try TermsTests.document(.numberTexting), to: store.termsFolder)
        case .refused:
            try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.keep(.setting, .refusesFallback, owner: q)
            }
        case .fetched:
            store.writer.acknowledge([row], owner: q)
            await store.writer.settled(q)
        }
        let waits = try await store.writer.perform { (transaction) throws(StoreError) in try transaction.putBack(id) }
        #expect(waits == (meanwhile != .staleOwner))
        // Whoever agrees anew meanwhile doesn't have it sent after all.
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.writer.grant(.numberTexting, by: q)
        let left = try await store.writer.perform { (transaction) throws(StoreError) in
            (try transaction.take(route: "r", limit: 10).map(\.id), try transaction.hasOutgoing(id))
        }
        #expect(left.0 == (meanwhile.outcome.waits ? [id] : []))
        #expect(left.1 == meanwhile.outcome.isThere)
        store.close()
    }

    /// A text was decided before its recipient refused, and queued after.
    @Test func anSMSIsntTakenForSomebodyWhoRefuses() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.prove("15550001111", by: q)
        let left = try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.keep(.setting, .refusesFallback, owner: q)
            let id = try transaction.queue(
                content: [1, 10, 2], route: "r", due: 0, message: nil, standingInFor: q, owner: p)
            return (try transaction.take(route: "r", limit: 10).count, try transaction.hasOutgoing(id))
        }
        #expect(left.0 == 0 && !left.1)
        store.close()
    }

    /// A number is proven by somebody else, its holder's key is destroyed, and the machine stops.
    @Test func whoEndedAYesIsKnownAfterACrash() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.prove("15550001111", by: p)
        let at = fixture.clock.now + 5
        let withdrawal = Decision(
            id: DecisionID(rawValue: ArchiveID(firstAt: at).rawValue), person: p, purpose: .numberTexting,
            action: .withdraw, terms: 1, region: fixture.region, at: at)
        try store.keys.write { (keys) throws(StoreError) in
            guard let old = try keys.key(of: .numberTexting, owner: p) else { throw .conflict }
            try keys.insert(.random(), decision: withdrawal.id, owner: p)
            try keys.destroy(old, decision: withdrawal, by: .server, at: at)
        }
        store.close()
        store = try fixture.open()
        let receipt = try #require(try await store.kept(p).last)
        #expect(receipt.kind == .decision(.withdraw))
        #expect(try store.checkedReceipt(receipt.bytes).actor == .server)
        store.close()
    }

    /// What the carrier called a text isn't kept for longer than the text.
    @Test(arguments: [true, false]) func theCarriersNamesOfTextsGoWithThem(isDeparture: Bool) async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        for person in [p, q] {
            _ = try await store.writer.grant(.sms, by: person)
            _ = try await store.writer.perform { (transaction) throws(StoreError) in
                let id = try transaction.queue(content: [1, 10, 2], route: "r", due: 0, message: nil, owner: person)
                _ = try transaction.setSegment(
                    1, of: id, route: "r", state: .submitted, messageID: "id \(person == p ? "ONE" : "TWO")")
            }
        }
        if isDeparture {
            try await store.writer.erase(p)
        } else {
            _ = try await store.writer.withdraw(.sms, by: p)
        }
        let names = try await store.content.pool.read { db in
            try String.fetchAll(db, sql: "SELECT message_id FROM receipt")
        }
        #expect(names == ["id TWO"])
        store.close()
    }

    /// Somebody removes the log's folder, or empties it, under a server that runs.
    @Test func aLogWhoseFilesVanishIsWholeAgainWithTheNextCheckpoint() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        try await store.announce(600)
        try store.log.publish()
        let before = try fixture.readLog("checkpoint")
        try FileManager.default.removeItem(atPath: fixture.logFolder)
        try await store.announce(1)
        try store.log.publish()
        try store.checkLog(since: before)
        #expect(try fixture.readLog("policy") == Array(store.log.policy.utf8))
        let later = try fixture.readLog("checkpoint")
        try FileManager.default.removeItem(atPath: fixture.logFolder)
        try store.log.publish()
        #expect(try fixture.readLog("checkpoint") == later, "even with nothing new to sign")
        try store.checkLog(since: before)
        store.close()
    }
}
