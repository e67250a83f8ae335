import Numbers
import SMPP
import Store
import Testing

@testable import Consent
@testable import Server

@Suite("Small rules of texting")
struct TextingRulesTests {
    @Test(
        "keywords are whole texts, in any case and several languages",
        arguments: [
            ("STOP", .stop), (" stop.\n", .stop), ("Stopp", .stop), ("ARRÊT", .stop), ("стоп", .stop), ("停止", .stop),
            ("Unsubscribe", .stop), ("start", .start), ("UNSTOP", .start), ("„Start!“", .start), ("Hilfe", .help),
            ("help", .help), ("", nil), (".", nil), ("stop it", nil), ("don't stop", nil), ("stopover", nil),
            (String(repeating: " ", count: 100) + "stop", nil)
        ] as [(String, Keyword?)])
    func keywords(_ text: String, _ keyword: Keyword?) {
        #expect(Keyword(text) == keyword)
    }

    @Test(
        "the longest prefix decides, and nothing goes without one",
        arguments: [
            ("447911123456", "mobile"), ("442071234567", "british"), ("4915112345678", "german"), ("33612345678", nil),
            ("447700900001", "own"), ("4470070000000", "british")
        ] as [(String, String?)])
    func routing(_ digits: String, _ expected: String?) throws {
        func route(_ name: String, _ prefixes: [String]) -> Route {
            Route(
                name: name, smsc: Endpoint(host: "h", port: 1), systemID: "", password: "",
                senders: ["447700900001", "70070"], prefixes: prefixes)
        }
        let table = RouteTable([
            route("british", ["44", "4479"]), route("mobile", ["4479", "44791"]), route("german", ["49", ""]),
            route("nobody", [])
        ])
        let found: String? =
            switch table.way(to: try #require(E164(digits: digits))) {
            case .route(let route): route.name
            case .ownNumber: "own"
            case .none: nil
            }
        #expect(found == expected)
    }

    @Test("what is queued reads back, whatever it says")
    func content() throws {
        let number = try #require(E164(digits: "447911123456"))
        for body in ["", "line\nline\n", "🦜", "+44\n"] {
            let read = SMSContent.unpacked(SMSContent.packed(number.digits.utf8, body))
            #expect(read?.digits == number.digits)
            #expect(read?.words == body)
        }
        for bytes in ["", "447911123456", "abc\ntext", "0447911123\n", "+447911123456\n"] {
            #expect(SMSContent.unpacked(Array(bytes.utf8)) == nil)
        }
    }

    @Test("references are 1 to 255, round and round, and their keys hold two octets of a number's hash")
    func references() throws {
        for seed in [0, 0xFD_0001, 0xFE_0001, 0xFF_0001] as [UInt64] {
            var reference = References(seed: seed).lastSegment
            var all: Set<UInt8> = []
            for _ in 0..<255 {
                reference = References.next(after: reference)
                all.insert(reference)
            }
            #expect(all.count == 255 && !all.contains(0))
        }
        let hash = try #require(BlindValue(bytes: Array(1...16)))
        #expect(References.key(recipient: hash, reference: 7) == "ref 1-2 7")
    }

    @Test("answers of the last minute of a connection may be unheard, for twenty minutes of the next one")
    func unheard() {
        let now: Int64 = 1_790_000_000_000
        var unheard = UnheardAnswers()
        #expect(unheard.stored(now: now) == nil)
        unheard.began(now: now)
        #expect(unheard.stored(now: now) == nil)
        // Away for an hour.
        unheard.ended(now: now + 100_000)
        let again = now + 3_700_000
        unheard.began(now: again)
        #expect(unheard.stored(now: again) == now + 40_000..<again)
        #expect(unheard.stored(now: again + 1_199_999) == now + 40_000..<again)
        #expect(unheard.stored(now: again + 1_200_000) == nil)
        // An end in good order says nothing, so the next connection brings no doubt.
        unheard.began(now: again + 2_000_000)
        #expect(unheard.stored(now: again + 2_000_000) == nil)
    }

    @Test("what is expected from before a break stays expected over the next one")
    func unheardTwice() {
        let now: Int64 = 1_790_000_000_000
        var unheard = UnheardAnswers()
        unheard.ended(now: now)
        unheard.began(now: now + 10_000)
        unheard.ended(now: now + 200_000)
        unheard.began(now: now + 400_000)
        #expect(unheard.stored(now: now + 400_000) == now - 60_000..<now + 400_000)
        // But not for ever.
        unheard.ended(now: now + 2_000_000)
        unheard.began(now: now + 2_000_001)
        #expect(unheard.stored(now: now + 2_000_001) == now + 1_940_000..<now + 2_000_001)
    }

    @Test("a clock that is set back makes no trouble")
    func unheardBackwards() {
        let now: Int64 = 1_790_000_000_000
        var unheard = UnheardAnswers()
        unheard.ended(now: now)
        unheard.began(now: now - 3_600_000)
        #expect(unheard.stored(now: now - 3_600_000) == now - 3_660_000..<now - 3_600_000)
        #expect(unheard.stored(now: now - 3_600_001) == nil)
    }

    @Test("keys that can't be read say neither yes nor no")
    func permission() {
        for denied in Denied.allCases { #expect((SMSPermission(denied) == .notNow) == (denied == .unreadable)) }
    }

    @Test("strangers are told once")
    func told() throws {
        var told = ToldNumbers()
        let number = try #require(BlindValue(bytes: Array(1...16)))
        let answers = (0..<2).map { _ in told.mayTell(number) }
        #expect(answers == [true, false])
    }

    @Test(
        "a number is read from an address however it is written",
        arguments: [
            ("447911123456", TypeOfNumber.international, "447911123456"), ("+447911123456", .unknown, "447911123456"),
            ("00447911123456", .unknown, "447911123456"), ("Shop", .alphanumeric, ""), ("12345678", .alphanumeric, ""),
            ("44-79", .international, "")
        ])
    func digits(_ value: String, _ type: TypeOfNumber, _ digits: String) {
        #expect(SMEAddress(value, typeOfNumber: type, numberingPlan: .isdn).digits == digits)
    }

    @Test("nothing that may be printed shows a number or a text")
    func silence() throws {
        let owner = try #require(PersonID(rawValue: 1))
        let number = try #require(E164(digits: "447911123456"))
        let opened = try #require(OpenedNumber(Array(number.digits.utf8)))
        let change = OutgoingChange(owner: owner, message: nil, number: opened, state: .failed, reason: nil)
        let text = IncomingText(
            owner: owner, number: number, recipient: "447700900001", route: "r", text: "secret", keyword: nil,
            parts: [], words: try #require(BlindValue(bytes: Array(1...16))), doubt: nil)
        let route = Route(
            name: "r", smsc: Endpoint(host: "h", port: 1), systemID: "me", password: "hidden",
            senders: ["447700900001"],
            prefixes: [])
        for printed in ["\(change)", "\(text)", "\(route)", String(reflecting: change), String(reflecting: route)] {
            for secret in ["447911123456", "447700900001", "secret", "hidden"] { #expect(!printed.contains(secret)) }
        }
    }
}
