import Proof
import Testing
import Wire

@Suite struct LedgerRecordTests {
    static let at: Int64 = 1_777_627_800_250
    static let rows: [(LedgerRecord.Event, String, String)] = [
        (
            .look(address: "alice@example.org", verb: "person show", at: at),
            #"{"domain":"example.org","event_time":"2026-05-01T09:30:00.250Z","pii_principal_id":"alice@example.org","#
                + #""profile":1,"record":"look","region":"eu","verb":"person show"}"#,
            #"An administrator of example.org looked at alice@example.org with "person show" on 2026-05-01 at 09:30:00 UTC."#
        ),
        (
            .uses(receipt: "example.org/eu/decision/42", purpose: "sms", day: 20_574, count: 3),
            #"{"count":3,"day":"2026-05-01","domain":"example.org","profile":1,"purpose":"sms","#
                + #""receipt_id":"example.org/eu/decision/42","record":"uses","region":"eu"}"#,
            "sms was used 3 times on 2026-05-01 by the yes in the receipt example.org/eu/decision/42."
        ),
        (
            .terms(version: 2, sha256: "0a", at: at),
            #"{"domain":"example.org","event_time":"2026-05-01T09:30:00.250Z","profile":1,"record":"terms","region":"eu","#
                + #""sha256":"0a","version":2}"#,
            "example.org published version 2 of its terms on 2026-05-01 at 09:30:00 UTC; their document has the SHA-256 0a."
        ),
        (
            .leave(address: "alice@example.org", at: at, due: at + 604_800_000),
            #"{"domain":"example.org","due":"2026-05-08T09:30:00.250Z","event_time":"2026-05-01T09:30:00.250Z","#
                + #""pii_principal_id":"alice@example.org","profile":1,"record":"leave","region":"eu"}"#,
            "alice@example.org asked on 2026-05-01 at 09:30:00 UTC to leave example.org; the account ends on 2026-05-08 at "
                + #"09:30:00 UTC unless they write "stay"."#
        ),
        (
            .stay(address: "alice@example.org", at: at),
            #"{"domain":"example.org","event_time":"2026-05-01T09:30:00.250Z","pii_principal_id":"alice@example.org","#
                + #""profile":1,"record":"stay","region":"eu"}"#,
            "alice@example.org took back on 2026-05-01 at 09:30:00 UTC that they leave example.org."
        )
    ]

    @Test(arguments: rows)
    func `written, read and told`(event: LedgerRecord.Event, text: String, sentence: String) throws {
        let record = LedgerRecord(domain: "example.org", region: "eu", event: event)
        #expect(String(decoding: record.canonical, as: UTF8.self) == text)
        #expect(try LedgerRecord(parsing: record.canonical) == record)
        #expect(record.sentence == sentence)
        for edited in JSONEdit.all(of: record.json) {
            do throws(ReceiptError) {
                let read = try LedgerRecord(parsing: edited.canonical)
                #expect(read != record)
            } catch {}
        }
        #expect(throws: ReceiptError.notCanonical) { try LedgerRecord(parsing: record.json.pretty) }
    }

    @Test(arguments: [
        ("{}", ReceiptError.field("profile")), ("[1", .json(JSONError(.truncated, at: 2))),
        (#"{"domain":"a","profile":1,"record":"party","region":"b"}"#, .field("record")),
        (#"{"domain":"a","profile":1,"record":"stay"}"#, .field("region")),
        (#"{"domain":"a","profile":2,"record":"stay","region":"b"}"#, .field("profile")),
        (
            #"{"count":1,"day":"2026-02-30","domain":"a","profile":1,"purpose":"p","receipt_id":"r","record":"uses","region":"b"}"#,
            .field("day")
        ),
        (
            #"{"count":1.5,"day":"2026-02-03","domain":"a","profile":1,"purpose":"p","receipt_id":"r","record":"uses","region":"b"}"#,
            .field("count")
        )
    ])
    func `records that are refused`(text: String, error: ReceiptError) {
        #expect(throws: error) { try LedgerRecord(parsing: Array(text.utf8)) }
    }

    @Test func `days before 1970 and beyond all years`() throws {
        for day in [0, -1, 1, 20_000, 2_932_896] {
            let record = LedgerRecord(
                domain: "a", region: "b", event: .uses(receipt: "r", purpose: "p", day: day, count: 1))
            #expect(try LedgerRecord(parsing: record.canonical) == record)
        }
        let record = LedgerRecord(
            domain: "a", region: "b", event: .uses(receipt: "r", purpose: "p", day: .max, count: 1))
        #expect(record.json["day"] == "9999-12-31")
    }
}
