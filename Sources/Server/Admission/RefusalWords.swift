// SPDX-License-Identifier: Apache-2.0

import XMPP

/// What a connection hears that isn't admitted: each listener answers in its own protocol, before any work is done for the peer.
enum RefusalWords {
    /// Where TLS comes first, a fatal alert in the clear: `access_denied` (RFC 8446 §6.2). A handshake would cost more than the
    /// connection that is refused.
    static let alert: [UInt8] = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 49]

    /// A whole stream of nothing but its error (RFC 6120 §4.9.1.2).
    static func stream(_ refusal: ConnectionGate.Refusal, _ configuration: ClientStream.Configuration) -> [UInt8] {
        let error =
            switch refusal {
            case .full: StreamError(.resourceConstraint, text: "All places are taken; try again later.")
            case .address(.tooMany):
                StreamError(.policyViolation, text: "Too many connections from your network.")
            case .address(.tooManyLoggingIn):
                StreamError(.policyViolation, text: "Too many connections from your network haven't logged in yet.")
            case .address(.tooFast):
                StreamError(
                    .policyViolation, text: "Too many new connections from your network; try again in a minute.")
            }
        var stream = ClientStream(configuration, isEncrypted: false, random: Randomness.bytes)
        var words: [UInt8] = []
        for case .write(let bytes) in stream.fail(error) { words += bytes }
        return words
    }
}
