// SPDX-License-Identifier: Apache-2.0

import DequeModule

/// Connections that haven't logged in, the oldest first.
struct Waiting<Name: Hashable, Connection> {
    private var order: Deque<Name> = []
    private var connections: [Name: (since: Int64, connection: Connection)] = [:]

    var isEmpty: Bool { connections.isEmpty }

    mutating func add(_ connection: Connection, _ name: Name, at now: Int64) {
        connections[name] = (now, connection)
        order.append(name)
    }

    /// It has logged in, or it is gone.
    mutating func remove(_ name: Name) {
        guard connections.removeValue(forKey: name) != nil else { return }
        // The names of those that are gone stay until they come to the front, but never many.
        if order.count > 64, order.count > 4 * connections.count {
            order.removeAll { connections[$0] == nil }
        }
    }

    /// Takes the oldest out if it has waited for so long.
    mutating func takeOldest(waitingFor time: Int64, at now: Int64) -> Connection? {
        while let name = order.first {
            guard let (since, connection) = connections[name] else {
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
