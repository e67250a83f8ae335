import Proof
import Wire

/// Signed texts, receipts and records of any shape: what is taken has one spelling, and nothing in it is passed over.
func fuzzReceipt(_ bytes: [UInt8]) {
    if let jws = try? JWS(parsing: bytes) {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        precondition(Base64URL.encode(jws.unverifiedPayload) == Array(parts[1]), "two spellings of one payload")
        precondition((try? jws.verify(key: [UInt8](repeating: 7, count: 32))) == nil, "signed by nobody")
    }
    if let record = try? LedgerRecord(parsing: bytes) {
        precondition(record.canonical == bytes, "two spellings of one record")
        precondition(!record.sentence.isEmpty)
    }
    guard let payload = try? JSON(parsing: bytes), let receipt = try? Proof.Receipt(payload: payload) else { return }
    precondition(receipt.payload == payload, "something was passed over")
    precondition(!receipt.address.hasPrefix("+"), "a phone number")
    precondition(!receipt.sentences.isEmpty)
    guard let file = try? receipt.signed(seed: seed, keyID: "a/b/1+00000000") else { preconditionFailure("not signed") }
    precondition(file.count > JWS.maximumSize || (try? Proof.Receipt(reading: file)) == receipt, "another came back")
}

private let seed = [UInt8](repeating: 1, count: 32)
