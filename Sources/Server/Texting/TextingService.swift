import Consent
import Logging
import ServiceLifecycle
import Store

/// Runs the routes of ``Texting`` until the server stops.
package struct TextingService: Service {
    private let texting: Texting
    private let events: any TextingEvents

    package init(_ texting: Texting, events: any TextingEvents) {
        self.texting = texting
        self.events = events
    }

    /// Settles what a crash interrupted, then keeps every route connected.
    package func run() async throws {
        try await settleInterrupted()
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                for route in texting.table.routes {
                    guard let inbox = texting.inboxes[route.name] else { continue }
                    group.addTask { await run(route, inbox) }
                }
            }
        } onGracefulShutdown: {
            for inbox in texting.inboxes.values { inbox.yield(.shutDown) }
        }
    }

    /// What was being sent when the program died is never sent again: its outcome is unknown. Its senders are told before that
    /// is written down, so that those whom another crash leaves untold are told at the start after it.
    private func settleInterrupted() async throws {
        let changes = try await texting.store.writer.perform { (transaction) throws(StoreError) -> [OutgoingChange] in
            var changes: [OutgoingChange] = []
            for id in try transaction.interrupted() {
                guard let (text, _) = try transaction.outgoing(id),
                    let number = text.content.number
                else { continue }
                changes.append(
                    OutgoingChange(
                        owner: text.owner, message: text.message, number: number, state: .unknown,
                        reason: .interrupted))
            }
            return changes
        }
        for change in changes { await events.changed(change) }
        _ = try await texting.store.writer.perform { (transaction) throws(StoreError) in
            try transaction.settleInterrupted()
        }
    }

    private func run(_ route: Route, _ inbox: RouteInbox) async {
        let line = RouteLine()
        var named = texting.logger
        named[metadataKey: "route"] = "\(route.name)"
        let logger = named
        let vault = texting.store.vault
        let connector = SMSConnector(
            route: route, line: line, group: texting.group, logger: logger,
            permission: { owner, recipient in vault.permitsSMS(of: owner, standingInFor: recipient) },
            report: { event in inbox.yield(.link(event)) })
        let (texting, events) = (texting, events)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await connector.run() }
            group.addTask {
                let runner = RouteRunner(route, texting, inbox: inbox, line: line, events: events, logger: logger)
                await runner.run()
            }
            // The runner ends when the route is to end; the connector never does by itself.
            await group.next()
            group.cancelAll()
        }
    }
}
