import Consent
import Foundation
import Synchronization
import Testing

@testable import Store

/// The files are closed when nobody reads them any more, and whoever comes later is refused.
struct CloseTests {
    @Test func whoReadsIsWaitedForAndWhoComesLaterIsRefused() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.text(from: p, to: nil, "kept")
        let (inside, ends) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let hasClosed = Flag()
        let reading = Task {
            try await store.reader.read { (snapshot) throws(StoreError) -> Bool in
                inside.signal()
                ends.wait()
                let rows = try snapshot.sql.number("SELECT count(*) FROM message")
                return rows == 1 && !hasClosed.isUp
            }
        }
        await blocking { inside.wait() }
        async let closing: Void = {
            await store.closeInBackground()
            hasClosed.raise()
        }()
        // Closing begins on a thread of its own.
        var refusal: StoreError?
        for _ in 0..<1_000 where refusal == nil {
            do throws(StoreError) {
                _ = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.people() }
                try? await Task.sleep(for: .milliseconds(10))
            } catch {
                refusal = error
            }
        }
        #expect(refusal == .stopped)
        ends.signal()
        #expect(try await reading.value, "the reader had its rows before the files were closed")
        await closing
        #expect(throws: StoreError.stopped) { try store.keys.keys(of: p) }
    }

    @Test func manyReadersAtTheEnd() async throws {
        for _ in 0..<5 {
            let fixture = try Fixture()
            let store = try fixture.open()
            let p = try await store.join("p")
            let readers = (0..<8).map { _ in
                Task.detached {
                    var count = 0
                    while (try? await store.reader.read { (snapshot) throws(StoreError) in try snapshot.people() })
                        != nil,
                        (try? store.keys.keys(of: p)) != nil
                    { count += 1 }
                    return count
                }
            }
            try await Task.sleep(for: .milliseconds(2))
            await store.closeInBackground()
            for reader in readers { _ = await reader.value }
        }
    }
}

private final class Flag: Sendable {
    private let state = Mutex(false)

    var isUp: Bool { state.withLock { $0 } }

    func raise() { state.withLock { $0 = true } }
}

private func blocking(_ body: @escaping @Sendable () -> Void) async {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
            body()
            continuation.resume()
        }
    }
}
