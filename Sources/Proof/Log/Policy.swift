/// Which logs and witnesses to trust (C2SP tlog-policy): a checkpoint counts if one of the logs has signed it, and as many witnesses
/// as the quorum asks for.
///
/// A policy file is all that checking a receipt takes. Names and addresses are bytes, as the format wants.
package struct Policy: Hashable, Sendable {
    package struct Log: Hashable, Sendable {
        package let key: VerifierKey
        package let url: [UInt8]?
    }

    package struct Witness: Hashable, Sendable {
        package let name: [UInt8]
        package let key: VerifierKey
        package let url: [UInt8]?
    }

    /// Counts as having witnessed a checkpoint if at least `threshold` of its members have.
    package struct Group: Hashable, Sendable {
        package let name: [UInt8]
        package let threshold: Int
        package let members: [[UInt8]]
    }

    /// Bytes that are read at most.
    package static let maximumSize = 1 << 18

    package internal(set) var logs: [Log]
    package internal(set) var witnesses: [Witness]
    package internal(set) var groups: [Group]
    /// The witness or the group that must have seen a checkpoint; nil if none need to.
    package internal(set) var quorum: [UInt8]?

    /// Trusts one log, without witnesses.
    package init(log: VerifierKey, url: String? = nil) {
        logs = [Log(key: log, url: url.map { Array($0.utf8) })]
        witnesses = []
        groups = []
        quorum = nil
    }

    init() {
        logs = []
        witnesses = []
        groups = []
        quorum = nil
    }

    /// The policy as a file, logs first and the quorum last.
    package var bytes: [UInt8] {
        var lines: [[[UInt8]]] = []
        for log in logs { lines.append([Array("log".utf8), Array(log.key.text.utf8)] + (log.url.map { [$0] } ?? [])) }
        for witness in witnesses {
            let key = Array(witness.key.text.utf8)
            lines.append([Array("witness".utf8), witness.name, key] + (witness.url.map { [$0] } ?? []))
        }
        for group in groups {
            lines.append([Array("group".utf8), group.name, Array(String(group.threshold).utf8)] + group.members)
        }
        lines.append([Array("quorum".utf8), quorum ?? Array("none".utf8)])
        return lines.flatMap { $0.joined(separator: [UInt8(ascii: " ")]) + [UInt8(ascii: "\n")] }
    }

    /// The log whose key has this text, `NAME+ID`.
    package func log(named text: String) -> VerifierKey? {
        logs.first { $0.key.shortText.utf8.elementsEqual(text.utf8) }?.key
    }
}

extension Policy {
    /// Checks that a checkpoint is signed by one of the logs, under that log's name, and seen by the quorum.
    ///
    /// - Throws: ``PolicyRefusal``. A wrong signature of any log or witness listed refuses the checkpoint, whoever else has signed.
    package func verify(_ note: SignedNote) throws(PolicyRefusal) -> TrustedCheckpoint {
        guard !logs.isEmpty else { throw .noLogs }
        let checkpoint: Checkpoint
        var signer: VerifierKey?
        var seen: [TrustedCheckpoint.Sighting] = []
        do throws(NoteError) {
            checkpoint = try Checkpoint(text: note.text)
            for log in logs where log.key.name.bytes == checkpoint.origin {
                if try note.isSigned(by: log.key) { signer = signer ?? log.key }
            }
            for witness in witnesses {
                guard let time = try Cosignature.times(in: note, by: witness.key).max() else { continue }
                seen.append(TrustedCheckpoint.Sighting(witness: witness.name, time: time))
            }
        } catch {
            throw .badNote(error)
        }
        guard let signer else { throw .unknownLog(String(decoding: checkpoint.origin, as: UTF8.self)) }
        guard isQuorum(Set(seen.map(\.witness))) else {
            throw .tooFewWitnesses(quorum: String(decoding: quorum ?? [], as: UTF8.self), seen: seen.count)
        }
        return TrustedCheckpoint(checkpoint: checkpoint, note: note, log: signer, sightings: seen)
    }

    /// Whether these witnesses are enough. Groups know only what was defined before them, so one pass in their order will do.
    private func isQuorum(_ cosigned: Set<[UInt8]>) -> Bool {
        guard let quorum else { return true }
        var seen = cosigned
        for group in groups where group.members.count(where: seen.contains) >= group.threshold {
            seen.insert(group.name)
        }
        return seen.contains(quorum)
    }
}

extension Policy {
    /// Checks the bytes of a signed checkpoint.
    ///
    /// - Throws: ``PolicyRefusal``.
    package func verify(parsing bytes: [UInt8]) throws(PolicyRefusal) -> TrustedCheckpoint {
        let note: SignedNote
        do {
            note = try SignedNote(parsing: bytes)
        } catch {
            throw .badNote(error)
        }
        return try verify(note)
    }
}
