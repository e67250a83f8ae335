import Consent
import Testing

struct NumberTests {
    private let number = Array("15550001111".utf8)

    @Test func blindValuesDifferByUseRouteAndRegion() throws {
        let fixture = try VaultFixture()
        let vault = fixture.vault
        let values = [
            vault.index(number).value, vault.routeHash(number, route: "a"), vault.routeHash(number, route: "b"),
            vault.limitHash(number), vault.index(Array("15550001112".utf8)).value,
            try VaultFixture(region: "other").vault.index(number).value
        ]
        #expect(Set(values).count == values.count)
        #expect(vault.index(number) == vault.index(number))
        for value in values {
            #expect(BlindValue(bytes: value.bytes) == value)
            #expect(value.bytes.count == 16)
        }
        #expect(BlindValue(bytes: []) == nil)
    }

    @Test func anAliasHasOneHolderAndAPersonOneAlias() throws {
        let vault = try VaultFixture().vault
        let p = try #require(PersonID(rawValue: 1))
        let q = try #require(PersonID(rawValue: 2))
        let first = vault.index(number)
        let second = vault.index(Array("15550002222".utf8))
        #expect(vault.person(at: first) == nil)
        vault.setAlias(first, of: p)
        vault.setAlias(first, of: q)
        #expect(vault.person(at: first) == q)
        vault.setAlias(second, of: q)
        #expect(vault.person(at: first) == nil)
        vault.removeAlias(of: q)
        #expect(vault.person(at: second) == nil)
    }

    @Test func aClaimedNumberOpensForItsPersonAndClaimOnly() throws {
        let vault = try VaultFixture().vault
        let p = try #require(PersonID(rawValue: 1))
        let q = try #require(PersonID(rawValue: 2))
        let pending = try vault.hold(number, claimedBy: p, id: KeyID(rawValue: 4))
        let open = { (person: PersonID, id: Int64) throws(Denied) -> OpenedNumber in
            try vault.withCodePermit(pending, claimedBy: person, id: KeyID(rawValue: id)) { (permit) in permit.number }
        }
        #expect(try open(p, 4).isEqual(to: number))
        #expect(throws: Denied.erased) { try open(q, 4) }
        #expect(throws: Denied.erased) { try open(p, 5) }
    }

    @Test func codesAreSixDigitsAndKeptAsHashes() throws {
        let vault = try VaultFixture().vault
        let p = try #require(PersonID(rawValue: 1))
        // One in ten begins with a nought.
        for _ in 0..<200 {
            let (challenge, code) = CodeChallenge.make(for: p, key: vault.codeKey, now: 0)
            #expect(code.utf8.count == 6 && code.utf8.allSatisfy { (0x30...0x39).contains($0) })
            #expect(challenge.hash.count == 32)
        }
    }

    @Test func aCodeBearsFiveTriesAndTenMinutes() throws {
        let vault = try VaultFixture().vault
        let p = try #require(PersonID(rawValue: 1))
        let q = try #require(PersonID(rawValue: 2))
        var (challenge, code) = CodeChallenge.make(for: p, key: vault.codeKey, now: 1_000)
        #expect(challenge.enter(code, by: q, key: vault.codeKey, now: 1_000) == .wrong(left: 4))
        #expect(challenge.enter("", by: p, key: vault.codeKey, now: 1_000) == .wrong(left: 3))
        #expect(challenge.enter(code + "0", by: p, key: vault.codeKey, now: 1_000) == .wrong(left: 2))
        var late = challenge
        #expect(late.enter(code, by: p, key: vault.codeKey, now: 601_000) == .expired)
        #expect(late.triesLeft == 2)
        var spent = challenge
        #expect(spent.enter("x", by: p, key: vault.codeKey, now: 1_000) == .wrong(left: 1))
        #expect(spent.enter("x", by: p, key: vault.codeKey, now: 1_000) == .wrong(left: 0))
        #expect(spent.enter(code, by: p, key: vault.codeKey, now: 1_000) == .spent)
        #expect(challenge.enter(code, by: p, key: vault.codeKey, now: 600_999) == .right)
    }

    @Test func codeLimitsHoldPerNumberPrefixPersonAndDay() throws {
        let vault = try VaultFixture().vault
        var allowance = CodeLimits.Allowance()
        allowance.perNumber = 2
        allowance.perPrefix = 3
        allowance.perPerson = 2
        allowance.numbers = 4
        var limits = CodeLimits(allowance)
        let people = (1...20).compactMap { PersonID(rawValue: $0) }
        func number(_ name: String) -> BlindValue { vault.limitHash(Array(name.utf8)) }
        func refusal(_ name: String, _ person: Int, prefix: String, now: Int64 = 0) -> CodeLimits.Refusal? {
            do throws(CodeLimits.Refusal) {
                try limits.admit(number: number(name), prefix: Array(prefix.utf8), person: people[person], now: now)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal("a", 0, prefix: "1555") == nil)
        #expect(refusal("a", 0, prefix: "1555") == nil)
        #expect(refusal("b", 0, prefix: "1556") == .person)
        #expect(refusal("a", 1, prefix: "1555") == .number)
        #expect(refusal("c", 1, prefix: "1555") == nil)
        #expect(refusal("d", 2, prefix: "1555") == .prefix)
        #expect(refusal("d", 2, prefix: "1557") == nil)
        #expect(refusal("e", 3, prefix: "1558") == nil)
        #expect(refusal("f", 4, prefix: "1559") == .everyone)
        #expect(refusal("d", 4, prefix: "1557") == nil, "a number known today is not a further one")
        #expect(refusal("f", 4, prefix: "1555", now: 86_400_000) == nil)
        #expect(refusal("f", 4, prefix: "1555", now: 0) == nil, "a clock that steps back starts no new day")
        #expect(refusal("f", 5, prefix: "1555", now: 0) == .number)
    }
}
