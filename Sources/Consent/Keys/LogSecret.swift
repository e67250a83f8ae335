import Crypto

/// The seed of a transparency log's signing key, as the keys file holds it: wrapped by the region's key.
///
/// Each log has a key of its own, and a restored store begins a new log, so two copies of one store can never sign
/// for the same log.
package enum LogSecret {
    /// What its rows among the region's secrets are called; their version is the log's number.
    package static let name = "log"

    /// A random seed of 32 bytes for log `number`, wrapped.
    package static func mint(
        _ number: Int32, for region: Region, under key: RegionKey
    ) throws(Denied) -> NumberSecrets.Stored {
        try NumberSecrets.mint(name, version: number, region, key)
    }

    /// The seed of the log that `stored` names, 32 bytes (RFC 8032 §5.1.5).
    package static func open(
        _ stored: NumberSecrets.Stored, region: Region, under key: RegionKey
    ) throws(Denied) -> [UInt8] {
        let seed = try key.unwrap(
            stored.wrapped, binding: NumberSecrets.binding(stored.name, stored.version, region))
        return unsafe seed.withUnsafeBytes { unsafe [UInt8]($0) }
    }
}
