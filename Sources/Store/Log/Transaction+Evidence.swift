import Consent
import GRDB
import Proof
import Wire

/// Leaves of the log, and what people keep of them.
extension Transaction {
    /// The next leaf. Its index follows the last one's, so there are no gaps; it counts when the transaction is committed.
    func append(_ commitment: [UInt8]) throws(StoreError) -> LeafPosition {
        try sql.append(commitment, log: signer.number)
    }

    /// The receipt of a decision, for its person; nothing if they have left.
    func keepReceipt(of decision: Decision, by actor: Receipt.Actor? = nil, salt: Salt) throws(StoreError) {
        guard let address = try address(of: decision.person) else { return }
        guard let event = Receipt.Event(rawValue: decision.action.rawValue) else { throw .conflict }
        let receipt = try receipt(
            for: address, event, [decision], number: decision.id, terms: decision.terms, at: decision.at, by: actor,
            earlier: try earlier(than: decision))
        try keep(
            .decision(decision.action), decision.id, owner: decision.person, about: decision.id,
            purpose: decision.purpose, at: decision.at, receipt, salt: salt.ofReceipt)
    }

    /// A signed receipt for one decision, or for all those of a departure.
    func receipt(
        for address: String, _ event: Receipt.Event, _ decisions: [Decision], number: DecisionID, terms: Int,
        at: Int64, by actor: Receipt.Actor?, earlier: String? = nil
    ) throws(StoreError) -> [UInt8] {
        try signer.sign(
            Receipt(
                domain: signer.issuer.domain, region: signer.region.name, address: address,
                purposes: decisions.map(explained), event: event, actor: actor, terms: terms,
                termsSHA256: try digest(ofTerms: terms), at: at, decision: number.rawValue, earlier: earlier))
    }

    /// A purpose in the words that the decision was about, as far as they are known.
    private func explained(_ decision: Decision) -> Receipt.Purpose {
        let words = vault.terms.wording(of: decision.purpose, version: decision.terms, in: decision.region)
        return Receipt.Purpose(
            code: decision.purpose.rawValue, what: words?.what ?? "", why: words?.why ?? "",
            without: words?.without ?? "")
    }

    /// The receipt of the decision before, about the same purpose, by its identifier.
    private func earlier(than decision: Decision) throws(StoreError) -> String? {
        let earlier = try sql.row(
            "SELECT max(id) FROM ledger WHERE owner = ?1 AND purpose = ?2 AND id < ?3", decision.person.rawValue,
            decision.purpose.rawValue, decision.id.rawValue
        ) { $0[0] as Int64? }
        return (earlier ?? nil).map {
            Receipt.id(of: $0, domain: signer.issuer.domain, region: decision.region.name)
        }
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
            leaf.index, Bytes(sealed.bytes))
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
    func note(terms version: Int, digest: [UInt8]) throws(StoreError) {
        let isNew =
            try sql.change(
                "INSERT INTO terms (version, sha256, at) VALUES (?1, ?2, ?3) ON CONFLICT (version) DO NOTHING", version,
                Bytes(digest), now) > 0
        guard isNew else { return }
        try announce(signer.record(.terms(version: version, sha256: Hex.encode(digest), at: now)))
    }

    /// A person's address; nil once they have left.
    func address(of person: PersonID) throws(StoreError) -> String? {
        try snapshot.person(person).map { "\($0.name)@\(signer.issuer.domain)" }
    }

    /// The SHA-256 of the document of a version, in hex; zeros for one from before documents were noted.
    private func digest(ofTerms version: Int) throws(StoreError) -> String {
        let noted = try sql.row("SELECT sha256 FROM terms WHERE version = ?1", version) { $0.bytes(0) }
        return Hex.encode(noted ?? [UInt8](repeating: 0, count: 32))
    }
}

extension KeptReceipt {
    /// Where its sealed bytes stand.
    static func place(_ id: DecisionID, _ owner: PersonID) -> Place {
        Place("evidence.sealed", owner: owner, row: id.rawValue)
    }
}

extension SQL {
    func append(_ commitment: [UInt8], log: Int32) throws(StoreError) -> LeafPosition {
        let index = try row(
            """
            INSERT INTO leaf (log, idx, commitment)
            SELECT ?1, coalesce(max(idx) + 1, 0), ?2 FROM leaf WHERE log = ?1 RETURNING idx
            """, log, Bytes(commitment)
        ) { $0[0] as Int }
        guard let index else { throw .damaged(Content.fileName) }
        return LeafPosition(log: log, index: index)
    }
}
