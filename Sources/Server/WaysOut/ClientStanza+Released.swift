// SPDX-License-Identifier: Apache-2.0

import Consent
import SMPP
import XMPP

// Where opened values become parts of stanzas to clients of people here. No other file releases `ClientStanza`.

extension JID {
    /// The address that a person shows to a correspondent.
    init?(face: Disclosure<ClientStanza>) {
        self.init(String(decoding: face.release(by: ClientStanza.self), as: UTF8.self))
    }

    /// The alias of a person's own number at `domain`.
    init?(alias number: Disclosure<ClientStanza>, domain: String) {
        let digits = String(decoding: number.release(by: ClientStanza.self), as: UTF8.self)
        guard let alias = try? JID(local: "+" + digits, domain: domain) else { return nil }
        self = alias
    }
}

extension DeliverSM {
    /// A kept part of a text that came by SMS, to be joined with the others for the person it is for.
    init?(part: Disclosure<ClientStanza>) {
        var decoder = PDUDecoder()
        decoder.feed(part.release(by: ClientStanza.self))
        guard let pdu = try? decoder.next(), case .deliverSM(let message) = pdu.body else { return nil }
        self = message
    }
}
