import Crypto
import Testing
import Wire

@testable import Consent

struct TermsTests {
    private static let region = Region("eu-west")

    // MARK: What is shipped

    @Test func theShippedDocumentSpeaksOfEveryPurpose() throws {
        let document = try TermsDocument(TermsDocument.shipped.bytes)
        #expect(Set(document.entries.keys) == Set(PurposeCode.allCases))
        #expect(Terms.first.offered == [.numberTexting, .sms, .history])
        #expect(Terms.first.digest == Array(SHA256.hash(data: document.bytes)))
        #expect(Terms.first.sha256 == Hex.encode(Terms.first.digest))
    }

    @Test(arguments: PurposeCode.allCases)
    func eachPurposeIsThreeSentencesThatNameTheRegion(purpose: PurposeCode) throws {
        let region = try #require(Self.region)
        let text = try #require(Terms.first.wording(of: purpose, in: region))
        for sentence in [text.what, text.why, text.without] {
            #expect(sentence.isOneSentence, "\(purpose.rawValue): \(sentence)")
            #expect(!sentence.contains("{"))
        }
        #expect(text.why.contains("eu-west") && text.why.contains("keeps"))
        #expect(text.details.isEmpty || text.details.hasSuffix("."))
        #expect((Terms.first.text(of: purpose, in: region) != nil) == text.isOffered)
    }

    @Test(arguments: [
        ("One.", true), ("One, e.g.", true), ("Version 1.2 of it.", true), ("Really?", true), ("はい。", true),
        ("One. Two.", false), ("One.\nTwo.", false), ("One! Two.", false), ("はい。いいえ。", false), ("no end", false),
        ("", false), (" Before.", false), ("After. ", false)
    ])
    func oneSentenceIsToldFromTwo(text: String, isOne: Bool) {
        #expect(text.isOneSentence == isOne)
    }

    // MARK: What may be published

    /// The shipped document with one purpose changed.
    private static func edited(
        _ purpose: PurposeCode = .sms, _ change: (inout JSON.Object) -> Void
    ) throws -> [UInt8] {
        let whole = try JSON(parsing: TermsDocument.shipped.bytes)
        var purposes = try #require(whole["purposes"]?.object)
        var entry = try #require(purposes[purpose.rawValue]?.object)
        change(&entry)
        purposes[purpose.rawValue] = .object(entry)
        return JSON.object(JSON.Object([("purposes", .object(purposes))])).pretty
    }

    @Test func whatCantBeTermsIsRefusedByItsPlace() throws {
        func refusal(_ change: (inout JSON.Object) -> Void) throws -> String {
            let bytes = try Self.edited { change(&$0) }
            return try #require(throws: TermsError.self) { try TermsDocument(bytes) }.description
        }
        #expect(try refusal { $0["what"] = "One. Two." }.contains("sms.what must be exactly one sentence"))
        #expect(try refusal { $0["why"] = "It is kept." }.contains("sms.why must name the region"))
        #expect(try refusal { $0["without"] = nil }.contains("sms.without must be a text"))
        #expect(try refusal { $0["details"] = "a\nb" }.contains("sms.details must be on one line"))
        #expect(try refusal { $0["offered"] = "yes" }.contains("sms.offered must be true or false"))
        #expect(try refusal { $0["changed"] = 1 }.contains("sms must be an object of"))
        #expect(
            try refusal { $0["details"] = .string(String(repeating: "x", count: 4_001)) }.contains("is longer than"))
        for (bytes, words) in [
            ("", "not valid JSON"), ("[]", "nothing else"), ("{\"purposes\":{},\"version\":2}", "nothing else"),
            ("{\"purposes\":{\"imei\":{}}}", "no purpose \"imei\""), ("{\"purposes\":{\"sms\":1}}", "sms must be")
        ] {
            let error = try #require(throws: TermsError.self) { try TermsDocument(Array(bytes.utf8)) }
            #expect(error.description.contains(words), "\(error)")
        }
    }

    // MARK: Versions

    @Test func whatChangedFollowsFromComparing() throws {
        let region = try #require(Self.region)
        let second = Terms.first.followed(by: try TermsDocument(try Self.edited { $0["what"] = "New." }))
        #expect(second.version == 2)
        #expect(second.changes == [.sms])
        #expect(second.version(inWhichChanged: .sms) == 2)
        #expect(second.version(inWhichChanged: .history) == 1)
        #expect(second.text(of: .sms, in: region)?.what == "New.")
        #expect(second.wording(of: .sms, version: 1, in: region)?.what == Terms.first.text(of: .sms, in: region)?.what)
        #expect(second.wording(of: .sms, version: 3, in: region) == nil)
        // Back to the first words is another change: who agreed to the second said yes to other words.
        let third = second.followed(by: .shipped)
        #expect(third.changes == [.sms])
        #expect(third.version(inWhichChanged: .sms) == 3)
        #expect(third.digests.map(\.version) == [1, 2, 3])
        #expect(third.digests[0].digest == third.digests[2].digest)
    }

    @Test func anotherFormOfTheSameWordsChangesNothing() throws {
        let other = try TermsDocument(try JSON(parsing: TermsDocument.shipped.bytes).canonical)
        #expect(other.digest != TermsDocument.shipped.digest)
        #expect(Terms.first.saysTheSame(as: other))
        #expect(Terms.first.followed(by: other).changes.isEmpty)
    }

    @Test func whatIsNoLongerOfferedIsAgreedToByNobody() throws {
        let second = Terms.first.followed(by: try TermsDocument(try Self.edited { $0["offered"] = false }))
        #expect(second.changes == [.sms])
        #expect(second.version(inWhichChanged: .sms) == .max)
        // Offered again in the same words: the earlier yes stays stale.
        #expect(second.followed(by: .shipped).version(inWhichChanged: .sms) == 3)
    }

    // MARK: The vault

    @Test func noPermitOnAStaleYesFromTheMomentNewTermsAreAdopted() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        try fixture.grant(.sms, to: person)
        try fixture.grant(.history, to: person)
        #expect(fixture.vault.allows(.sms, for: person).isAllowed)
        let second = Terms.first.followed(by: try TermsDocument(try Self.edited { $0["what"] = "New." }))
        fixture.vault.adopt(second)
        #expect(fixture.vault.terms.version == 2)
        #expect(throws: Denied.staleTerms) { try fixture.vault.withPermit(SMS.self, for: person) { _ in true } }
        #expect(fixture.vault.allows(.history, for: person).isAllowed)
        // Never back to older ones.
        fixture.vault.adopt(.first)
        #expect(fixture.vault.allows(.sms, for: person).denial == .staleTerms)
        try fixture.grant(.sms, to: person, terms: 2)
        #expect(fixture.vault.allows(.sms, for: person).isAllowed)
    }
}
