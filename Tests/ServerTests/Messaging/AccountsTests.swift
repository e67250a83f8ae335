// SPDX-License-Identifier: Apache-2.0

import Testing
import XMPP

@testable import Server

/// An account is one object for everybody, also if it was forgotten between log-in and binding.
@Suite struct AccountsTests {
    private let house: MessagingHouse
    private let accounts: Accounts

    init() throws {
        house = try MessagingHouse()
        accounts = Accounts(domain: house.services.domain, store: house.services.store, capacity: 2)
    }

    /// Somebody for whom there was no room any more: three were found where two are kept.
    private func forgotten() throws -> Account {
        let found = try ["anna", "ben", "cleo"].map { accounts.keep(try house.account($0)) }
        return try #require(found.first { accounts.known($0.person) == nil })
    }

    private func connects(_ account: Account, _ resource: String = "phone") -> Bool {
        accounts.connect(house.session(resource, of: account).handle, of: account) { _ in }
    }

    @Test func oneThatWasForgottenIsFoundAgainWithItsSession() throws {
        let account = try forgotten()
        #expect(connects(account))
        #expect(accounts.known(account.person) === account)
        #expect(accounts.known(account.name) === account)
        #expect(accounts.connected.map(\.name) == [account.name])
    }

    @Test func oneThatWasLoadedAnewTakesNoSession() throws {
        let account = try forgotten()
        let anew = accounts.keep(
            Account(person: account.person, name: account.name, address: account.address, blocklist: Blocklist()))
        #expect(!connects(account))
        #expect(connects(anew))
        #expect(accounts.known(account.person) === anew)
    }

    @Test func oneWhosePersonHasLeftTakesNoSession() throws {
        let anna = accounts.keep(try house.account("anna"))
        accounts.forget(anna)
        #expect(!connects(anna))
        #expect(accounts.known(anna.person) == nil)
    }

    @Test func theSessionOfTheSameResourceIsReplaced() throws {
        let anna = accounts.keep(try house.account("anna"))
        let first = house.session("phone", of: anna).handle
        var replaced: [SessionID] = []
        #expect(accounts.connect(first, of: anna) { replaced.append($0.id) })
        #expect(accounts.connect(house.session("phone", of: anna).handle, of: anna) { replaced.append($0.id) })
        #expect(replaced == [first.id])
    }
}
