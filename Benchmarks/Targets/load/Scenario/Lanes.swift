import NIOCore
import NIOPosix

/// One value of a scenario for each event loop, and the way to it.
struct Lanes<Lane>: Sendable {
    private let lanes: [NIOLoopBoundBox<Lane>]

    /// Makes each loop's lane, there; `make` gets its number.
    init(
        _ group: MultiThreadedEventLoopGroup, _ make: @escaping @Sendable (Int, any EventLoop) -> Lane
    ) async throws {
        var lanes: [NIOLoopBoundBox<Lane>] = []
        for (number, loop) in group.makeIterator().enumerated() {
            lanes.append(try await loop.submit { NIOLoopBoundBox(make(number, loop), eventLoop: loop) }.get())
        }
        self.lanes = lanes
    }

    /// Calls the body on every loop and gives what it gave.
    func map<Value: Sendable>(_ body: @escaping @Sendable (Lane) -> Value) async throws -> [Value] {
        var values: [Value] = []
        for future in lanes.map({ lane in lane.eventLoop.submit { body(lane.value) } }) {
            values.append(try await future.get())
        }
        return values
    }

    /// Calls the body on every loop and waits until what it began is done everywhere.
    func all(_ body: @escaping @Sendable (Lane) -> EventLoopFuture<Void>) async throws {
        for future in lanes.map({ lane in lane.eventLoop.flatSubmit { body(lane.value) } }) { try await future.get() }
    }
}

/// Nanoseconds of the clock that latencies are taken with.
var now: UInt64 { NIODeadline.now().uptimeNanoseconds }
