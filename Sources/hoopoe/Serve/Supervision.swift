// SPDX-License-Identifier: Apache-2.0

import Server
import ServiceLifecycle
import UnixSignals

/// What passes between a running server and whoever supervises it: SIGHUP, which asks for the certificate to be read
/// again, and notices that it is ready, alive and about to stop.
struct Supervision: Service {
    private let hangUps: UnixSignalsSequence
    private let notice: ServiceNotice?

    private let reload: Served.Reload
    private let isAlive: Served.IsAlive

    /// `hangUps` are the SIGHUPs of this process, trapped from the start on: nobody's terminal ends the server.
    init(_ hangUps: UnixSignalsSequence, _ notice: ServiceNotice?, _ served: Served) {
        self.hangUps = hangUps
        self.notice = notice
        reload = served.reload
        isAlive = served.isAlive
    }

    func run() async throws {
        let beating = Task { await beat() }
        for await _ in hangUps.cancelOnGracefulShutdown() {
            // What is wrong with the new one is in the log, and the one before stays.
            _ = try? reload()
        }
        beating.cancel()
        notice?.tell(.stopping)
    }

    /// Tells the manager as long as the server does its work; when it doesn't, the manager ends it and starts another.
    private func beat() async {
        guard let notice, let limit = notice.beat else { return }
        while !Task.isCancelled {
            if await isAlive(limit / 4) { notice.tell(.alive) }
            try? await Task.sleep(for: limit / 4)
        }
    }
}
