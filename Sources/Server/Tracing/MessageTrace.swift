// SPDX-License-Identifier: Apache-2.0

/// One message's way: what the store knows of it, and what a running server remembers. Ids, steps and times (milliseconds
/// since 1970), and nothing of what it says, from whom or to whom.
package struct MessageTrace: Codable, Equatable, Sendable {
    /// One side's copy.
    package struct Copy: Codable, Equatable, Sendable {
        package enum Side: String, Codable, Sendable {
            case sender
            case recipient
        }

        package let side: Side
        /// The archive id, as the owner's apps know it.
        package let id: String
        /// Whether it waits for a device of its owner to confirm it.
        package let isWaiting: Bool

        package init(side: Side, id: String, isWaiting: Bool) {
            self.side = side
            self.id = id
            self.isWaiting = isWaiting
        }
    }

    package struct Step: Codable, Equatable, Sendable {
        package let stage: TraceStage
        package let at: Int64

        package init(_ stage: TraceStage, at: Int64) {
            self.stage = stage
            self.at = at
        }
    }

    /// The SMS that carries it or stands in for it.
    package struct SMS: Codable, Equatable, Sendable {
        package struct Part: Codable, Equatable, Sendable {
            package let number: Int
            package let state: SMSState
            /// When the carrier took it, as far as that is known.
            package let acceptedAt: Int64?

            package init(number: Int, state: SMSState, acceptedAt: Int64?) {
                self.number = number
                self.state = state
                self.acceptedAt = acceptedAt
            }
        }

        package let state: SMSState
        package let queuedAt: Int64
        package let dueAt: Int64
        package let changedAt: Int64
        package let parts: [Part]

        package init(state: SMSState, queuedAt: Int64, dueAt: Int64, changedAt: Int64, parts: [Part]) {
            self.state = state
            self.queuedAt = queuedAt
            self.dueAt = dueAt
            self.changedAt = changedAt
            self.parts = parts
        }
    }

    /// Where an SMS, or a part of one, stands.
    package enum SMSState: String, Codable, Sendable {
        case waiting
        case sending
        /// The carrier took it.
        case submitted
        /// The carrier may have it or not.
        case unknown
        /// The carrier's delivery receipt says that it arrived.
        case delivered
        case failed
    }

    package let copies: [Copy]
    /// When its rows were written.
    package let storedAt: Int64
    /// What is remembered, by time.
    package let steps: [Step]
    package let sms: [SMS]
    /// Since when steps are remembered; nil if no server runs.
    package let remembersSince: Int64?

    package init(copies: [Copy], storedAt: Int64, steps: [Step], sms: [SMS], remembersSince: Int64?) {
        self.copies = copies
        self.storedAt = storedAt
        self.steps = steps
        self.sms = sms
        self.remembersSince = remembersSince
    }
}
