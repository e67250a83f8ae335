// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import Synchronization

/// The texts whose SMS is spared by an acknowledgement: rows of recipients, with the sender whose queue holds the SMS.
///
/// Read from the queue at start, and follows it. Where the recipient ends an SMS by *off number-texting* or by leaving, its
/// entry stays until the sender's own *sms* ends, or the server: sixteen bytes that lead to nothing any more.
final class Fallbacks: Sendable {
    private let owners: Mutex<[Int64: PersonID]>

    init(_ waiting: [(message: ArchiveID, owner: PersonID)] = []) {
        owners = Mutex(Dictionary(waiting.map { ($0.message.rawValue, $0.owner) }) { first, _ in first })
    }

    func add(_ row: Int64, of owner: PersonID) {
        owners.withLock { $0[row] = owner }
    }

    /// The SMS went out, or can't any more.
    func forget(_ row: Int64) {
        _ = owners.withLock { $0.removeValue(forKey: row) }
    }

    /// Their *sms* ended, or they left: no SMS of theirs goes out.
    func forget(_ people: Set<PersonID>) {
        owners.withLock { owners in
            if !owners.isEmpty { owners = owners.filter { !people.contains($0.value) } }
        }
    }

    /// Whose SMS for this row is spared now, if there is one; asked once.
    func take(_ row: Int64) -> PersonID? {
        owners.withLock { owners in
            owners.isEmpty ? nil : owners.removeValue(forKey: row)
        }
    }
}

extension Services {
    /// A client of the recipient has these rows: their SMS need not go out.
    func spare(_ rows: [Int64]) {
        for row in rows {
            guard let owner = fallbacks.take(row) else { continue }
            store.writer.perform { transaction throws(StoreError) in
                try transaction.cancelOutgoing(for: ArchiveID(rawValue: row), owner: owner)
            } then: { [metrics] result in
                // A disk that refuses has stopped the server, and with it the SMS.
                if case .success(true) = result { metrics.text(.spared) }
            }
        }
    }
}
