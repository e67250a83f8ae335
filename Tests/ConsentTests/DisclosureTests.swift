import Consent
import Testing

/// What a permit opens: released on its way only, silent everywhere else, and never content.
struct DisclosureTests {
    private static let digits = "15550001111"

    private func opened(_ fixture: VaultFixture, _ person: PersonID) throws -> Disclosure<ClientStanza> {
        let place = Place("number.sealed", owner: person, row: 0)
        let sealed = try fixture.vault.withPermit(NumberTexting.self, for: person) { (permit) throws(Denied) in
            try permit.seal(Array(Self.digits.utf8), as: OwnNumber.self, at: place)
        }
        return try fixture.vault.withPermit(NumberTexting.self, for: person) { (permit) throws(Denied) in
            try permit.open(sealed, at: place)
        }
    }

    @Test func nothingOpenedIsPrintedOrEncoded() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        try fixture.grant(.numberTexting, to: person)
        let disclosure = try opened(fixture, person)
        let pending = try fixture.vault.hold(Array(Self.digits.utf8), claimedBy: person, id: KeyID(rawValue: 4))
        let number = try fixture.vault.withCodePermit(pending, claimedBy: person, id: KeyID(rawValue: 4)) { permit in
            permit.number
        }
        let content = try fixture.vault.withService(for: person) { (service) throws(Denied) in
            let place = Place("kept.sealed", owner: person, row: 1)
            return try service.open(try service.seal(Array(Self.digits.utf8), at: place).bytes, at: place)
        }
        for value in [disclosure, number, content] as [any PermitResult] {
            var dumped = ""
            dump(value, to: &dumped)
            for printed in ["\(value)", String(reflecting: value), dumped] {
                #expect(!printed.contains(Self.digits) && !printed.contains("49, 53, 53"))
            }
            #expect(!(value as Any is any Encodable))
            #expect(!(value as Any is any Equatable))
        }
        #expect(disclosure.release(by: ClientStanza.self) == Array(Self.digits.utf8))
        #expect(content.bytes == Array(Self.digits.utf8))
    }

    @Test func aNumberIsComparedWithoutBeingShown() throws {
        let fixture = try VaultFixture()
        let vault = fixture.vault
        let person = try fixture.join(1)
        let pending = try vault.hold(Array(Self.digits.utf8), claimedBy: person, id: KeyID(rawValue: 4))
        _ = try vault.withCodePermit(pending, claimedBy: person, id: KeyID(rawValue: 4)) { permit in
            let number = permit.number
            #expect(number.isEqual(to: Self.digits.utf8))
            #expect(!number.isEqual(to: "15550001112".utf8) && !number.isEqual(to: "1555000111".utf8))
            #expect(number.begins(with: "1555".utf8) && number.begins(with: "".utf8))
            #expect(!number.begins(with: "1556".utf8) && !number.begins(with: (Self.digits + "1").utf8))
            #expect(vault.index(number) == vault.index(Array(Self.digits.utf8)))
            #expect(vault.routeHash(number, route: "a") == vault.routeHash(Array(Self.digits.utf8), route: "a"))
            #expect(vault.limitHash(number) == vault.limitHash(Array(Self.digits.utf8)))
            let text = permit.disclose(saying: "your code\n1")
            #expect(text.number?.isEqual(to: Self.digits.utf8) == true)
            let (digits, words) = SMSContent.unpacked(text.release(by: SMPPSubmit.self)) ?? ("", "")
            #expect(digits == Self.digits && words == "your code\n1")
            return true
        }
        // What isn't a number is nobody's claim.
        let nonsense = try vault.hold([1], claimedBy: person, id: KeyID(rawValue: 4))
        #expect(throws: Denied.erased) {
            try vault.withCodePermit(nonsense, claimedBy: person, id: KeyID(rawValue: 4)) { _ in true }
        }
    }

    /// Each kind has a column of its own, and a seal holds for one place.
    @Test func oneKindNeverOpensAsAnother() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        try fixture.grant(.sms, to: person)
        let queued = Place("outgoing.sealed", owner: person, row: 1)
        let parts = Place("incoming_part.sealed", owner: person, row: 1)
        _ = try fixture.vault.withPermit(SMS.self, for: person) { (permit) throws(Denied) in
            let sealed = try permit.seal([1, 2], as: SMSContent.self, at: queued)
            let passedOff = Sealed<SMSPart>(owner: person, key: permit.key, stored: sealed.stored)
            #expect(throws: Denied.erased) { try permit.open(passedOff, at: queued) }
            #expect(throws: Denied.erased) { try permit.open(passedOff, at: parts) }
            #expect(throws: Denied.erased) { try permit.export(passedOff, at: queued) }
            #expect(throws: Denied.erased) { try permit.seal([1, 2], as: SMSPart.self, at: queued) }
            #expect(throws: Denied.erased) {
                try permit.seal([1, 2], as: SMSContent.self, at: Place("outgoing.sealed2", owner: person, row: 1))
            }
            #expect(try permit.open(sealed, at: queued).release(by: SMPPSubmit.self) == [1, 2])
            return true
        }
    }

    /// The one other thing that opens under a purpose's key is content, and it stands where no identifier does.
    @Test func anIdentifierNeverOpensAsContent() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        try fixture.grant(.sms, to: person)
        let queued = Place("outgoing.sealed", owner: person, row: 1)
        let row = Place("message.sealed", owner: person, row: 1)
        _ = try fixture.vault.withPermit(SMS.self, for: person) { (permit) throws(Denied) in
            let sealed = try permit.seal([1, 2], as: SMSContent.self, at: queued)
            #expect(throws: Denied.erased) { try permit.open(content: sealed.stored, at: queued) }
            #expect(throws: Denied.erased) { try permit.open(content: sealed.stored, at: row) }
            #expect(throws: Denied.erased) { try permit.seal([1, 2], as: SMSContent.self, at: row) }
            #expect(throws: Denied.erased) { try permit.seal(content: [1, 2], at: queued) }
            let content = try permit.seal(content: [1, 2], at: row)
            let moved = Sealed<SMSContent>(owner: person, key: permit.key, stored: content.bytes)
            #expect(throws: Denied.erased) { try permit.open(moved, at: row) }
            #expect(try permit.open(content: content.bytes, at: row).bytes == [1, 2])
            #expect(try permit.export(sealed, at: queued).release(by: HTTPBody.self) == [1, 2])
            return true
        }
        _ = try fixture.vault.withService(for: person) { (service) throws(Denied) in
            let sealed = try service.seal([1], at: row)
            #expect(throws: Denied.erased) { try service.open(sealed.bytes, at: queued) }
            return true
        }
    }
}
