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
    /// Signs checkpoints; its name is the log's, `DOMAIN/REGION/NUMBER`.
    let key: SigningKey
    private let seed: [UInt8]

    /// The signer of log `number`, whose key has this seed of 32 bytes.
    init(issuer: Issuer, region: Region, number: Int32, seed: [UInt8]) throws(NoteError) {
        self.issuer = issuer
        self.region = region
        self.number = number
        self.seed = seed
        key = try SigningKey(name: KeyName("\(issuer.domain)/\(region.name)/\(number)"), seed: seed)
    }

    /// The receipt as a file; the same receipt gives the same bytes, as Ed25519 is deterministic here (RFC 8032 §5.1.6).
    func sign(_ receipt: Receipt) throws(StoreError) -> [UInt8] {
        do throws(JWSError) {
            return try receipt.signed(seed: seed, keyID: key.verifier.shortText)
        } catch {
            throw .damaged(KeysFile.fileName)
        }
    }

    func record(_ event: LedgerRecord.Event) -> [UInt8] {
        LedgerRecord(domain: issuer.domain, region: region.name, event: event).canonical
    }
}
