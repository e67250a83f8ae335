import Gauge

/// The bytes of one sender's messages, in which only the number and the time change.
struct MessageTemplate {
    private var bytes: [UInt8]
    private var stamp: Stamp
    private let identifier: Int
    private let body: Int

    /// A chat message to an address, with a body of that many ASCII characters, 45 at least, and something behind it.
    init(from sender: Int, to address: String, bodyLength: Int, followedBy tail: String) {
        stamp = Stamp(run: Run.number, sender: UInt32(sender), number: 0, time: 0)
        bytes = Array("<message type='chat' to='\(address)' id='".utf8)
        identifier = bytes.count
        bytes += [UInt8](repeating: UInt8(ascii: "0"), count: 24) + Array("'><body>".utf8)
        body = bytes.count
        bytes += stamp.bytes
        let words = Array(" The quick brown fox jumps over the lazy dog.".utf8)
        bytes += (0..<max(bodyLength - Stamp.length, 0)).map { words[$0 % words.count] }
        bytes += Array("</body></message>\(tail)".utf8)
        Stamp.write(UInt64(Run.number), digits: 8, to: &bytes, at: identifier)
        Stamp.write(UInt64(sender), digits: 8, to: &bytes, at: identifier + 8)
    }

    /// The message of that number.
    mutating func message(_ number: UInt32, time: UInt64) -> [UInt8] {
        stamp.number = number
        stamp.time = time
        stamp.write(to: &bytes, at: body)
        Stamp.write(UInt64(number), digits: 8, to: &bytes, at: identifier + 16)
        return bytes
    }
}

/// This run of the program.
enum Run {
    /// A number that no other run is likely to have.
    static let number = UInt32.random(in: 0 ... .max)
}
