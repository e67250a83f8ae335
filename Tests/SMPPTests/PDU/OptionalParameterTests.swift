import Testing

@testable import SMPP

struct OptionalParameterTests {
    @Test func `known parameters are typed`() {
        var optional = OptionalParameters()
        optional.userMessageReference = 4711
        optional.receiptedMessageID = "3f2a"
        optional.messageState = .delivered
        optional.networkErrorCode = NetworkErrorCode(network: 3, code: 0x0102)
        optional.messagePayload = [1, 2]
        optional.interfaceVersion = 0x34
        optional.concatenation = Concatenation(scheme: .sar, reference: 0x0102, total: 3, part: 2)
        #expect(optional[.userMessageReference] == [0x12, 0x67])
        #expect(optional[.receiptedMessageID] == Array("3f2a".utf8) + [0])
        #expect(optional.userMessageReference == 4711)
        #expect(optional.receiptedMessageID == "3f2a")
        #expect(optional.messageState == .delivered)
        #expect(optional.networkErrorCode == NetworkErrorCode(network: 3, code: 0x0102))
        #expect(optional.messagePayload == [1, 2])
        #expect(optional.interfaceVersion == 0x34)
        #expect(optional.concatenation == Concatenation(scheme: .sar, reference: 0x0102, total: 3, part: 2))
        #expect(optional.all.count == 9)
    }

    @Test func `values of a wrong length mean nothing, and stay`() {
        let optional = OptionalParameters([
            TLV(.userMessageReference, [1]), TLV(.messageState, []), TLV(.networkErrorCode, [3, 0]),
            TLV(.sarReference, [0, 1]), TLV(.sarTotal, [2]), TLV(.sarSequence, [3]), TLV(.congestionState, [80, 1])
        ])
        #expect(optional.userMessageReference == nil)
        #expect(optional.messageState == nil)
        #expect(optional.networkErrorCode == nil)
        #expect(optional.concatenation == nil)
        #expect(optional.congestionState == nil)
        #expect(optional.all.count == 7)
    }

    @Test func `setting replaces, nil removes`() {
        var optional = OptionalParameters([TLV(.messageState, [1]), TLV(.messageState, [2])])
        #expect(optional.messageState == .enroute)
        optional.messageState = nil
        #expect(optional.isEmpty)
    }

    @Test func `a message id without its NUL is read`() {
        #expect(OptionalParameters([TLV(.receiptedMessageID, [0x31, 0x32])]).receiptedMessageID == "12")
    }
}
