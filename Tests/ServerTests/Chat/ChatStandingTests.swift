// SPDX-License-Identifier: Apache-2.0

import Consent
import Testing

@testable import Server

/// Where a person stands, in words that can't be taken for something else.
@Suite struct ChatStandingTests {
    private static let day: Int64 = 1_700_000_000_000

    private func standing(
        _ standing: Standing, changed: Int = 1, decided: Int64? = ChatStandingTests.day
    ) -> ChatStanding {
        ChatStanding(purpose: .sms, standing: standing, decided: decided, changed: changed)
    }

    @Test func `a yes says since when, under which terms, how often, and how to undo it`() {
        let on = standing(.granted(terms: 1, since: Self.day))
        #expect(on.state == "on since 2023-11-14, version 1 of the terms")
        #expect(
            on.sentence(uses: 3) == """
                sms: on, because you turned it on on 2023-11-14, under version 1 of the terms, and it was used 3 times \
                since the beginning. To undo it, write: off sms
                """)
    }

    @Test(arguments: [Standing.granted(terms: 1, since: ChatStandingTests.day), .stale(terms: 1)])
    func `a yes to changed terms is never called on`(yes: Standing) {
        let stale = standing(yes, changed: 2)
        #expect(stale.isStale)
        #expect(stale.state == "off until you agree to the changed terms")
        let sentence = stale.sentence(uses: 0)
        #expect(sentence.hasPrefix("sms: stale. You turned it on under version 1 of the terms; version 2 changed it"))
        #expect(sentence.contains("on sms") && sentence.contains("no sms"))
    }

    @Test(arguments: [
        (Standing.never, "sms: off; you never turned it on. To turn it on, write: on sms"),
        (.refused, "sms: off; you refused it on 2023-11-14. To turn it on, write: on sms"),
        (
            .withdrawn,
            "sms: off; you turned it off on 2023-11-14, and its key was destroyed. To turn it on, write: on sms"
        ),
        (.erased, "sms: off; it was erased on 2023-11-14. To turn it on, write: on sms")
    ])
    func `off says why`(off: Standing, sentence: String) {
        #expect(standing(off).sentence(uses: 0) == sentence)
        #expect(standing(off).state.hasPrefix("off"))
    }
}
