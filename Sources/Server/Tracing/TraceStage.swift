// SPDX-License-Identifier: Apache-2.0

/// A step in a message's life that is remembered in memory only.
package enum TraceStage: UInt8, Codable, Sendable {
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
}
