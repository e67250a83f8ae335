import Testing

@testable import SMPP

struct MessageIDFormTests {
    @Test(
        arguments: [
            (MessageIDForm.same, "3F2A", "3F2A", true),
            (.same, "3f2a", "3F2A", false),
            (.hexThenDecimal, "3F2A", "16170", true),
            (.hexThenDecimal, "0000003f2a", "16170", true),
            (.hexThenDecimal, "10", "10", false),
            (.hexThenDecimal, "ffffffffffffffffff", "4722366482869645213695", true),
            (.decimalThenHex, "16170", "3f2a", true),
            (.decimalThenHex, "16170", "0003F2A", true),
            // Not numbers: as they are.
            (.hexThenDecimal, "id-7", "id-7", true),
            (.decimalThenHex, "", "", true),
            (.hexThenDecimal, "+1", "1", false)
        ] as [(MessageIDForm, String, String, Bool)])
    func `a response and a receipt name the same message`(
        form: MessageIDForm, response: String, receipt: String, same: Bool
    ) {
        #expect((form.key(response: response) == form.key(receipt: receipt)) == same)
    }
}
