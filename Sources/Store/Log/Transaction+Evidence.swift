import Consent
import GRDB
import Proof
import Wire

/// Leaves of the log, and what people keep of them.
extension Transaction {
    /// The next leaf. Its index follows the last one's, so there are no gaps; it counts when the transaction is committed.
    func append(_ commitment: [UInt8]) throws(StoreError) -> LeafPosition {
        let index = try sql.row(
            """
            INSERT INTO leaf (log, idx, commitment)
            SELECT ?1, coalesce(max(idx) + 1, 0), ?2 FROM leaf WHERE log = ?1 RETURNING idx
            """, signer.number, Bytes(commitment)
        ) { $0[0] as Int }
        guard let index else { throw .damaged(Content.fileName) }
        return LeafPosition(log: signer.number, index: index)
    }

    /// The receipt of a decision, for its person; nothing if they have left.
    func keepReceipt(of decision: Decision, salt: Salt) throws(StoreError) {
        guard let address = try address(of: decision.person) else { return }
        let receipt = try receipt(of: decision, address: address)
        try keep(
            .decision(decision.action), decision.id, owner: decision.person, about: decision.id,
            purpose: decision.purpose, at: decision.at, receipt, salt: salt.ofReceipt)
    }

    /// Keeps a receipt or a record for its owner and appends its leaf.
    @discardableResult
    func keep(
        _ kind: KeptReceipt.Kind, _ id: DecisionID, owner: PersonID, about decision: DecisionID,
        purpose: PurposeCode? = nil, day: Int32? = nil, at: Int64, _ bytes: [UInt8], salt: [UInt8]
    ) throws(StoreError) -> LeafPosition {
        let sealed = try vault.serving(owner) { (service) throws(Denied) in
            try service.seal(bytes, at: KeptReceipt.place(id, owner))
        }
        let leaf = try append(Commitment.of(bytes, salt: salt))
        try sql.run(
            """
            INSERT INTO evidence (id, owner, kind, decision, purpose, day, at, log, idx, sealed)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """, id.rawValue, owner.rawValue, kind.code, decision.rawValue, purpose?.rawValue, day, at, leaf.log,
            leaf.index, Bytes(sealed))
        return leaf
    }

    /// Logs what concerns everybody and is public: its salt is sixteen zero bytes.
    @discardableResult
    func announce(_ record: [UInt8]) throws(StoreError) -> LeafPosition {
        let leaf = try append(Commitment.of(record, salt: Salt.open))
        try sql.run(
            "INSERT INTO announcement (log, idx, at, record) VALUES (?1, ?2, ?3, ?4)", leaf.log, leaf.index, now,
            Bytes(record))
        return leaf
    }

    /// Notes which document a version of the terms is, and announces it in the log. A version that is noted already stays.
    ///
    /// `digest` is the SHA-256 of the document's bytes, 32 bytes.
    package func note(terms version: Int, digest: [UInt8]) throws(StoreError) {
        let isNew = try sql.change(
            "INSERT INTO terms (version, sha256, at) VALUES (?1, ?2, ?3) ON CONFLICT (version) DO NOTHING", version,
            Bytes(digest), now) > 0
        guard isNew else { return }
        try announce(LogRecord.terms(version: version, digest: digest, at: now, signer))
    }

    /// A person's address; nil once they have left.
    func address(of person: PersonID) throws(StoreError) -> String? {
        try snapshot.person(person).map { "\($0.name)@\(signer.issuer.domain)" }
    }

    /// The SHA-256 of the document of a version, in hex; nil for one that was never noted.
    private func digest(ofTerms version: Int) throws(StoreError) -> String? {
        if let noted = try sql.row("SELECT sha256 FROM terms WHERE version = ?1", version, make: { $0.bytes(0) }) {
            return Hex.encode(noted)
        }
        return version == vault.terms.version ? Hex.encode(vault.terms.digest) : nil
    }

    private func receipt(of decision: Decision, address: String) throws(StoreError) -> [UInt8] {
        Array("\(address) \(decision.id.rawValue) \(try digest(ofTerms: decision.terms) ?? "")".utf8)
    }

    func finalReceipt(
        of person: PersonID, address: String, decisions: [Decision]
    ) throws(StoreError) -> [UInt8] {
        Array("\(address) \(decisions.count)".utf8)
    }
}

extension KeptReceipt {
    /// Where its sealed bytes stand.
    static func place(_ id: DecisionID, _ owner: PersonID) -> Place {
        Place("evidence.sealed", owner: owner, row: id.rawValue)
    }
}
