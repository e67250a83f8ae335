import Proof
import Testing
import Wire

@Suite struct ReceiptTests {
    static let seed = JWSTests.seed
    static let key = JWSTests.key
    static let keyID = "example.org/eu/1+0a1b2c3d"
    static let sms = Receipt.Purpose(
        code: "sms", what: "Texts go out as SMS.", why: "The server in eu hands them over.", without: "No SMS.")
    static let history = Receipt.Purpose(code: "history", what: "Kept.", why: "To show.", without: "Empty.")

    static func receipt(
        _ event: Receipt.Event = .grant, by actor: Receipt.Actor? = nil, purposes: [Receipt.Purpose] = [sms],
        address: String = "alice@example.org", at: Int64 = 1_777_627_800_250, decision: Int64 = 42,
        earlier: String? = nil
    ) -> Receipt {
        Receipt(
            domain: "example.org", region: "eu", address: address, purposes: purposes, event: event, actor: actor,
            terms: 3, termsSHA256: String(repeating: "0a", count: 32), at: at, decision: decision, earlier: earlier)
    }

    /// The form of receipts is part of what was promised: changing it needs another `profile`.
    @Test func `the bytes that are signed`() {
        let text = #"""
            {"@context":{"dpv":"https://w3id.org/dpv#","pd":"https://w3id.org/dpv/pd#"},
            "events":[{"entity_id":"alice@example.org","event_state":"dpv:ConsentGiven",
            "event_time":"2026-05-01T09:30:00.250Z","event_type":"dpv:ExplicitlyExpressedConsent",
            "validity_duration":{"event":"withdrawal, or a change of what the terms say of this purpose",
            "type":"dpv:UntilEventDuration"}}],
            "header":{"pii_principal_id":"alice@example.org","receipt_id":"example.org/eu/decision/42",
            "record_id":"example.org/eu/decision/42","schema_version":"https://w3id.org/dpv/schema/dpv-27560#receipt"},
            "hoopoe":{"action":"grant","actor":"person","profile":1},
            "parties":[{"party_address":"xmpp:example.org","party_contact":"xmpp:example.org",
            "party_id":"example.org","party_name":"example.org","party_role":"dpv:DataController",
            "party_type":"dpv:DataController"},
            {"party_address":"xmpp:alice@example.org","party_contact":"xmpp:alice@example.org",
            "party_id":"alice@example.org","party_name":"alice@example.org","party_role":"dpv:DataSubject",
            "party_type":"dpv:DataSubject"}],
            "processing":{"language":"en","privacy_notice":{"id":"example.org/terms/3.json",
            "sha256":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","version":3},
            "purposes":[{"collection_method":"given by the person, or made by using the purpose",
            "description":"Texts go out as SMS.","jurisdiction":"eu","lawful_basis":"dpv:Consent",
            "necessity":"The server in eu hands them over.","pii_controllers":["example.org"],
            "pii_information":[{"pii_optional":true,"pii_type":"pd:TelephoneNumber"},
            {"pii_optional":true,"pii_type":"pd:Communication"}],
            "purpose":"sms","purpose_type":"dpv:CommunicationManagement",
            "recipient_third_parties":["the phone network that carries the SMS"],"refusal_consequence":"No SMS.",
            "retention_period":{"event":"withdrawal","type":"dpv:UntilEventDuration"},"storage_locations":["eu"],
            "withdrawal_method":"Write \"off sms\" to example.org in any XMPP app."}]}}
            """#
        let lines = text.split(separator: "\n").joined()
        #expect(String(decoding: Self.receipt().payload.canonical, as: UTF8.self) == lines)
    }

    @Test(arguments: [
        (Receipt.Event.grant, Receipt.Actor.person, "dpv:ConsentGiven", "alice@example.org"),
        (.refuse, .person, "dpv:ConsentRefused", "alice@example.org"),
        (.withdraw, .person, "dpv:ConsentWithdrawn", "alice@example.org"),
        (.withdraw, .server, "dpv:ConsentRevoked", "example.org"),
        (.stale, .server, "dpv:ConsentExpired", "example.org"),
        (.erase, .person, "dpv:ConsentWithdrawn", "alice@example.org"),
        (.erase, .administrator, "dpv:ConsentRevoked", "example.org")
    ])
    func `events in DPV's words`(event: Receipt.Event, actor: Receipt.Actor, state: String, entity: String) {
        let payload = Self.receipt(event, by: actor, earlier: "example.org/eu/decision/41").payload
        #expect(payload["events"]?[0]?["event_state"] == .string(state))
        #expect(payload["events"]?[0]?["entity_id"] == .string(entity))
        #expect(payload["hoopoe"]?["action"] == .string(event.rawValue))
        #expect(payload["hoopoe"]?["earlier_receipt"] == "example.org/eu/decision/41")
    }

    @Test func `every kind comes back`() throws {
        for event in Receipt.Event.allCases {
            for actor in Receipt.Actor.allCases where event.isFor(actor) {
                for purposes in [[], [Self.sms], [Self.history, Self.sms]] {
                    for earlier in [nil, "example.org/eu/decision/41"] {
                        let receipt = Self.receipt(event, by: actor, purposes: purposes, earlier: earlier)
                        let file = try receipt.signed(seed: Self.seed, keyID: Self.keyID)
                        #expect(try Receipt(verifying: file, keyID: Self.keyID, key: Self.key) == receipt)
                        #expect(try Receipt(reading: file) == receipt)
                        #expect(try Receipt(payload: receipt.payload).payload == receipt.payload)
                    }
                }
            }
        }
    }

    @Test func `moments and numbers come back`() throws {
        for at in [0, 1, 999, 1000, -1, 1_777_627_800_000, 253_402_300_799_999] as [Int64] {
            for decision in [0, 1, 9_007_199_254_740_993, .max] as [Int64] {
                let receipt = Self.receipt(at: at, decision: decision)
                #expect(try Receipt(payload: receipt.payload) == receipt)
            }
        }
    }

    /// A purpose of a later version than ours keeps the kinds that were written down then.
    @Test func `unknown purposes are read as they stand`() throws {
        let payload = JSONEdit.replacing(
            "pd:TelephoneNumber", with: "pd:Fingerprint",
            in: JSONEdit.replacing("sms", with: "fax", in: Self.receipt().payload))
        let receipt = try Receipt(
            payload: JSONEdit.replacing(
                "Write \"off sms\" to example.org in any XMPP app.",
                with: "Write \"off fax\" to example.org in any XMPP app.", in: payload))
        #expect(receipt.purposes.map(\.code) == ["fax"])
        #expect(receipt.purposes.map(\.data) == [["pd:Fingerprint", "pd:Communication"]])
    }

    /// Nothing in a receipt may be passed over: each altered, lacking or added value is refused or read as it stands.
    @Test func `every altered value is seen`() throws {
        let receipt = Self.receipt(purposes: [Self.sms, Self.history], earlier: "example.org/eu/decision/7")
        let edits = JSONEdit.all(of: receipt.payload)
        #expect(edits.count > 300)
        for edited in edits {
            #expect(edited != receipt.payload)
            guard let read = try? Receipt(payload: edited) else { continue }
            #expect(read.payload == edited)
            // What is anyone's choice: the words about purposes, and the earlier receipt.
            #expect(read != receipt)
            #expect(read.purposes != receipt.purposes || read.earlier != receipt.earlier)
            #expect(read.id == receipt.id && read.address == receipt.address && read.terms == receipt.terms)
            #expect(read.event == receipt.event && read.actor == receipt.actor && read.at == receipt.at)
            #expect(read.termsSHA256 == receipt.termsSHA256)
        }
    }

    @Test func `a receipt never names a phone number`() {
        let payload = JSONEdit.replacing(
            "alice@example.org", with: "+491760406912@example.org", in: Self.receipt().payload)
        #expect(throws: ReceiptError.field("pii_principal_id")) { try Receipt(payload: payload) }
    }

    @Test(arguments: [
        (Receipt.Event.grant, Receipt.Actor.administrator), (.grant, .server), (.refuse, .administrator),
        (.refuse, .server), (.stale, .person)
    ])
    func `nobody decides for somebody else`(event: Receipt.Event, actor: Receipt.Actor) {
        let payload = JSONEdit.replacing(
            event == .stale ? "server" : "person", with: actor.rawValue, in: Self.receipt(event).payload)
        #expect(throws: ReceiptError.field("actor")) { try Receipt(payload: payload) }
    }

    @Test func `files that are refused`() throws {
        let receipt = Self.receipt()
        let file = try receipt.signed(seed: Self.seed, keyID: Self.keyID)
        func sign(_ payload: [UInt8], type: String = Receipt.type) throws -> [UInt8] {
            try JWS.sign(payload, header: ["kid": .string(Self.keyID), "typ": .string(type)], seed: Self.seed)
        }
        func verify(_ file: [UInt8], keyID: String = Self.keyID, key: [UInt8] = Self.key) throws(ReceiptError) {
            _ = try Receipt(verifying: file, keyID: keyID, key: key)
        }
        try verify(file)
        #expect(throws: ReceiptError.signature(.signature)) { try verify(file, key: Self.seed) }
        #expect(throws: ReceiptError.signature(.signature)) { try verify(file, keyID: "example.org/eu/2+0a1b2c3d") }
        #expect(throws: ReceiptError.signature(.notCompact)) { try verify(file + [0x0A]) }
        #expect(throws: ReceiptError.type) { try verify(try sign(receipt.payload.canonical, type: "JWT")) }
        #expect(throws: ReceiptError.notCanonical) { try verify(try sign(receipt.payload.pretty)) }
        #expect(throws: ReceiptError.json(JSONError(.truncated, at: 1))) { try verify(try sign([0x7B])) }
        #expect(throws: ReceiptError.field("schema_version")) { try verify(try sign(Array("{}".utf8))) }
        for other in ["example.org/us/1+0a1b2c3d", "example.net/eu/1+0a1b2c3d", "example.org/europe/1+0a1b2c3d"] {
            let foreign = try receipt.signed(seed: Self.seed, keyID: other)
            #expect(throws: ReceiptError.otherIssuer) { try verify(foreign, keyID: other) }
        }
    }

    @Test func `sentences for people`() {
        let time = "2026-05-01 at 09:30:00 UTC"
        let place = "It holds at example.org, in the region eu."
        let terms =
            "The words are those of version 3 of the terms of example.org; their document has the SHA-256 "
            + "\(String(repeating: "0a", count: 32))."
        #expect(
            Self.receipt(earlier: "example.org/eu/decision/41").sentences == [
                "alice@example.org turned on sms on \(time).", "sms: Texts go out as SMS.",
                "Why: The server in eu hands them over.", place, terms,
                "It can be undone at any time. Write \"off sms\" to example.org in any XMPP app.",
                "It follows the receipt example.org/eu/decision/41."
            ])
        #expect(
            Self.receipt(.withdraw, purposes: [Self.history]).sentences == [
                "alice@example.org turned off history on \(time).", "Without history: Empty.", place, terms,
                "It can be turned on at any time. Write \"on history\" to example.org in any XMPP app."
            ])
        let first: [(Receipt.Event, Receipt.Actor?, String)] = [
            (.refuse, nil, "alice@example.org said no to sms on \(time)."),
            (
                .stale, nil,
                "The server example.org switched off sms for alice@example.org, because the terms of it changed, on \(time)."
            ),
            (.withdraw, .server, "The server example.org turned off sms for alice@example.org on \(time)."),
            (.erase, nil, "alice@example.org left example.org on \(time)."),
            (.erase, .administrator, "An administrator of example.org removed alice@example.org on \(time).")
        ]
        for (event, actor, sentence) in first {
            #expect(Self.receipt(event, by: actor).sentences.first == sentence)
        }
        let wordless = Receipt.Purpose(code: "sms", what: "", why: "", without: "")
        #expect(Self.receipt(purposes: [wordless]).sentences.count == 4)
        #expect(Self.receipt(.erase).sentences.last?.hasPrefix("It can't be undone") == true)
    }
}
