// SPDX-License-Identifier: Apache-2.0

import XMPP

extension Session {
    /// A message to a number alias.
    func acceptText(_ stanza: Stanza, toNumber to: JID, _ ticket: Ticket) {
        refuse(stanza, ticket, NumberAnswers.smsIsOff)
    }
}
