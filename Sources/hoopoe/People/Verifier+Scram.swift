// SPDX-License-Identifier: Apache-2.0

import Store
import XMPP

extension Verifier {
    /// The same for the store, which knows no protocols.
    init(_ scram: ScramVerifier) {
        self.init(
            salt: scram.salt, iterations: scram.iterations, storedKey: scram.storedKey, serverKey: scram.serverKey)
    }
}
