import NIOCore

/// Brings many clients online on one event loop, a few at a time. Confined to it.
final class Crowd {
    private let connector: Connector
    private let loop: any EventLoop
    private var waiting: ArraySlice<Client>
    private var connecting = 0
    private let done: EventLoopPromise<Void>
    private let each: (Client) -> Void

    private init(_ clients: [Client], _ connector: Connector, on loop: any EventLoop, each: @escaping (Client) -> Void)
    {
        self.connector = connector
        self.loop = loop
        self.each = each
        waiting = clients[...]
        done = loop.makePromise()
    }

    /// Connects the clients, at most `parallel` at a time, and calls `each` as soon as one is ready.
    ///
    /// The future fails with the first client that doesn't come so far.
    static func gather(
        _ clients: [Client], parallel: Int, _ connector: Connector, on loop: any EventLoop,
        each: @escaping (Client) -> Void = { _ in }
    ) -> EventLoopFuture<Void> {
        let crowd = Crowd(clients, connector, on: loop, each: each)
        for _ in 0..<max(parallel, 1) { crowd.connectNext() }
        if clients.isEmpty { crowd.done.succeed() }
        return crowd.done.futureResult
    }

    private func connectNext() {
        guard let client = waiting.popFirst() else { return }
        connecting += 1
        client.ready.futureResult.assumeIsolated().whenComplete { result in
            self.connecting -= 1
            switch result {
            case .success:
                self.each(client)
                self.connectNext()
                if self.connecting == 0, self.waiting.isEmpty { self.done.succeed() }
            case .failure(let error):
                self.waiting = []
                self.done.fail(LoadError("\(client.account.address): \(error)"))
            }
        }
        connector.connect(client, on: loop)
    }
}
