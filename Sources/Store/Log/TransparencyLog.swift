import Consent
import Foundation
import GRDB
import Proof
import Synchronization

/// A region's transparency log: static files in the formats of C2SP (tlog-tiles, tlog-checkpoint), that anybody can check.
///
/// Leaves enter content together with what they stand for; ``publish()`` brings those that aren't published yet to the files.
package final class TransparencyLog: Sendable {
    /// The folder of the log's files. Only its owner can read it, like everything of the store: another web server publishes a
    /// copy.
    package let directory: String
    /// The log's name, which is its key's too: `DOMAIN/REGION/NUMBER`.
    package let origin: String
    package let number: Int32

    init(directory: String, signer: LogSigner) {
        self.directory = directory
        origin = signer.origin
        number = signer.number
    }

    /// What a verifier needs, and all of it (C2SP tlog-policy): the log's key.
    package var policy: String { "" }

    /// Publishes the leaves that wait in content. Blocks for the disk; one call at a time, others wait.
    package func publish() throws(StoreError) {
        throw .stopped
    }

    /// The `.tlog-proof` of a receipt or record, its salt included (C2SP tlog-proof); nil while it is unpublished.
    package func proof(of kept: KeptReceipt) throws(StoreError) -> [UInt8]? {
        nil
    }

    /// The same for a departure; nil while it is unpublished.
    package func proof(of departure: FinalReceipt) throws(StoreError) -> [UInt8]? {
        nil
    }
}
