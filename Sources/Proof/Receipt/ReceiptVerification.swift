/// Checks a receipt, or a record, offline: with its `.tlog-proof` and a policy, and nothing else.
package enum ReceiptVerification {
    /// Bytes of the salt that a proof hands over.
    package static let saltSize = 16

    /// Checks that a log the policy names signed the receipt, and that a log of the same server and region has it.
    ///
    /// The two logs are the same but after a server was put back from a backup, when receipts of the old log are entered into
    /// the new one.
    ///
    /// - Throws: ``ReceiptFault``.
    package static func verify(
        receipt file: [UInt8], proof: [UInt8], policy: Policy
    ) throws(ReceiptFault) -> VerifiedReceipt {
        let receipt: Receipt
        do throws(ReceiptError) {
            let jws: JWS
            do throws(JWSError) { jws = try JWS(parsing: file) } catch { throw .signature(error) }
            guard let key = policy.log(named: jws.keyID ?? "") else { throw .signature(.key) }
            receipt = try Receipt(verifying: file, keyID: key.shortText, key: key.publicKey)
        } catch .signature(.key) {
            throw .unknownIssuer(issuer(of: file))
        } catch {
            throw .receipt(error)
        }
        let place = try place(of: file, proof: proof, policy: policy, domain: receipt.domain, region: receipt.region)
        return VerifiedReceipt(receipt: receipt, place: place)
    }

    /// Checks that a log of the record's server and region has the record: of uses, of an administrator's look, of terms.
    ///
    /// - Throws: ``ReceiptFault``.
    package static func verify(
        record file: [UInt8], proof: [UInt8], policy: Policy
    ) throws(ReceiptFault) -> VerifiedRecord {
        let record: LedgerRecord
        do {
            record = try LedgerRecord(parsing: file)
        } catch {
            throw .receipt(error)
        }
        let place = try place(of: file, proof: proof, policy: policy, domain: record.domain, region: record.region)
        return VerifiedRecord(record: record, place: place)
    }

    private static func place(
        of bytes: [UInt8], proof: [UInt8], policy: Policy, domain: String, region: String
    ) throws(ReceiptFault) -> PlaceInLog {
        let trusted: TrustedCheckpoint
        let index: Int
        do throws(TransparencyProofError) {
            let proof = try TransparencyProof(parsing: proof)
            // Of any other length, two salts could be one key: HMAC pads short ones with zeros.
            guard let salt = proof.extra, salt.count == saltSize else { throw .badExtra }
            index = proof.index
            trusted = try proof.verify(entry: Commitment.of(bytes, salt: salt), policy: policy)
        } catch {
            throw .proof(error)
        }
        guard trusted.checkpoint.origin.starts(with: Array("\(domain)/\(region)/".utf8)) else {
            throw .otherLog(String(decoding: trusted.checkpoint.origin, as: UTF8.self))
        }
        return PlaceInLog(checkpoint: trusted, index: index)
    }

    private static func issuer(of file: [UInt8]) -> String {
        (try? JWS(parsing: file))?.keyID ?? "nobody"
    }
}
