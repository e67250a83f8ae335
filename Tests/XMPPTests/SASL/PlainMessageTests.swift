import Testing

@testable import XMPP

@Suite struct PlainMessageTests {
    static let good: [(String, identity: String?, username: String, password: String)] = [
        ("\0tim\0tanstaaftanstaaf", nil, "tim", "tanstaaftanstaaf"),
        ("Ursel\0Kurt\0xipj3plmq", "Ursel", "Kurt", "xipj3plmq"),
        ("a@x\0ä\0pässword", "a@x", "ä", "pässword")
    ]

    @Test(arguments: good) func reads(_ message: String, identity: String?, username: String, password: String) throws {
        let plain = try PlainMessage(Array(message.utf8))
        #expect(plain.authorizationIdentity == identity)
        #expect(plain.username == username)
        #expect(plain.password == password)
    }

    @Test(arguments: ["", "\0", "\0\0", "tim\0x", "\0tim\0", "\0\0x", "\0tim\0x\0", "\0tim\0x\0y"])
    func refuses(_ message: String) {
        #expect(throws: SASLFailure.malformedRequest) { try PlainMessage(Array(message.utf8)) }
    }

    @Test func `refuses bytes that aren't text, and too many`() {
        #expect(throws: SASLFailure.malformedRequest) { try PlainMessage([0, 0xC0, 0, 65]) }
        let long = [0, 65, 0] + Array(repeating: UInt8(65), count: 4000)
        #expect(throws: SASLFailure.malformedRequest) { try PlainMessage(long) }
    }
}
