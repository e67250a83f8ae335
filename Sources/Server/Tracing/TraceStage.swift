// SPDX-License-Identifier: Apache-2.0

/// A step in a message's life that is remembered in memory only.
package enum TraceStage: String, Codable, CaseIterable, Sendable {
    /// The stanza came from the sender's app.
    case received
    /// The batch with its rows is on disk.
    case stored
    /// It counts as handled: the next acknowledgement to the sender's app covers it.
    case acknowledged
    /// Written to a device of the recipient; once for each device, and again after a broken connection.
    case sent
    /// A device of the recipient said that it has it.
    case confirmed

    /// In a ring's entry.
    var code: UInt8 {
        switch self {
        case .received: 0
        case .stored: 1
        case .acknowledged: 2
        case .sent: 3
        case .confirmed: 4
        }
    }

    init?(code: UInt8) {
        guard let stage = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = stage
    }
}
