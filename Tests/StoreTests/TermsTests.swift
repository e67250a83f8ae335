import Consent
import Foundation
import GRDB
import Synchronization
import Testing

@testable import Store

/// Terms as files, publishing, and the switch-offs that follow.
struct TermsTests {
    // MARK: Documents

    /// The shipped document with other words about some purposes.
    static func document(_ purposes: PurposeCode..., words: String = "in August.") throws -> TermsDocument {
        var text = String(decoding: TermsDocument.shipped.bytes, as: UTF8.self)
        for purpose in purposes {
            let what = try #require(TermsDocument.shipped.entries[purpose]).what
            text = text.replacingOccurrences(of: "\"\(what)\"", with: "\"\(what.dropLast()), \(words)\"")
        }
        return try TermsDocument(Array(text.utf8))
    }

    /// Switches everybody off; what each was told.
    private static func settle(_ store: RegionStore) async throws -> [ToldSwitchOff] {
        let told = Mutex<[ToldSwitchOff]>([])
        try await store.writer.switchOff { switchOff in
            Text.Copy(
                owner: switchOff.person, correspondent: Array("server".utf8), payload: Array("told".utf8), pending: true
            )
        } told: { slice in
            told.withLock { $0 += slice }
        }
        return told.withLock { $0 }
    }

    private static func actions(_ store: RegionStore, _ person: PersonID) async throws -> [Decision.Action] {
        try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.ledger(of: person) }.map(\.action)
    }

    // MARK: Files

    @Test func theFirstStartWritesTheFirstVersionForItsOwnerAlone() throws {
        let fixture = try Fixture()
        try fixture.open().close()
        let folder = TermsFolder(folder: fixture.folder)
        let file = try FileManager.default.attributesOfItem(atPath: folder.file(1))
        #expect(file[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.attributesOfItem(atPath: folder.path)[.posixPermissions] as? Int == 0o700)
        #expect(FileManager.default.contents(atPath: folder.file(1)).map { [UInt8]($0) } == TermsDocument.shipped.bytes)
        #expect(throws: StoreError.exists("file of that version")) { try folder.createFirst() }
    }

    @Test func aFileThatIsntWhatWasPublishedStopsTheStart() async throws {
        let fixture = try Fixture()
        let folder = TermsFolder(folder: fixture.folder)
        var store = try fixture.open()
        let second = try Self.document(.sms)
        #expect(try await store.writer.publish(second, to: folder).version == 2)
        store.close()

        try Data(try Self.document(.history).bytes).write(to: URL(filePath: folder.file(2)))
        #expect(throws: StoreError.alteredTerms(2)) { try fixture.open() }
        try Data("{".utf8).write(to: URL(filePath: folder.file(2)))
        #expect(throws: StoreError.self) { try fixture.open() }
        try FileManager.default.removeItem(atPath: folder.file(2))
        #expect(throws: StoreError.missingTerms(2)) { try fixture.open() }
        try Data(second.bytes).write(to: URL(filePath: folder.file(2)))
        try FileManager.default.removeItem(atPath: folder.file(1))
        #expect(throws: StoreError.missingTerms(1)) { try fixture.open() }
        try Data(TermsDocument.shipped.bytes).write(to: URL(filePath: folder.file(1)))
        store = try fixture.open()
        #expect(store.vault.terms.version == 2)
        store.close()
    }

    @Test func theSameWordsAreNothingToPublish() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        await #expect(throws: StoreError.sameTerms(version: 1)) {
            try await store.writer.publish(.shipped, to: store.termsFolder)
        }
        store.close()
    }

    // MARK: Switching off

    @Test func aStaleYesIsWrittenDownAndToldOnce() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.writer.grant(.history, by: p)
        _ = try await store.writer.grant(.history, by: q)
        let held = try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.queue(content: [1, 10, 2], route: "r", due: 0, message: nil, owner: p)
        }
        #expect(try await Self.settle(store).isEmpty)

        _ = try await store.writer.publish(try Self.document(.sms), to: store.termsFolder)
        #expect(throws: Denied.staleTerms) { try store.vault.withPermit(SMS.self, for: p) { _ in true } }
        let told = try await Self.settle(store)
        #expect(told.map(\.switchOff.person) == [p])
        #expect(told.first?.switchOff.name == "p")
        #expect(told.first?.switchOff.purposes.map(\.purpose) == [.sms])
        #expect(told.first?.switchOff.purposes.map(\.agreed) == [1])
        #expect(try await store.archive(p) == ["told"])
        #expect(try await Self.actions(store, p) == [.grant, .grant, .stale])
        #expect(try await Self.actions(store, q) == [.grant])
        // What waited isn't sent, now or after a new yes.
        let state = try await store.content.pool.read {
            try Int64.fetchOne($0, sql: "SELECT state FROM outgoing WHERE id = ?", arguments: [held.rawValue])
        }
        #expect(state == OutgoingState.failed.rawValue)

        #expect(try await Self.settle(store).isEmpty, "once")
        store.close()
        store = try fixture.open()
        #expect(try await Self.settle(store).isEmpty, "once, restarts included")
        _ = try await store.writer.grant(.sms, by: p)
        #expect(store.vault.allows(.sms, for: p).isAllowed)
        #expect(try await Self.settle(store).isEmpty)
        // The next change concerns the new yes.
        _ = try await store.writer.publish(try Self.document(.sms, words: "in May."), to: store.termsFolder)
        #expect(try await Self.settle(store).map(\.switchOff.person) == [p])
        #expect(try await Self.actions(store, p) == [.grant, .grant, .stale, .grant, .stale])
        store.close()
    }

    /// As after a kill between the file and everything else, and again between two slices.
    @Test func whatACrashInterruptedIsFinishedOnce() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        var people: [PersonID] = []
        for index in 0..<80 {
            people.append(try await store.join("p\(index)"))
            _ = try await store.writer.grant(.sms, by: people[index])
        }
        store.close()
        try TermsFolder(folder: fixture.folder).write(try Self.document(.sms), version: 2)

        store = try fixture.open()
        #expect(store.vault.terms.version == 2)
        #expect(store.vault.allows(.sms, for: people[0]).denial == .staleTerms)
        let writer = store.writer
        // The disk is gone after the first slice.
        await #expect(throws: StoreError.self) {
            try await writer.switchOff { switchOff in
                Text.Copy(owner: switchOff.person, correspondent: [1], payload: Array("told".utf8), pending: true)
            } told: { _ in
                writer.close()
            }
        }
        store.close()
        store = try fixture.open()
        let rest = try await Self.settle(store)
        #expect(rest.count == 80 - 32)
        for person in people {
            #expect(try await Self.actions(store, person) == [.grant, .stale])
            #expect(try await store.archive(person) == ["told"])
        }
        store.close()
    }

    @Test func aNumberThatWaitsForItsCodeIsForgottenWhenItsTermsChange() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        let code = try await store.writer.claim("15550001111", by: p)
        _ = try await store.writer.publish(try Self.document(.sms), to: store.termsFolder)
        _ = try await store.writer.publish(try Self.document(.sms, .numberTexting), to: store.termsFolder)
        #expect(try await store.writer.confirmNumber(by: p, entry: code) == .none)
        // A number proven before is stale, and stays proven.
        #expect(try await store.prove("15550002222", by: q) != .none)
        _ = try await store.writer.publish(try Self.document(.numberTexting, words: "in May."), to: store.termsFolder)
        #expect(store.vault.allows(.numberTexting, for: q).denial == .staleTerms)
        _ = try await store.writer.grant(.numberTexting, by: q)
        #expect(store.vault.allows(.numberTexting, for: q).isAllowed)
        store.close()
    }

    @Test func aTextByANumberThatWentStaleOnItsWayIsNotStored() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        _ = try await store.prove("15550001111", by: q)
        var text = Text(
            sender: nil, recipient: Text.Copy(owner: q, correspondent: [1], payload: [2], pending: true), repeatKey: nil
        )
        text.byNumberOf = [q]
        #expect(try await store.store(text) != .stored(sender: nil, recipient: nil))
        _ = try await store.writer.publish(try Self.document(.numberTexting), to: store.termsFolder)
        await #expect(throws: StoreError.denied(.staleTerms)) { try await store.store(text) }
        await #expect(throws: StoreError.denied(.noConsent)) {
            try await store.writer.bind(
                route: "r", recipient: store.vault.routeHash([0x31], route: "r"), owner: p, senders: [])
        }
        store.close()
    }

    @Test func onlyYesesThatStandAreCounted() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        for index in 0..<3 {
            let person = try await store.join("p\(index)")
            _ = try await store.writer.grant(.sms, by: person)
        }
        #expect(try store.keys.yeses(under: store.vault.terms)[.sms] == 3)
        _ = try await store.writer.publish(try Self.document(.sms), to: store.termsFolder)
        #expect(try store.keys.yeses(under: store.vault.terms)[.sms] == 0)
        store.close()
    }
}

extension Result where Success == Void, Failure == Denied {
    fileprivate var isAllowed: Bool { denial == nil }
    fileprivate var denial: Denied? {
        if case .failure(let denied) = self { denied } else { nil }
    }
}
