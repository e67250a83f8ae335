import Consent
import SMPP
import Store
import Testing

@testable import Server

@Suite("The line of segments")
struct SegmentLineTests {
    private let first = ArchiveID(rawValue: 1)
    private let second = ArchiveID(rawValue: 2)

    private func line() throws -> (SegmentLine, PersonID) {
        var line = SegmentLine()
        let owner = try #require(PersonID(rawValue: 1))
        line.add(messages(3), of: first, owner: owner)
        line.add(messages(1), of: second, owner: owner)
        return (line, owner)
    }

    private func messages(_ count: Int) -> [SubmitSM] {
        (0..<count).map { _ in SubmitSM(source: .none, destination: .international("447911123456")) }
    }

    private func next(_ line: inout SegmentLine, now: Milliseconds = 0) throws -> SegmentLine.Item {
        let item = line.next(now: now)
        return try #require(item)
    }

    private func isEmpty(_ line: inout SegmentLine) -> Bool {
        line.next(now: 0) == nil
    }

    private func source(_ item: SegmentLine.Item?) -> [Int] {
        guard let item, case .text(let id, let part, _, _) = item.source else { return [] }
        return [Int(id.rawValue), part]
    }

    @Test("segments leave in order, and return to their places")
    func order() throws {
        var (line, _) = try line()
        let taken = (0..<3).compactMap { _ in line.next(now: 0) }
        #expect(taken.map { source($0) } == [[1, 1], [1, 2], [1, 3]])
        line.giveBack(taken[1].token)
        line.giveBack(taken[0].token)
        #expect(source(try next(&line, now: 0)) == [1, 1])
        #expect(source(try next(&line, now: 0)) == [1, 2])
        #expect(source(try next(&line, now: 0)) == [2, 1])
        #expect(isEmpty(&line))
    }

    @Test("codes and answers go first, and don't outlive their connection")
    func notices() throws {
        var (line, _) = try line()
        line.add(notice: messages(2))
        let notice = try next(&line, now: 0)
        #expect(notice.source == .notice)
        line.giveBack(notice.token)
        let other = try next(&line, now: 0)
        _ = line.answered(other.token)
        do {
            let isTaken = line.retry(other, now: 0) { _ in 0 }
            #expect(isTaken)
        }
        line.disconnected()
        #expect(source(try next(&line, now: 0)) == [1, 1])
        // Neither does one whose refusal is read afterwards.
        let isTaken = line.retry(other, now: 0) { _ in 0 }
        #expect(!isTaken)
    }

    @Test("a code is tried a few times, in trouble too")
    func noticeInTrouble() throws {
        var line = SegmentLine()
        let owner = try #require(PersonID(rawValue: 1))
        line.add(messages(SegmentLine.maximumTries + 1), of: first, owner: owner)
        while let item = line.next(now: 0) {
            _ = line.answered(item.token)
            _ = line.retry(item, now: 0) { _ in 1 }
        }
        line.drop(first)
        line.add(notice: messages(1))
        var tries = 0
        var isTaken = true
        while isTaken, tries < 20 {
            tries += 1
            let notice = try next(&line, now: 1_000_000 * Milliseconds(tries))
            _ = line.answered(notice.token)
            isTaken = line.retry(notice, now: 1_000_000 * Milliseconds(tries)) { _ in 0 }
        }
        #expect(tries == SegmentLine.maximumTries)
    }

    @Test("a refused segment waits for its time, a few times")
    func retry() throws {
        var (line, _) = try line()
        let item = try next(&line, now: 0)
        _ = line.answered(item.token)
        do {
            let isTaken = line.retry(item, now: 0) { _ in 100 }
            #expect(isTaken)
        }
        #expect(line.nextRetry(after: 0) == 100)
        #expect(source(try next(&line, now: 99)) == [1, 2])
        var again = try next(&line, now: 100)
        #expect(source(again) == [1, 1])
        for _ in 0..<2 {
            do {
                let isTaken = line.retry(again, now: 0) { _ in 100 }
                #expect(isTaken)
            }
            again = try next(&line, now: 100)
        }
        do {
            let isTaken = line.retry(again, now: 0) { _ in 100 }
            #expect(!isTaken)
        }
    }

    @Test("a carrier that takes nothing gets a rest, longer each time, and no text fails for it")
    func rest() throws {
        var line = SegmentLine()
        let owner = try #require(PersonID(rawValue: 1))
        line.add(messages(6), of: first, owner: owner)
        line.add(messages(1), of: second, owner: owner)
        let window = (0..<6).compactMap { _ in line.next(now: 0) }
        for item in window {
            _ = line.answered(item.token)
            let isTriedAgain = line.retry(item, now: 0) { Milliseconds($0) * 1_000 }
            #expect(isTriedAgain)
        }
        #expect(line.waitingCount == 7)
        #expect(!line.isSending)
        #expect(line.nextRetry(after: 0) == 1_000)
        let early = line.next(now: 999)
        #expect(early == nil)
        // It takes nothing for long: the rests become longer, and what was refused so is tried more than four times.
        var now: Milliseconds = 1_000
        for round in 2...10 {
            var items: [SegmentLine.Item] = []
            while let item = line.next(now: now) { items.append(item) }
            #expect(!items.isEmpty)
            for item in items {
                _ = line.answered(item.token)
                let isTriedAgain = line.retry(item, now: now) { Milliseconds($0) * 1_000 }
                #expect(isTriedAgain)
            }
            let next = try #require(line.nextRetry(after: now))
            #expect(next - now >= 1_000 * Milliseconds(round / 2))
            now = next + 100_000
        }
        // Then it takes one, and everything goes out.
        let taken = try next(&line, now: now)
        line.taken()
        _ = line.answered(taken.token)
        var rest = 0
        while line.next(now: now) != nil { rest += 1 }
        #expect(rest == 6)
    }

    @Test("a text whose recipient said STOP is known as that until it is closed, wherever its parts are")
    func stopped() throws {
        var (line, _) = try line()
        line.stop(first)
        #expect(line.stopped == [first])
        line.closed(first)
        #expect(line.stopped.isEmpty)
        #expect(source(try next(&line)) == [2, 1])
    }

    @Test("nothing more goes out of a text that has come to its end while the session held parts of it")
    func endedInHand() throws {
        var (line, _) = try line()
        let (one, two) = (try next(&line), try next(&line))
        line.closed(first)
        #expect(line.stopped == [first])
        _ = line.answered(one.token)
        #expect(line.stopped == [first])
        // The session gives it back unsent: that is no way out either.
        line.giveBack(two.token)
        #expect(line.stopped.isEmpty)
        #expect(source(try next(&line)) == [2, 1])
        #expect(isEmpty(&line))
    }

    @Test("what can't be decided now returns to its place, and everything waits for a moment")
    func undecided() throws {
        var (line, _) = try line()
        let item = try next(&line)
        line.giveBack(item.token, until: 1_000)
        #expect(line.resting(at: 0) == 1_000)
        let early = line.next(now: 999)
        #expect(early == nil)
        #expect(line.nextRetry(after: 0) == 1_000)
        #expect(source(try next(&line, now: 1_000)) == [1, 1])
        #expect(line.resting(at: 1_000) == nil)
    }

    @Test("a late answer is known for as long as the connection lasts")
    func late() throws {
        var (line, _) = try line()
        let item = try next(&line, now: 0)
        do {
            let found = line.outcomeUnknown(item.token)
            #expect(found?.token == item.token)
        }
        do {
            let found = line.answered(item.token)
            #expect(found?.token == item.token)
            #expect(found?.isOverdue == true)
        }
        do {
            let found = line.answered(item.token)
            #expect(found == nil)
        }
        let other = try next(&line, now: 0)
        _ = line.outcomeUnknown(other.token)
        line.disconnected()
        do {
            let found = line.answered(other.token)
            #expect(found == nil)
        }
    }

    @Test("dropping a text takes its waiting and delayed segments, and no other's")
    func drop() throws {
        var (line, _) = try line()
        let item = try next(&line, now: 0)
        _ = line.answered(item.token)
        _ = line.retry(item, now: 0) { _ in 0 }
        line.drop(first)
        #expect(source(try next(&line, now: 0)) == [2, 1])
        #expect(isEmpty(&line))
    }

    @Test("only texts of which nothing was handed over are released")
    func release() throws {
        var (line, _) = try line()
        let item = try next(&line, now: 0)
        do {
            let released = line.releaseUntouched(parts: [first: 3, second: 1])
            #expect(released == [second])
        }
        line.giveBack(item.token)
        do {
            let released = line.releaseUntouched(parts: [first: 3])
            #expect(released == [first])
        }
        #expect(isEmpty(&line))
    }
}
