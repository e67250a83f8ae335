import Testing

@testable import SMPP

struct DeliveryReceiptTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var id: String?
        var state: DeliveryState
        var error: String?
        var done: ReceiptDate?
        var excerpt = ""

        var testDescription: String { name }
    }

    static let june = ReceiptDate(year: 2026, month: 6, day: 30, hour: 23, minute: 59)

    static let cases: [Case] = [
        Case(
            name: "by the book",
            text:
                "id:0123456789 sub:001 dlvrd:001 submit date:2606302358 done date:2606302359 stat:DELIVRD err:000 text:Hello there",
            id: "0123456789", state: .delivered, error: "000", done: june, excerpt: "Hello there"),
        Case(
            name: "seconds",
            text: "id:7f sub:001 dlvrd:000 submit date:260630235800 done date:260630235959 stat:EXPIRED err:0E1 text:",
            id: "7f", state: .expired, error: "0E1",
            done: ReceiptDate(year: 2026, month: 6, day: 30, hour: 23, minute: 59, second: 59)),
        Case(
            name: "another order, capitals",
            text: "STAT:UNDELIV ERR:069 ID:42 DONE DATE:2606302359 SUB:1 DLVRD:0", id: "42", state: .undeliverable,
            error: "069", done: june),
        Case(
            name: "osmo-msc's placeholders",
            text:
                "id:0000000007 sub:000 dlvrd:000 submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DELIVRD err:000 text:note",
            id: "0000000007", state: .delivered, error: "000", excerpt: "note"),
        Case(
            name: "underscores, spaces after colons",
            text: "id: abc-9 sub: 001 dlvrd: 001 submit_date: 2606302358 done_date: 2606302359 stat: REJECTD err: 5",
            id: "abc-9", state: .rejected, error: "5", done: june),
        Case(
            name: "separated by line ends", text: "id:1\r\nstat:DELETED\r\nerr:3\r\n", id: "1", state: .deleted,
            error: "3"),
        Case(
            name: "separated by commas", text: "id:1,sub:001,stat:ACCEPTD,err:0", id: "1", state: .accepted, error: "0"),
        Case(name: "long spelling", text: "id:1 stat:DELIVERED", id: "1", state: .delivered),
        Case(
            name: "the text looks like a receipt", text: "id:1 stat:UNDELIV err:1 text:id:2 stat:DELIVRD err:0",
            id: "1", state: .undeliverable, error: "1", excerpt: "id:2 stat:DELIVRD err:0"),
        Case(name: "empty values", text: "id: stat: err: text:", id: nil, state: .unknown),
        Case(name: "a state of their own", text: "id:1 stat:LOST", id: "1", state: .unknown),
        Case(name: "no dates that can be", text: "id:1 done date:2613302359 stat:ENROUTE", id: "1", state: .enroute),
        // Found by fuzzing: an id that no receipt could be written with.
        Case(name: "an id that ends with a NUL", text: "id:12\u{0}34 stat:DELIVRD", id: "12", state: .delivered),
        Case(name: "prose", text: "Message for you was delivered", id: nil, state: .unknown),
        Case(name: "keys within words don't count", text: "valid:1 instat:DELIVRD id:9", id: "9", state: .unknown),
        Case(name: "nothing", text: "", id: nil, state: .unknown)
    ]

    private func message(_ text: String, esmClass: ESMClass = .deliveryReceipt) -> DeliverSM {
        DeliverSM(source: .none, destination: .none, content: Array(text.utf8), esmClass: esmClass)
    }

    @Test(arguments: cases)
    func `receipts as carriers write them`(example: Case) throws {
        let receipt = try #require(DeliveryReceipt(message(example.text)))
        #expect(receipt.messageID == example.id)
        #expect(receipt.state == example.state)
        #expect(receipt.error == example.error)
        #expect(receipt.doneDate == example.done)
        #expect(receipt.excerpt == example.excerpt)
        #expect(!receipt.isIntermediate)
    }

    @Test func `parameters win over the text`() throws {
        var deliver = message("id:1 stat:DELIVRD")
        deliver.optional.receiptedMessageID = "2"
        deliver.optional.messageState = .expired
        deliver.optional.userMessageReference = 0x67
        deliver.optional.networkErrorCode = NetworkErrorCode(network: 3, code: 5)
        let receipt = try #require(DeliveryReceipt(deliver))
        #expect(receipt.messageID == "2")
        #expect(receipt.state == .expired)
        #expect(receipt.userMessageReference == 0x67)
        #expect(receipt.networkError == NetworkErrorCode(network: 3, code: 5))
    }

    @Test func `parameters alone make a receipt`() throws {
        var deliver = message("", esmClass: .plain)
        deliver.optional.receiptedMessageID = "2"
        deliver.optional.messageState = .delivered
        #expect(try #require(DeliveryReceipt(deliver)).state == .delivered)
    }

    @Test func `a text from a handset is never a receipt`() {
        #expect(DeliveryReceipt(message("id:1 stat:DELIVRD", esmClass: .plain)) == nil)
        #expect(DeliveryReceipt(message("id:1 stat:DELIVRD", esmClass: ESMClass(rawValue: 0x08))) == nil)
        #expect(DeliveryReceipt(message("id:1 stat:DELIVRD", esmClass: .userDataHeader)) == nil)
    }

    @Test func `intermediate notifications say so`() throws {
        let receipt = try #require(DeliveryReceipt(message("id:1 stat:ENROUTE", esmClass: ESMClass(rawValue: 0x20))))
        #expect(receipt.isIntermediate)
        #expect(!receipt.state.isFinal)
    }

    @Test func `receipts in message_payload and in UTF-16 are read`() throws {
        let text = Array("id:1 stat:DELIVRD".utf8)
        var deliver = message("")
        deliver.optional.messagePayload = text
        #expect(try #require(DeliveryReceipt(deliver)).messageID == "1")
        deliver = message("")
        deliver.content = text.flatMap { [0, $0] }
        deliver.dataCoding = .ucs2
        #expect(try #require(DeliveryReceipt(deliver)).state == .delivered)
    }

    @Test(arguments: DeliveryState.allCases)
    func `what we write, we read`(state: DeliveryState) throws {
        let receipt = DeliveryReceipt(
            messageID: "3f2a", state: state, submitDate: Self.june, doneDate: Self.june, error: "012",
            networkError: NetworkErrorCode(network: 3, code: 7), userMessageReference: 300,
            isIntermediate: !state.isFinal,
            excerpt: "Hello")
        let written = receipt.message(recipient: .international("491"), sender: .international("492"))
        #expect(written.source == .international("491"))
        #expect(DeliveryReceipt(written) == receipt)
        var textOnly = written
        textOnly.optional = OptionalParameters()
        let read = try #require(DeliveryReceipt(textOnly))
        #expect(read.messageID == "3f2a")
        #expect(read.state == state)
        #expect(read.submitDate == Self.june)
        _ = try PDU(.deliverSM(written), sequence: 1).encoded()
    }

    @Test func `random receipts never do harm`() {
        var random = Seeded(9)
        let words = ["id:", "stat:", "text:", "err:", "done date:", "submit", " ", ":", "DELIVRD", "2606302359", "é"]
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 0...20, using: &random))
                .map { _ in words[Int.random(in: 0..<words.count, using: &random)] }.joined()
            #expect(DeliveryReceipt(message(text)) != nil)
        }
    }
}
