import Wire

/// The receipt as a file: a compact JWS over the canonical payload.
extension Receipt {
    /// The header's `typ`.
    package static let type = "hoopoe-receipt+jws"

    /// The file's bytes, signed with the log's Ed25519 seed of 32 bytes.
    ///
    /// `keyID` names the log's key as a policy does: `example.org/eu/1+a1b2c3d4`.
    package func signed(seed: [UInt8], keyID: String) throws(JWSError) -> [UInt8] {
        try JWS.sign(
            payload.canonical, header: ["kid": .string(keyID), "typ": .string(Self.type)], seed: seed)
    }

    /// The receipt in a file that this key signed: an Ed25519 public key of 32 bytes whose name and hash are `keyID`.
    ///
    /// The file must name that key, and the key's log must be of the server and region that the receipt speaks of.
    package init(verifying file: [UInt8], keyID: String, key: [UInt8]) throws(ReceiptError) {
        do throws(JWSError) {
            let jws = try JWS(parsing: file)
            guard jws.keyID == keyID else { throw JWSError.signature }
            _ = try jws.verify(key: key)
        } catch {
            throw .signature(error)
        }
        try self.init(reading: file)
        guard keyID.hasPrefix("\(domain)/\(region)/") else { throw .otherIssuer }
    }

    /// The receipt in a file, whoever signed it: for files that never left the store.
    package init(reading file: [UInt8]) throws(ReceiptError) {
        let jws: JWS
        do throws(JWSError) { jws = try JWS(parsing: file) } catch { throw .signature(error) }
        guard jws.type == Self.type else { throw .type }
        let payload: JSON
        do throws(JSONError) { payload = try JSON(parsing: jws.unverifiedPayload) } catch { throw .json(error) }
        guard payload.canonical == jws.unverifiedPayload else { throw .notCanonical }
        try self.init(payload: payload)
    }
}
