import Testing

@testable import SMPP

struct ReassemblerTests {
    private let sender = SMEAddress.international("491511")
    private let recipient = SMEAddress.international("492")

    private func part(
        _ text: String, _ number: UInt8, of total: UInt8, reference: UInt16 = 1, scheme: Concatenation.Scheme = .udh8
    ) -> MessagePart {
        var message = ShortMessage(source: sender, destination: recipient)
        if scheme == .sar {
            message.content = Array(text.utf8)
            message.optional.concatenation = Concatenation(
                scheme: .sar, reference: reference, total: total, part: number)
        } else if let place = Concatenation(scheme: scheme, reference: reference, total: total, part: number) {
            message.content = UserDataHeader.octets(place) + Array(text.utf8)
            message.esmClass = .userDataHeader
        }
        return MessagePart(message, profile: TextProfile())
    }

    private func add(
        _ part: MessagePart, to reassembler: inout Reassembler, from source: SMEAddress? = nil, tag: Int64 = 0,
        now: Milliseconds = 0
    ) -> Reassembler.Result {
        reassembler.add(part, from: source ?? sender, to: recipient, tag: tag, now: now)
    }

    @Test(arguments: [.udh8, .udh16, .sar] as [Concatenation.Scheme])
    func `parts in any order make one text`(scheme: Concatenation.Scheme) {
        for order in [[1, 2, 3], [3, 2, 1], [2, 3, 1]] as [[UInt8]] {
            var reassembler = Reassembler()
            var whole: Reassembler.Message?
            for number in order {
                #expect(whole == nil)
                let result = add(
                    part("<\(number)>", number, of: 3, scheme: scheme), to: &reassembler, tag: Int64(number))
                whole = result.whole
            }
            #expect(whole?.text == "<1><2><3>")
            #expect(whole?.tags == [1, 2, 3])
            #expect(reassembler.count == 0)
        }
    }

    @Test func `a message by itself goes straight through`() {
        var reassembler = Reassembler()
        let message = ShortMessage(source: sender, destination: recipient, content: Array("A".utf8))
        let whole = add(MessagePart(message, profile: TextProfile()), to: &reassembler, tag: 9).whole
        #expect(whole?.text == "A")
        #expect(whole?.tags == [9])
        #expect(add(part("B", 1, of: 1), to: &reassembler).whole?.text == "B")
        #expect(reassembler.count == 0)
    }

    @Test func `a part that comes twice counts once`() {
        var reassembler = Reassembler()
        #expect(!add(part("a", 1, of: 2), to: &reassembler).isDuplicate)
        #expect(add(part("a", 1, of: 2), to: &reassembler).isDuplicate)
        #expect(add(part("b", 2, of: 2), to: &reassembler).whole?.text == "ab")
    }

    @Test func `a part that comes again after its message was whole belongs to another or is called repeated`() {
        var reassembler = Reassembler(limits: .init(timeout: 1_000))
        for (number, text) in [(1, "a"), (2, "b")] as [(UInt8, String)] {
            _ = add(part(text, number, of: 2), to: &reassembler)
        }
        #expect(!add(part("a", 1, of: 2), to: &reassembler, tag: 3).isDuplicate)
        #expect(reassembler.expire(now: 1_000).map(\.isRepeated) == [true])
        #expect(add(part("a", 1, of: 2), to: &reassembler).whole == nil)
        let other = add(part("c", 2, of: 2), to: &reassembler).whole
        #expect(other?.text == "ac" && other?.isRepeated == false)
        // Not under another reference, and not what is new in any part.
        _ = add(part("a", 1, of: 2, reference: 2), to: &reassembler)
        _ = add(part("x", 1, of: 2), to: &reassembler)
        #expect(reassembler.expire(now: 1_000).map(\.isRepeated) == [false, false])
    }

    @Test func `a reference used again starts a new message`() {
        var reassembler = Reassembler()
        _ = add(part("old", 1, of: 2), to: &reassembler, tag: 1)
        let result = add(part("new", 1, of: 2), to: &reassembler, tag: 2)
        #expect(result.dropped.map(\.text) == ["old"])
        #expect(result.dropped.map(\.tags) == [[1]])
        #expect(add(part("er", 2, of: 2), to: &reassembler, tag: 3).whole?.tags == [2, 3])
    }

    @Test func `senders, totals, references and schemes are kept apart`() {
        var reassembler = Reassembler()
        _ = add(part("a", 1, of: 2), to: &reassembler)
        #expect(add(part("b", 2, of: 2), to: &reassembler, from: .international("490")).whole == nil)
        #expect(add(part("b", 2, of: 3), to: &reassembler).whole == nil)
        #expect(add(part("b", 2, of: 2, reference: 2), to: &reassembler).whole == nil)
        #expect(add(part("b", 2, of: 2, scheme: .sar), to: &reassembler).whole == nil)
        #expect(reassembler.count == 5)
    }

    @Test func `the oldest gives way to new ones`() {
        var reassembler = Reassembler(limits: .init(messages: 2))
        for reference in 1...4 as ClosedRange<UInt16> {
            let result = add(
                part("\(reference)", 1, of: 2, reference: reference), to: &reassembler, tag: Int64(reference))
            #expect(result.dropped.flatMap(\.tags) == (reference > 2 ? [Int64(reference) - 2] : []))
        }
        #expect(reassembler.count == 2)
    }

    @Test func `octets are bounded too`() {
        var reassembler = Reassembler(limits: .init(octets: 250))
        let long = String(repeating: "x", count: 100)
        var dropped: [Int64] = []
        for reference in 1...4 as ClosedRange<UInt16> {
            dropped += add(part(long, 1, of: 2, reference: reference), to: &reassembler, tag: Int64(reference))
                .dropped.flatMap(\.tags)
        }
        #expect(dropped == [1, 2])
    }

    @Test func `what stays unfinished is given up with what came of it`() {
        var reassembler = Reassembler(limits: .init(timeout: 1_000))
        #expect(reassembler.nextDeadline == nil)
        _ = add(part("c", 3, of: 3), to: &reassembler, tag: 3, now: 100)
        _ = add(part("a", 1, of: 3), to: &reassembler, tag: 1, now: 900)
        #expect(reassembler.nextDeadline == 1_100)
        #expect(reassembler.expire(now: 1_099).isEmpty)
        let expired = reassembler.expire(now: 1_100)
        #expect(expired.map(\.text) == ["ac"])
        #expect(expired.map(\.tags) == [[1, 3]])
        #expect(expired.map(\.total) == [3])
        #expect(reassembler.count == 0)
    }
}
