// SPDX-License-Identifier: Apache-2.0

import Store
import Testing
import XMPP

@testable import Server

/// Accounts in memory: only so many without a session.
@Suite struct AccountLimitTests {
    private let house: MessagingHouse
    private let accounts: Accounts

    init() throws {
        house = try MessagingHouse()
        accounts = Accounts(
            domain: try JID(local: nil, domain: "example.org"), store: house.services.store, capacity: 4)
    }

    private func load(_ names: [String]) async throws -> [Account] {
        let verifier = Verifier(salt: [1, 2], iterations: 10_000, storedKey: [3], serverKey: [4])
        let people = names.map { NewPerson(name: $0, verifiers: Verifiers(sha1: verifier, sha256: verifier)) }
        for result in try await house.services.store.writer.add(people) { _ = try result.get() }
        var loaded: [Account] = []
        for name in names { loaded.append(try #require(await accounts.load(name))) }
        return loaded
    }

    @Test func `when there are too many, some without a session are forgotten and read again`() async throws {
        let names = (0..<12).map { "p\($0)" }
        _ = try await load(names)
        let known = names.filter { accounts.known($0) != nil }
        #expect(known.count <= 4 && !known.isEmpty)
        let forgotten = try #require(names.first { accounts.known($0) == nil })
        #expect(await accounts.load(forgotten)?.name == forgotten)
    }

    @Test func `an account with a session stays`() async throws {
        let connected = try await load(["ada", "ben"])
        for account in connected {
            let session = house.session("phone", of: account)
            #expect(accounts.connect(session.handle, of: account) { _ in })
        }
        _ = try await load((0..<12).map { "p\($0)" })
        #expect(accounts.known("ada") === connected[0])
        #expect(accounts.known(connected[1].person) === connected[1])
    }
}
