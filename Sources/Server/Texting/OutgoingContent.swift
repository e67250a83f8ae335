import Numbers

/// What the durable queue seals for a text: where it goes and what it says.
struct OutgoingContent: Hashable, Sendable {
    let number: E164
    let body: String

    init(number: E164, body: String) {
        self.number = number
        self.body = body
    }

    /// The digits, a line feed, the body.
    var packed: [UInt8] {
        Array(number.digits.utf8) + [0x0A] + Array(body.utf8)
    }

    init?(packed: [UInt8]) {
        guard let end = packed.firstIndex(of: 0x0A),
            let number = E164(digits: String(decoding: packed[..<end], as: UTF8.self))
        else { return nil }
        self.init(number: number, body: String(decoding: packed[(end + 1)...], as: UTF8.self))
    }
}
