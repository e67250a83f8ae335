// SPDX-License-Identifier: Apache-2.0

/// An address that cannot be listened on.
package struct ListenError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The key that names it, such as `listen.xmpp`.
    package let key: String
    package let endpoint: Endpoint
    /// What the operating system said.
    package let reason: String

    package init(key: String, endpoint: Endpoint, reason: String) {
        self.key = key
        self.endpoint = endpoint
        self.reason = reason
    }

    package var description: String {
        "\(key): cannot listen on \(endpoint): \(reason). Stop what holds it (ss -ltnp shows which program) or choose "
            + "another address with --set \(key)=HOST:PORT."
    }
}
