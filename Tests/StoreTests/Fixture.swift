import Consent
import Foundation
import Synchronization

@testable import Store

/// A clock that tests move by hand.
final class TestClock: Sendable {
    private let moment: Mutex<Int64>

    init(_ moment: Int64 = 1_790_000_000_000) { self.moment = Mutex(moment) }

    var now: Int64 { moment.withLock { $0 } }

    func advance(days: Int64 = 0, milliseconds: Int64 = 0) {
        moment.withLock { $0 += days * 86_400_000 + milliseconds }
    }

    var wall: WallClock { WallClock { self.now } }
}

/// A store in a folder of its own, removed with it.
final class Fixture: Sendable {
    let folder: String
    let clock = TestClock()
    let region: Region

    init() throws {
        folder = NSTemporaryDirectory() + "hoopoe-store-" + UUID().uuidString
        guard let region = Region("test") else { throw StoreError.conflict }
        self.region = region
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try files.create()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    var files: RegionFiles { RegionFiles(folder: folder, region: region) }

    func open(
        terms: Terms? = nil, settings: Writer.Settings = .init(),
        batchCommitted: @escaping @Sendable (CommittedBatch) -> Void = { _ in },
        failed: @escaping @Sendable (StoreError) -> Void = { _ in }
    ) throws -> RegionStore {
        try RegionStore(
            folder: folder, region: region, issuer: Issuer(domain: "example.org"), terms: terms, settings: settings,
            wall: clock.wall,
            batchCommitted: batchCommitted, failed: failed)
    }

    /// Every byte of every file at rest, by path.
    func filesAtRest() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
            if let data = FileManager.default.contents(atPath: folder + "/" + path) { files[path] = [UInt8](data) }
        }
        return files
    }

    func copy(to other: String, files names: [String]) throws {
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        for name in names where FileManager.default.fileExists(atPath: files.directory + "/" + name) {
            try? FileManager.default.removeItem(atPath: other + "/" + name)
            try FileManager.default.copyItem(atPath: files.directory + "/" + name, toPath: other + "/" + name)
        }
    }
}

extension RegionStore {
    /// Adds one person.
    func join(_ name: String) async throws -> PersonID {
        let verifier = Verifier(salt: [1, 2], iterations: 10_000, storedKey: [3], serverKey: [4])
        let results = try await writer.add([
            NewPerson(name: name, verifiers: Verifiers(sha1: verifier, sha256: verifier))
        ])
        guard let result = results.first else { throw StoreError.conflict }
        return try result.get()
    }

    /// Stores a text and waits for its commit.
    func store(_ text: Text, mark: SessionMark? = nil) async throws -> Stored {
        try await withCheckedContinuation { continuation in
            writer.store(text, mark: mark) { continuation.resume(returning: $0) }
        }.get()
    }

    /// A text between two people, by made-up addresses.
    func text(
        from sender: PersonID?, to recipient: PersonID?, _ body: String, origin: String? = nil, isSMS: Bool = false,
        with other: String = "other@example.org"
    ) async throws -> Stored {
        let payload = Array(body.utf8)
        let copy = { (owner: PersonID, pending: Bool) in
            Text.Copy(
                owner: owner, correspondent: Array(other.utf8), payload: payload, pending: pending, isSMS: isSMS)
        }
        return try await store(
            Text(
                sender: sender.map { copy($0, false) }, recipient: recipient.map { copy($0, true) },
                repeatKey: origin.map {
                    Text.RepeatKey(
                        to: Array(other.utf8), id: Array($0.utf8), payload: payload, isOriginID: true,
                        afterBrokenSession: false)
                }))
    }

    /// The key that a purpose of a person now stands on. Stale yeses have one too.
    func key(of purpose: PurposeCode, for person: PersonID) throws -> KeyID? {
        try keys.read { (keys) throws(StoreError) in try keys.key(of: purpose, owner: person) }?.id
    }

    /// Proves a number with the code that was made for it.
    func prove(_ digits: String, by person: PersonID) async throws -> Confirmation {
        let code = try await writer.claim(digits, by: person)
        return try await writer.confirmNumber(by: person, entry: code)
    }

    func archive(_ owner: PersonID, _ query: ArchiveQuery = ArchiveQuery()) async throws -> [String] {
        try await reader.read { (snapshot) throws(StoreError) in try snapshot.archive(of: owner, query) }
            .rows.map { String(decoding: $0.payload, as: UTF8.self) }
    }
}

extension Writer {
    /// Claims a number; the code that would have been sent.
    func claim(_ digits: String, by person: PersonID) async throws -> String {
        let sent = Mutex("")
        try await claim(Array(digits.utf8), by: person) { code, permit in
            guard permit.person == person, permit.number.isEqual(to: digits.utf8) else { return false }
            sent.withLock { $0 = code }
            return true
        }
        return sent.withLock { $0 }
    }

    /// Runs `submit` while the writer is busy with a job, so that everything submitted is taken at once.
    func whileBusy(_ submit: () -> Void) async {
        let gate = DispatchSemaphore(value: 0)
        await withCheckedContinuation { started in
            perform { (_) throws(StoreError) in
                started.resume()
                gate.wait()
            } then: { _ in
            }
        }
        submit()
        gate.signal()
    }
}

extension [UInt8] {
    func contains(_ needle: [UInt8]) -> Bool {
        Data(self).firstRange(of: Data(needle)) != nil
    }
}

extension Writer {
    /// Makes a claim and gives its code back, as a handset would.
    func claim(_ digits: [UInt8], by person: PersonID) async throws(StoreError) -> String {
        let sent = Mutex("")
        try await claim(digits, by: person) { code, _ in
            sent.withLock { $0 = code }
            return true
        }
        return sent.withLock { $0 }
    }
}
