import Consent
import Testing

struct LedgerTests {
    private static func decision(_ action: Decision.Action, terms: Int = 1, purpose: PurposeCode = .sms) -> Decision {
        guard let person = PersonID(rawValue: 1), let region = Region("eu") else { fatalError("fixed values") }
        return Decision(
            id: DecisionID(rawValue: 1), person: person, purpose: purpose, action: action, terms: terms,
            region: region, at: 10)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let actions: [Decision.Action]
        let standing: Standing
        var testDescription: String { actions.map(\.rawValue).joined(separator: ", ") }
    }

    static let rows: [Row] = [
        Row(actions: [], standing: .never),
        Row(actions: [.refuse], standing: .refused),
        Row(actions: [.grant], standing: .granted(terms: 1, since: 10)),
        Row(actions: [.refuse, .grant], standing: .granted(terms: 1, since: 10)),
        Row(actions: [.grant, .refuse], standing: .granted(terms: 1, since: 10)),
        Row(actions: [.grant, .withdraw], standing: .withdrawn),
        Row(actions: [.grant, .withdraw, .grant], standing: .granted(terms: 1, since: 10)),
        Row(actions: [.grant, .stale], standing: .stale(terms: 1)),
        Row(actions: [.stale], standing: .never),
        Row(actions: [.grant, .stale, .grant], standing: .granted(terms: 1, since: 10)),
        Row(actions: [.grant, .stale, .withdraw], standing: .withdrawn),
        Row(actions: [.grant, .erase], standing: .erased),
        Row(actions: [.grant, .erase, .grant], standing: .erased)
    ]

    @Test(arguments: rows)
    func folds(row: Row) {
        let standings = [PurposeCode: Standing](folding: row.actions.map { Self.decision($0) })
        #expect(standings[.sms, default: .never] == row.standing)
        #expect(standings[.history] == nil)
    }

    @Test func termsNameTheRegion() throws {
        let region = try #require(Region("eu-west"))
        for purpose in Terms.first.offered {
            let text = try #require(Terms.first.text(of: purpose, in: region))
            #expect(!(text.what + text.why + text.without).contains("{"))
            #expect(text.why.contains("eu-west"))
        }
        #expect(Terms.first.offered == [.numberTexting, .sms, .history])
        #expect(Terms.first.text(of: .push, in: region) == nil)
    }

    @Test func cardsAndDevicesAreRefusedWithAReason() {
        for refused in RefusedIdentifier.allCases {
            #expect(refused.reason.contains(refused.rawValue))
        }
    }

    @Test func codesAndUsesSurviveTheirNames() {
        for purpose in PurposeCode.allCases { #expect(KeyUse(code: purpose.rawValue) == .purpose(purpose)) }
        for use in [KeyUse.service, .message, .pendingCode] { #expect(KeyUse(code: use.code) == use) }
        #expect(KeyUse(code: "other") == nil)
    }
}
