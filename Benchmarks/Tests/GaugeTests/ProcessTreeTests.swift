import Glibc
import Testing

@testable import Gauge

@Suite struct ProcessTreeTests {
    @Test func `a name may hold anything`() {
        let line = "12 (a) R 1 (b) S 7 12 12 0 -1 4194304 1 2 3 4 100 20 3 4 20 0 9 0 1"
        #expect(ProcessTimes(12, stat: line)?.parent == 7)
        #expect(ProcessTimes(12, stat: line)?.ticks == 127)
        #expect(ProcessTimes(12, stat: "12 (a") == nil)
    }

    @Test func `this process has used time and memory`() {
        let own = ProcessTree(roots: [Int(getpid())])
        #expect(own.isRunning)
        #expect(own.proportionalKibibytes() > 1000)
        #expect(ProcessTree(roots: [Int(getppid())]).cpuSeconds() >= own.cpuSeconds())
        #expect(!ProcessTree(roots: [0x7FFF_FFFF]).isRunning)
    }
}
