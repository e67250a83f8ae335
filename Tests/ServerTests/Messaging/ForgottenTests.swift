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
        let services = house.services
        let (anna, ben) = (try await services.joinWithSMS("anna"), try await services.joinWithSMS("ben"))
        wait(1, of: anna)
        wait(2, of: ben)
        house.services.fallbacks.add(1, of: anna.person)
        house.services.fallbacks.add(2, of: ben.person)
        _ = await house.services.chat(words, by: anna)
        #expect(!isRemembered(1))
        #expect(isRemembered(2), "only theirs")
        #expect(house.services.fallbacks.take(1) == nil)
        #expect(house.services.fallbacks.take(2) == ben.person)
    }

    @Test func aNoToTermsThatChangedForgetsToo() async throws {
        let anna = try await house.services.joinWithSMS("anna")
        try await house.services.changeTerms(of: .sms)
        wait(1, of: anna)
        _ = await house.services.chat("no sms", by: anna)
        #expect(!isRemembered(1))
    }
}
