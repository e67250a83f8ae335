// SPDX-License-Identifier: Apache-2.0

import Consent
import Testing
import Wire
import XMPP

@testable import Server
@testable import Store

/// What a session finds in the stored queue and in the archive.
@Suite struct HeldTests {
    private let house: MessagingHouse
    private var services: Services { house.services }

    init() throws {
        house = try MessagingHouse()
    }

    /// A text that waits for its recipient.
    private func store(_ body: String, for owner: Account, isSMS: Bool = false) async throws {
        let stanza = try Stanza(xml("<message type='chat'><body>\(body)</body></message>"))
        let from = try jid("somebody@example.org")
        let message = StoredMessage(stanza, from: from, to: owner.address, owners: [])
        let copy = Text.Copy(
            owner: owner.person, correspondent: Array(from.description.utf8), payload: message.encoded, pending: true,
            isSMS: isSMS)
        try await withCheckedContinuation { continuation in
            services.store.writer.store(Text(sender: nil, recipient: copy, repeatKey: nil)) {
                continuation.resume(returning: $0.map { _ in })
            }
        }.get()
    }

    @Test func whatNoKeyOpensHidesNothingBehindIt() async throws {
        let cy = try await services.joinWithSMS("cy")
        for number in 0..<70 { try await store("sms \(number)", for: cy, isSMS: true) }
        try await services.changeTerms(of: .sms)
        try await store("behind them", for: cy)

        // As a session does: page after page, until one is empty.
        var (after, heard, pages): (Int64, [String], Int) = (0, [], 0)
        while pages < 10, let last = try #require(await services.held(for: cy, after: after)).last {
            let page = try #require(await services.held(for: cy, after: after))
            heard += page.deliveries.map { String(decoding: $0.bytes, as: UTF8.self) }
            (after, pages) = (last, pages + 1)
        }
        #expect(heard.count == 1)
        #expect(heard.first?.contains("behind them") == true)

        // As a client asks its archive.
        let (person, query) = (cy.person, Store.ArchiveQuery())
        let page = try await services.store.read { snapshot throws(StoreError) in
            try snapshot.archive(of: person, query)
        }
        #expect(page.rows.isEmpty)
        #expect(!page.isComplete)
        var onward = query
        onward.after = page.last
        let next = try await services.store.read { [onward] snapshot throws(StoreError) in
            try snapshot.archive(of: person, onward)
        }
        #expect(next.rows.count == 1)
        #expect(next.isComplete)
        let metadata = try await services.store.read { snapshot throws(StoreError) in
            try snapshot.archiveMetadata(of: cy)
        }
        #expect(metadata != .empty)
    }

    @Test func keysThatCannotBeReadJustNowDoNotMakeTheQueueLookEmpty() async throws {
        let anna = try await services.joinWithSMS("anna")
        try await store("waiting", for: anna)
        func rename(_ table: String, _ name: String) throws {
            try services.store.keys.write { (keys) throws(StoreError) in
                try keys.sql.run("ALTER TABLE \(table) RENAME TO \(name)")
            }
            services.store.vault.refresh(anna.person)
        }
        try rename("key", "away")
        #expect(await services.held(for: anna, after: 0) == nil)
        try rename("away", "key")
        #expect(try #require(await services.held(for: anna, after: 0)).deliveries.count == 1)
        // Who has left has nothing waiting.
        _ = try await services.store.writer.erase(anna.person)
        let page = try #require(await services.held(for: anna, after: 0))
        #expect(page.deliveries.isEmpty && page.last == nil)
    }
}
