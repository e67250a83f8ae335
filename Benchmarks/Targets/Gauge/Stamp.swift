/// What a message's body says about the message itself: `~` run `.` sender `.` number `.` time `~`, in hexadecimal digits.
package struct Stamp: Equatable, Sendable {
    /// Bytes of a stamp: 8, 8, 8 and 16 digits, and what is around them.
    package static let length = 45
    /// The sign at both ends. It stands nowhere else in what servers send, so that looking for it is cheap.
    package static let sign = UInt8(ascii: "~")

    /// Tells the messages of this run from those that servers have kept of others.
    package var run: UInt32
    /// The number of the sender's account.
    package var sender: UInt32
    /// The sender's count of messages before this one.
    package var number: UInt32
    /// When it was sent, or was to be sent, in ns of the clock of this process.
    package var time: UInt64

    package init(run: UInt32, sender: UInt32, number: UInt32, time: UInt64) {
        self.run = run
        self.sender = sender
        self.number = number
        self.time = time
    }

    /// Reads the first stamp in the bytes, which another alphabet may begin with another sign; nil if there is none.
    package init?(in bytes: RawSpan, sign: UInt8 = Stamp.sign) {
        guard let start = bytes.first(sign, from: 0), start + Self.length <= bytes.byteCount,
            let run = bytes.hexadecimal(at: start + 1, digits: 8),
            let sender = bytes.hexadecimal(at: start + 10, digits: 8),
            let number = bytes.hexadecimal(at: start + 19, digits: 8),
            let time = bytes.hexadecimal(at: start + 28, digits: 16)
        else { return nil }
        self.init(run: UInt32(run), sender: UInt32(sender), number: UInt32(number), time: time)
    }

    /// The stamp as it stands in a body.
    package var bytes: [UInt8] {
        var bytes = [UInt8](repeating: Self.sign, count: Self.length)
        write(to: &bytes, at: 0)
        return bytes
    }

    /// Overwrites the stamp at an offset of a body.
    package func write(to bytes: inout [UInt8], at offset: Int) {
        bytes[offset] = Self.sign
        var at = offset + 1
        for value in [run, sender, number] {
            Self.write(UInt64(value), digits: 8, to: &bytes, at: at)
            bytes[at + 8] = UInt8(ascii: ".")
            at += 9
        }
        Self.write(time, digits: 16, to: &bytes, at: at)
        bytes[at + 16] = Self.sign
    }

    /// Overwrites bytes with the last `digits` hexadecimal digits of a number.
    package static func write(_ value: UInt64, digits: Int, to bytes: inout [UInt8], at offset: Int) {
        for index in 0..<digits {
            let digit = UInt8(value >> UInt64(4 * (digits - 1 - index)) & 15)
            bytes[offset + index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
    }
}
