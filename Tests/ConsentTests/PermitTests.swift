import Consent
import Testing

/// Who gets a permit, and what it opens.
struct PermitTests {
    private let number = Array("15550001111".utf8)

    private func place(_ person: PersonID) -> Place {
        Place("number.sealed", owner: person, row: 0)
    }

    private func seal(_ fixture: VaultFixture, _ person: PersonID) throws -> Sealed<OwnNumber> {
        try fixture.vault.withPermit(NumberTexting.self, for: person) { (permit) throws(Denied) in
            try permit.seal(number, as: OwnNumber.self, at: place(person))
        }
    }

    private func open(
        _ vault: Vault, _ sealed: Sealed<OwnNumber>, _ person: PersonID, at place: Place? = nil
    ) throws(Denied) -> [UInt8] {
        try vault.withPermit(NumberTexting.self, for: person) { (permit) throws(Denied) in
            try permit.open(sealed, at: place ?? self.place(person))
        }.release(by: ClientStanza.self)
    }

    @Test func withoutAYesThereIsNoPermit() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        #expect(throws: Denied.noConsent) { try seal(fixture, person) }
        try fixture.grant(.sms, to: person)
        #expect(throws: Denied.noConsent) { try seal(fixture, person) }
        try fixture.grant(.numberTexting, to: person)
        #expect(try open(fixture.vault, try seal(fixture, person), person) == number)
    }

    @Test func whoNeverJoinedOrLeftIsErased() throws {
        let fixture = try VaultFixture()
        let nobody = try #require(PersonID(rawValue: 9))
        #expect(throws: Denied.erased) { try seal(fixture, nobody) }
        let person = try fixture.join(1)
        try fixture.grant(.numberTexting, to: person)
        fixture.vault.close(person)
        #expect(throws: Denied.erased) { try seal(fixture, person) }
    }

    @Test func aSealBelongsToItsPersonPlaceAndKey() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        let other = try fixture.join(2)
        let first = try fixture.grant(.numberTexting, to: person)
        try fixture.grant(.numberTexting, to: other)
        let sealed = try seal(fixture, person)
        #expect(throws: Denied.erased) { try open(fixture.vault, sealed, other) }
        #expect(throws: Denied.erased) {
            try open(fixture.vault, sealed, person, at: Place("number.sealed", owner: person, row: 1))
        }
        #expect(throws: Denied.erased) {
            try open(fixture.vault, sealed, person, at: Place("other.sealed", owner: person, row: 0))
        }
        let stolen = Sealed<OwnNumber>(owner: other, key: sealed.key, stored: sealed.stored)
        #expect(throws: Denied.erased) { try open(fixture.vault, stolen, other) }
        for index in sealed.stored.indices {
            var altered = sealed.stored
            altered[index] ^= 1
            let forged = Sealed<OwnNumber>(owner: person, key: first, stored: altered)
            #expect(throws: Denied.erased) { try open(fixture.vault, forged, person) }
        }
        for length in 0..<sealed.stored.count {
            let cut = Sealed<OwnNumber>(owner: person, key: first, stored: Array(sealed.stored.prefix(length)))
            #expect(throws: Denied.erased) { try open(fixture.vault, cut, person) }
        }
        // A new yes has a new key: what the old one sealed stays shut.
        fixture.keys.remove(first)
        try fixture.grant(.numberTexting, to: person, id: 77)
        #expect(throws: Denied.erased) { try open(fixture.vault, sealed, person) }
    }

    @Test func aWithdrawalOnItsWayDeniesAtOnceAndOthersNot() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        try fixture.grant(.numberTexting, to: person)
        try fixture.grant(.sms, to: person)
        fixture.vault.close(.numberTexting, of: person)
        fixture.vault.close(.numberTexting, of: person)
        #expect(throws: Denied.noConsent) { try seal(fixture, person) }
        #expect(fixture.vault.allows(.sms, for: person).isAllowed)
        fixture.vault.settle(.numberTexting, of: person)
        #expect(throws: Denied.noConsent, "another withdrawal is still on its way") { try seal(fixture, person) }
        fixture.vault.settle(.numberTexting, of: person)
        #expect(throws: Never.self) { try seal(fixture, person) }
    }

    @Test func onlyTheChangedPurposeGoesStale() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        try fixture.grant(.numberTexting, to: person)
        try fixture.grant(.sms, to: person)
        let later = try fixture.vault(terms: .second)
        #expect(later.allows(.numberTexting, for: person).isAllowed)
        #expect(later.allows(.sms, for: person).denial == .staleTerms)
        try fixture.grant(.sms, to: person, terms: 2)
        later.refresh(person)
        #expect(later.allows(.sms, for: person).isAllowed)
    }

    @Test func aPurposeWithoutATextIsNeverPermitted() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        try fixture.grant(.discovery, to: person)
        #expect(fixture.vault.allows(.discovery, for: person).denial == .staleTerms)
    }

    @Test func aYesForAnotherRegionIsNoneHere() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        let elsewhere = try #require(Region("elsewhere"))
        let grant = Grant(decision: DecisionID(rawValue: 1), terms: 1, region: elsewhere, at: 5)
        #expect(throws: Denied.wrongRegion) {
            try fixture.vault.mintKey(KeyID(rawValue: 5), owner: person, purpose: .sms, day: 1, grant: grant)
        }
        let key = try fixture.vault.mintKey(
            KeyID(rawValue: 5), owner: person, purpose: .sms, day: 1,
            grant: Grant(decision: grant.decision, terms: 1, region: fixture.region, at: 5))
        fixture.keys.put(
            StoredKey(id: key.id, owner: person, use: key.use, day: 1, wrapped: key.wrapped, grant: grant))
        #expect(fixture.vault.allows(.sms, for: person).denial == .wrongRegion)
    }

    @Test func usesAreCountedOnce() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        try fixture.grant(.numberTexting, to: person)
        let sealed = try seal(fixture, person)
        _ = try open(fixture.vault, sealed, person)
        #expect(Array(fixture.vault.takeUses().values) == [2])
        #expect(fixture.vault.takeUses().isEmpty)
    }

    @Test func aBrokenKeysFileIsNotAnErasure() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        fixture.keys.setBroken(true)
        #expect(fixture.vault.allows(.sms, for: person).denial == .unreadable)
    }

    @Test func keysOfTheLeastRecentlyUsedAreForgottenAndReadAgain() throws {
        let fixture = try VaultFixture(capacity: 4)
        let people = try (1...6).map { try fixture.join(Int64($0)) }
        for person in people { try fixture.grant(.sms, to: person) }
        for person in people { #expect(fixture.vault.allows(.sms, for: person).isAllowed) }
        let loads = fixture.keys.loads
        #expect(fixture.vault.allows(.sms, for: people[5]).isAllowed)
        #expect(fixture.keys.loads == loads)
        #expect(fixture.vault.allows(.sms, for: people[0]).isAllowed)
        #expect(fixture.keys.loads == loads + 1)
    }

    @Test func noTwoSealsShareANonce() async throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        let vault = fixture.vault
        let nonces = try await withThrowingTaskGroup(of: [[UInt8]].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try (0..<2_000).map { row in
                        // Some under the vault's lock, some beside it.
                        row.isMultiple(of: 2)
                            ? Array(
                                try vault.withService(for: person) { (service) throws(Denied) in
                                    try service.seal([1], at: place(person))
                                }.bytes.prefix(12))
                            : Array(try vault.hold([1], claimedBy: person, id: KeyID(rawValue: 1)).sealed.prefix(12))
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(nonces.count == 16_000)
        #expect(Set(nonces).count == nonces.count)
    }

    @Test func nothingSealedIsPrinted() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        try fixture.grant(.numberTexting, to: person)
        let sealed = try seal(fixture, person)
        var dumped = ""
        dump(sealed, to: &dumped)
        #expect("\(sealed)" == "<sealed>")
        #expect(String(reflecting: sealed) == "<sealed>")
        #expect(!dumped.contains("stored"))
        #expect("\(fixture.vault.index(number).value)" == "<blind>")
        #expect(!(sealed as Any is any Encodable))
        #expect(!(sealed as Any is any Equatable))
    }

    @Test func theWrongRegionKeyOpensNothing() throws {
        let fixture = try VaultFixture()
        let region = fixture.region
        let key = try #require(RegionKey(bytes: Array(repeating: 1, count: 32)))
        let other = try #require(RegionKey(bytes: Array(repeating: 2, count: 32)))
        let secrets = try NumberSecrets.mint(for: region, under: key)
        #expect(throws: Denied.erased) {
            try Vault(region: region, key: other, secrets: secrets, terms: .first, source: MemoryKeys())
        }
        #expect(RegionKey(bytes: [1, 2, 3]) == nil)
    }
}

extension Result where Failure == Denied {
    var isAllowed: Bool { if case .success = self { true } else { false } }
    var denial: Denied? { if case .failure(let denied) = self { denied } else { nil } }
}
