package import Consent
import GRDB

extension Transaction {
    /// A sealed row, ready to insert.
    struct SealedCopy {
        let id: ArchiveID
        let owner: PersonID
        let key: KeyID
        let innerKey: KeyID?
        let correspondent: Int64
        let sealed: [UInt8]
        let pending: Bool
        let flags: Int64
    }

    /// A text whose copies are sealed: everything that can be denied has happened, only the disk can fail now.
    struct SealedText {
        let sender: SealedCopy?
        let recipient: SealedCopy?
        let digest: Digest?
    }

    /// The keyed hash that tells repeats, of the sender's copy.
    struct Digest {
        let owner: PersonID
        let value: Int64
        /// Whether an earlier one makes this text a repeat.
        let counts: Bool
    }

    /// Stores both copies, or finds that they are stored already.
    ///
    /// The owners must be among those that the body's submission named as stored for.
    package func store(_ text: Text) throws(StoreError) -> Stored {
        try store(try seal(text))
    }

    func seal(_ text: Text) throws(StoreError) -> SealedText {
        for person in text.byNumberOf {
            if case .failure(let denied) = vault.allows(.numberTexting, for: person) { throw .denied(denied) }
        }
        let twin = text.recipient == nil ? 0 : Text.Copy.hasTwin
        return SealedText(
            sender: try text.sender.map { (copy) throws(StoreError) in try seal(copy, flags: copy.flags | twin) },
            recipient: try text.recipient.map { (copy) throws(StoreError) in try seal(copy, flags: copy.flags) },
            digest: try digest(of: text))
    }

    func store(_ text: SealedText) throws(StoreError) -> Stored {
        guard let first = text.sender?.id ?? text.recipient?.id else { return .stored(sender: nil, recipient: nil) }
        if let digest = text.digest {
            repeats.makeRoom(for: digest.owner)
            if digest.counts, let earlier = try repeats.id(of: digest, self) { return .repeated(of: earlier) }
            try repeats.add(digest, id: first, self)
        }
        if let sender = text.sender { try insert(sender, digest: text.digest) }
        if let recipient = text.recipient { try insert(recipient, digest: nil) }
        return .stored(sender: text.sender?.id, recipient: text.recipient?.id)
    }

    /// A client of `owner` has these; they are no longer pushed. Unknown ids are ignored.
    package func acknowledge(_ ids: [ArchiveID], owner: PersonID) throws(StoreError) {
        let end = tail.reach.end(of: owner.rawValue)
        for id in ids {
            if id.rawValue > end {
                try sql.runBare(statements.acknowledge, [owner.rawValue, id.rawValue])
                tail.changes.acknowledged.append((owner.rawValue, id.rawValue))
            } else {
                try sql.runBare(statements.unwait, [owner.rawValue, id.rawValue])
            }
        }
    }

    private func digest(of text: Text) throws(StoreError) -> Digest? {
        guard let key = text.repeatKey, let owner = text.sender?.owner else { return nil }
        let value = try vault.serving(owner) { (service) throws(Denied) in
            service.shortHash(key.isOriginID ? "repeat origin-id" : "repeat id", key.to, key.id, key.payload)
        }
        return Digest(owner: owner, value: value.value, counts: key.isOriginID || key.afterBrokenSession)
    }

    private func seal(_ copy: Text.Copy, flags: Int64) throws(StoreError) -> SealedCopy {
        guard let key = messageKeys[copy.owner] else { throw .noSuchPerson }
        let id = nextID()
        let place = Place("message.sealed", owner: copy.owner, row: id.rawValue)
        return try StoreError.consenting { () throws(Denied) in
            var payload = copy.payload
            var innerKey: KeyID?
            if copy.isSMS {
                let inner = try vault.withPermit(SMS.self, for: copy.owner) { (permit) throws(Denied) in
                    Pair(try permit.seal(content: copy.payload, at: place), permit.key)
                }
                (payload, innerKey) = (inner.first.bytes, inner.second)
            }
            let row = try vault.withService(for: copy.owner) { (service) throws(Denied) in
                Pair(
                    service.correspondent(copy.correspondent),
                    try service.seal(message: payload, under: key, at: place))
            }
            return SealedCopy(
                id: id, owner: copy.owner, key: key, innerKey: innerKey, correspondent: row.first.value,
                sealed: row.second.bytes, pending: copy.pending, flags: flags)
        }
    }

    private func insert(_ copy: SealedCopy, digest: Digest?) throws(StoreError) {
        try sql.runBare(
            statements.message,
            [
                copy.id.rawValue, copy.owner.rawValue, copy.key.rawValue, copy.innerKey?.rawValue,
                copy.correspondent, digest?.value, copy.flags, copy.pending ? 1 : nil
            ], blob: copy.sealed)
        let row = RecentMessages.Row(
            id: copy.id.rawValue, correspondent: copy.correspondent, digest: digest?.value, waits: copy.pending)
        tail.changes.stored.append((copy.owner.rawValue, row))
    }

    // MARK: Stream management

    /// A session that can be resumed begins; its marks are stored from now on.
    package func openSession(_ id: String, owner: PersonID, resource: [UInt8]) throws(StoreError) {
        let resource = try snapshot.hash("resource", resource, owner: owner)
        try sql.run(
            "INSERT INTO sm_session (id, owner, resource, h, updated) VALUES (?1, ?2, ?3, 0, ?4)", id,
            owner.rawValue, Bytes(resource), now)
    }

    /// The session ended in good order; nothing can resume it.
    package func endSession(_ id: String, owner: PersonID) throws(StoreError) {
        tail.sessions.remove(id)
        try sql.run("DELETE FROM sm_session WHERE id = ?1 AND owner = ?2", id, owner.rawValue)
    }
}
