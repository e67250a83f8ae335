// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import Testing
import XMPP

@testable import Server

/// What memory holds by virtue of a yes goes with it.
@Suite struct ForgottenTests {
    private let house: MessagingHouse

    init() throws {
        house = try MessagingHouse()
    }

    /// Somebody with *sms* on, of whose texts two wait to be answered for.
    private func join(_ name: String) async throws -> Account {
        let verifier = Verifier(salt: [1, 2], iterations: 10_000, storedKey: [3], serverKey: [4])
        let added = try await house.services.store.writer.add([
            NewPerson(name: name, verifiers: Verifiers(sha1: verifier, sha256: verifier))
        ])
        let person = try #require(added.first).get()
        _ = try await house.services.store.writer.grant(.sms, by: person)
        return try #require(await house.services.accounts.load(person))
    }

    private func wait(_ row: Int64, of account: Account) {
        house.services.unsent.remember([
            ArchiveID(rawValue: row): UnsentTexts.Origin(
                owner: account.person, to: "+15550001111@example.org", id: "m\(row)")
        ])
    }

    private func isRemembered(_ row: Int64) -> Bool {
        house.services.unsent.take(ArchiveID(rawValue: row)) != nil
    }

    @Test(arguments: ["off sms", "leave now"]) func whatSomebodyTypedGoesWithTheirYes(words: String) async throws {
        let (anna, ben) = (try await join("anna"), try await join("ben"))
        wait(1, of: anna)
        wait(2, of: ben)
        _ = await house.services.chat(words, by: anna)
        #expect(!isRemembered(1))
        #expect(isRemembered(2), "only theirs")
    }

    @Test func aNoToTermsThatChangedForgetsToo() async throws {
        let anna = try await join("anna")
        let shipped = String(decoding: TermsDocument.shipped.bytes, as: UTF8.self)
        let what = try #require(TermsDocument.shipped.entries[.sms]).what
        let document = try TermsDocument(
            Array(shipped.replacing("\"\(what)\"", with: "\"\(what.dropLast()), in August.\"").utf8))
        _ = try await house.services.store.writer.publish(document, to: house.services.store.termsFolder)
        wait(1, of: anna)
        _ = await house.services.chat("no sms", by: anna)
        #expect(!isRemembered(1))
    }
}
