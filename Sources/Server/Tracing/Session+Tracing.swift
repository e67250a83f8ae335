// SPDX-License-Identifier: Apache-2.0

import Logging
import Store
import Wire

extension Services {
    /// A message that came at `received` (milliseconds since 1970) is on disk. On the writer's thread.
    ///
    /// The log names a message by its id alone, the sender's row if there is one: `hoopoe trace` begins with it.
    func stored(_ sender: ArchiveID?, _ recipient: ArchiveID?, received: Int64) {
        guard let id = (sender ?? recipient)?.rawValue else { return }
        traces.writer.record(.received, id, at: received)
        traces.writer.record(.stored, id, at: now.milliseconds)
        log.debug("message stored", metadata: ["id": "\(ArchiveID(rawValue: id).text)"])
    }
}

extension Session {
    /// Everything about a message is done that was stored under `row`, as its sender's apps know it.
    func finish(_ ticket: Ticket, storedAs row: ArchiveID?) {
        if let row { trace(.acknowledged, row.rawValue) }
        finish(ticket)
    }

    /// Remembers a step of the message with this row, by its own loop.
    func trace(_ stage: TraceStage, _ row: Int64) {
        mailbox.trace.record(stage, row, at: services.now.milliseconds)
    }
}
