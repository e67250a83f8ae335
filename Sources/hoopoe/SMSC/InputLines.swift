// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The lines of standard input as they are typed. A thread of its own waits for them, so that nothing else does.
struct InputLines: Sendable {
    let lines: AsyncStream<String>

    init() {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        let thread = Thread {
            while let line = readLine() { continuation.yield(line) }
            continuation.finish()
        }
        thread.name = "hoopoe.input"
        thread.start()
    }
}
