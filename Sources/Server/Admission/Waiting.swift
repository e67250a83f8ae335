// SPDX-License-Identifier: Apache-2.0

import DequeModule

/// Connections that could give their place up, the oldest first.
struct Waiting<Name: Hashable, Connection> {
    /// With what is gone, or has come anew since, until it reaches the front.
    private var order: Deque<(name: Name, since: Int64)> = []
    private var connections: [Name: (since: Int64, connection: Connection)] = [:]

    var isEmpty: Bool { connections.isEmpty }

    mutating func add(_ connection: Connection, _ name: Name, at now: Int64) {
        connections[name] = (now, connection)
        order.append((name, now))
    }

    /// It keeps its place now, or it is gone.
    mutating func remove(_ name: Name) {
        guard connections.removeValue(forKey: name) != nil else { return }
        // Never many of those.
        if order.count > 64, order.count > 4 * connections.count {
            order.removeAll { connections[$0.name]?.since != $0.since }
        }
    }

    /// Takes the oldest out if it has waited for so long.
    mutating func takeOldest(waitingFor time: Int64, at now: Int64) -> Connection? {
        while let (name, began) = order.first {
            guard let (since, connection) = connections[name], since == began else {
                order.removeFirst()
                continue
            }
            guard now - since >= time else { return nil }
            order.removeFirst()
            connections[name] = nil
            return connection
        }
        return nil
    }
}
