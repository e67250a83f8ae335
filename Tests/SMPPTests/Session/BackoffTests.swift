import Testing

@testable import SMPP

struct BackoffTests {
    @Test func `waiting doubles up to the longest`() {
        let backoff = Backoff()
        #expect(
            (1...9).map { backoff.delay(attempt: $0, jitter: 1) } == [
                1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000
            ])
        #expect(
            (1...9).map { backoff.delay(attempt: $0, jitter: 0) } == [
                500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000
            ])
    }

    @Test(arguments: [Int.min, -1, 0, 1, 1_000, Int.max])
    func `no attempt and no jitter leads astray`(attempt: Int) {
        for jitter in [-1, 0, 0.5, 1, 2, .infinity] {
            let delay = Backoff().delay(attempt: attempt, jitter: jitter)
            #expect((500...60_000).contains(delay))
        }
        #expect(Backoff(first: .max, longest: 0).delay(attempt: attempt, jitter: 1) == .max)
        #expect(Backoff(first: 0, longest: 0).delay(attempt: attempt, jitter: 0) == 1)
    }

    @Test func `jitter replays from its seed and stays in its range`() {
        var one = Jitter(seed: 4)
        var two = Jitter(seed: 4)
        var other = Jitter(seed: 5)
        let values = (0..<100).map { _ in one.next() }
        #expect(values == (0..<100).map { _ in two.next() })
        #expect(values != (0..<100).map { _ in other.next() })
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
    }

    @Test func `sequence numbers go round`() {
        var numbers = SequenceNumbers(after: 0x7FFF_FFFE)
        #expect((0..<3).map { _ in numbers.next() } == [0x7FFF_FFFF, 1, 2])
    }
}
