import Consent
import Proof

/// Who signs what one log holds: receipts when they are given, and the log's checkpoints.
///
/// One key does both. The two can't be taken for each other: what a JWS signs never contains a line feed, a checkpoint
/// always does. So a policy file with the log's key is all that a verifier needs.
struct LogSigner: Sendable {
    let issuer: Issuer
    let region: Region
    /// Counts the region's logs from 1; a restored store begins the next one.
    let number: Int32
    let key: SigningKey

    /// The log's name (C2SP tlog-checkpoint), which is its key's too.
    var origin: String { key.name }

    static func origin(_ issuer: Issuer, _ region: Region, _ number: Int32) -> String {
        "\(issuer.domain)/\(region.name)/\(number)"
    }
}
