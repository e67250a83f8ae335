// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import Server

@Suite struct SlowWorkTests {
    @Test func `so many run at a time, the others in their turn`() {
        let began = Mutex<[Int]>([])
        let work = SlowWork()
        for number in 0..<5 {
            work.begin { began.withLock { $0.append(number) } }
        }
        #expect(began.withLock { $0 } == Array(0..<SlowWork.limit))
        work.end()
        #expect(began.withLock { $0 } == Array(0...SlowWork.limit))
        for _ in 0..<4 { work.end() }
        #expect(began.withLock { $0 } == [0, 1, 2, 3, 4])
        work.begin { began.withLock { $0.append(5) } }
        #expect(began.withLock { $0.last } == 5)
    }
}
