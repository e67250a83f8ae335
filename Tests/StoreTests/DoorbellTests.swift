import Testing

@testable import Store

struct DoorbellTests {
    @Test func aRingEndsTheWaitAlsoIfItCameBefore() {
        let (bell, clock) = (Doorbell(), ContinuousClock())
        #expect(clock.measure { bell.wait(milliseconds: 20) } >= .milliseconds(19))
        bell.ring()
        bell.ring()
        #expect(clock.measure { bell.wait(milliseconds: 60_000) } < .seconds(30))
        #expect(clock.measure { bell.wait(milliseconds: 20) } >= .milliseconds(19), "both rings ended one wait")
    }
}
