// SPDX-License-Identifier: Apache-2.0

/// All addresses that begin alike: `192.0.2.0/24`, `2001:db8::/32`, or one address (RFC 4632 §3.1, RFC 4291 §2.3).
package struct AddressNetwork: Hashable, Sendable, CustomStringConvertible {
    /// As it was written.
    package let description: String
    private let first: IPAddress
    /// Counted as for IPv6.
    private let length: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        let most = address.isIPv4 ? 32 : 128
        var length = most
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let said = Int(parts[1]), said <= most else {
                return nil
            }
            length = said
        }
        self.length = length + 128 - most
        first = address.prefix(self.length)
        description = text
    }

    func contains(_ address: IPAddress) -> Bool {
        address.prefix(length) == first
    }
}
