import Measuring
import Wire
import XMPP

/// From bytes to a stanza, and addresses.
var protocolRows: [Row] {
    [
        // 334 bytes, as a client sends them, to an element that owns its bytes.
        Row(name: "scanner", count: 5_000) { _ in
            let scanner = try Scanner()
            return { count in try scanner.run(count) }
        },
        // The same element to what routing needs to know of it.
        Row(name: "stanza", count: 5_000) { _ in
            let element = try Scanner().element()
            return { count in
                var sum = 0
                for _ in 0..<count {
                    let stanza = try Stanza(element)
                    sum += stanza.to?.isFull == true ? 1 : 2
                }
                return sum
            }
        },
        Row(name: "jid", count: 10_000) { _ in
            let addresses = (0..<16).map { "person\($0)@chat.example.org/phone-\($0)" }
            return { count in
                var sum = 0
                for index in 0..<count { sum += try JID(parsing: addresses[index % 16]).isFull ? 1 : 0 }
                return sum
            }
        }
    ]
}

/// One client's stream, open, with one message coming again and again.
private final class Scanner {
    private var parser = XMLStreamParser()
    private let message: [UInt8]

    init() throws {
        let (before, after) = (
            "<message to='person7@chat.example.org' type='chat' id='c0ffee00-0001'><body>",
            "</body><origin-id xmlns='urn:xmpp:sid:0' id='c0ffee00-0001'/></message>"
        )
        let words = "The hoopoe is a bird with a crown of feathers that it raises when it lands. "
        let body = Array(repeating: words, count: 5).joined().prefix(334 - before.utf8.count - after.utf8.count)
        message = Array((before + body + after).utf8)
        guard message.count == 334 else { throw Unexpected() }
        parser.feed(
            Array(
                """
                <?xml version='1.0'?><stream:stream xmlns='jabber:client' \
                xmlns:stream='http://etherx.jabber.org/streams' to='chat.example.org' version='1.0'>
                """.utf8))
        guard case .opened = try parser.next() else { throw Unexpected() }
    }

    func element() throws -> Element {
        unsafe message.withUnsafeBytes { unsafe parser.feed($0.bytes) }
        guard case .element(let element) = try parser.next() else { throw Unexpected() }
        return element
    }

    func run(_ count: Int) throws -> Int {
        var sum = 0
        for _ in 0..<count {
            unsafe message.withUnsafeBytes { unsafe parser.feed($0.bytes) }
            while let event = try parser.next() {
                guard case .element(let element) = event else { throw Unexpected() }
                sum += element.isNamed("message") ? 1 : 0
            }
        }
        return sum
    }
}
