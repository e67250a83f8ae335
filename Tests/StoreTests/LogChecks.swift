import Consent
import Foundation
import GRDB
import Proof
import Testing

@testable import Store

/// What an outsider checks, with the policy and the files alone.
extension RegionStore {
    func kept(_ person: PersonID) async throws -> [KeptReceipt] {
        try await reader.read { (snapshot) throws(StoreError) in try snapshot.receipts(of: person) }
    }

    func ledger(_ person: PersonID) async throws -> [Decision] {
        try await reader.read { (snapshot) throws(StoreError) in try snapshot.ledger(of: person) }
    }

    func trusted() throws -> Policy { try Policy(parsing: Array(log.policy.utf8)) }

    /// Checks a receipt or record with its proof; the index of its leaf.
    @discardableResult
    func check(_ kept: KeptReceipt) throws -> Int {
        let proof = try #require(try log.proof(of: kept))
        if kept.isReceipt { _ = try checkedReceipt(kept.bytes) } else { _ = try LedgerRecord(parsing: kept.bytes) }
        let index = try check(kept.bytes, proof)
        #expect(index == kept.leaf.index)
        return index
    }

    @discardableResult
    func check(_ bytes: [UInt8], _ proof: [UInt8]) throws -> Int {
        let proof = try TransparencyProof(parsing: proof)
        let salt = try #require(proof.extra)
        #expect(salt.count == 16)
        _ = try proof.verify(entry: Commitment.of(bytes, salt: salt), policy: try trusted())
        return proof.index
    }

    /// The receipt in a file, its signature checked with the key that the policy names.
    func checkedReceipt(_ bytes: [UInt8]) throws -> Receipt {
        let jws = try JWS(parsing: bytes)
        let keyID = try #require(jws.keyID)
        let key = try #require(try trusted().log(named: keyID))
        return try Receipt(verifying: bytes, keyID: keyID, key: key.publicKey)
    }

    /// Checks all of the log's files, and that it grew from an earlier checkpoint.
    @discardableResult
    func checkLog(since earlier: [UInt8]? = nil) throws -> [UInt8] {
        try LogCheck(directory: log.directory, policy: try trusted()).run(since: earlier)
    }

    /// Enters `count` leaves that are about nobody.
    func announce(_ count: Int) async throws {
        _ = try await writer.perform { (transaction) throws(StoreError) in
            for number in 0..<count { try transaction.announce(Array("announcement \(number)".utf8)) }
        }
    }

    func leafCount(log number: Int32 = 1) throws -> Int {
        try LeafTable(content: content, log: number).count()
    }
}

/// A log's folder, read as an auditor would.
struct LogCheck {
    let directory: String
    let policy: Policy

    /// - Returns: the checkpoint.
    func run(since earlier: [UInt8]? = nil) throws -> [UInt8] {
        let folder = LogFolder(path: directory)
        let checkpoint = try folder.read(LogFolder.checkpoint)
        var verification = try LogVerification(checkpoint: checkpoint, policy: policy, earlier: earlier)
        while let wanted = verification.wanted { try verification.take(try folder.read(wanted)) }
        _ = try verification.finish()
        return checkpoint
    }
}

extension Fixture {
    var logFolder: String { files.log(1) }

    func readLog(_ name: String) throws -> [UInt8] {
        try LogFolder(path: logFolder).read(name)
    }

    func overwrite(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: logFolder + "/" + name))
    }

    /// Every file of the log, by its path there.
    func logFiles() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for case let path as String in FileManager.default.enumerator(atPath: logFolder) ?? .init() {
            var isFolder: ObjCBool = false
            guard unsafe FileManager.default.fileExists(atPath: logFolder + "/" + path, isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            files[path] = try readLog(path)
        }
        return files
    }
}
