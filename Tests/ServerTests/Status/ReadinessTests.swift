// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

@Suite("Readiness")
struct ReadinessTests {
    @Test("only serving is ready, and every other state says why")
    func obstacles() {
        let readiness = Readiness()
        #expect(readiness.state == .starting && readiness.state.obstacle?.isEmpty == false)
        readiness.become(.serving)
        #expect(readiness.state.obstacle == nil)
        readiness.become(.stopping)
        #expect(readiness.state.obstacle?.hasPrefix("stopping") == true)
    }

    @Test("nothing follows a failure")
    func failure() {
        let readiness = Readiness()
        readiness.become(.failed)
        for state in [Readiness.State.starting, .serving, .stopping] { readiness.become(state) }
        #expect(readiness.state == .failed)
    }
}
