import Consent
import Foundation
import GRDB
import Testing

@testable import Store

/// What damaged backups are answered with: a refusal that names the file, never a store that lacks something.
struct BackupDamageTests {
    /// A backup with one of everything: (where, source).
    private func backup() async throws -> (to: String, fixture: Fixture) {
        let fixture = try Fixture()
        for (path, text) in [
            ("hoopoe.yaml", "domain: example.org\n"), ("carrier.password", "sesame"), ("tls/server.key", "key"),
            ("terms/1.json", "{}"), ("regions/test/log/1/tile/0/000", "tile")
        ] {
            let url = URL(filePath: fixture.folder + "/" + path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        let to = NSTemporaryDirectory() + "hoopoe-backup-" + UUID().uuidString
        let source = BackupSource(
            folder: fixture.folder, region: fixture.region, domain: "example.org", program: "test",
            secretFiles: ["carrier.password"])
        _ = try Backup(of: source, to: BackupPlace(to)).run()
        return (to, fixture)
    }

    private func refusals(_ to: String) -> [BackupError] {
        do throws(BackupError) {
            let backup = try StoredBackup(at: BackupPlace(to))
            let damages = backup.damages()
            let scratch = to + "-restored"
            defer { try? FileManager.default.removeItem(atPath: scratch) }
            do throws(BackupError) {
                try backup.place(into: scratch)
                try backup.placeConfiguration(into: scratch)
            } catch {
                // Restoring finds what looking found.
                return damages.contains(error) ? damages : []
            }
            return damages
        } catch {
            return [error]
        }
    }

    @Test func everyFileIsMissedAndEveryChangedByteIsSeen() async throws {
        let (to, fixture) = try await backup()
        defer { try? FileManager.default.removeItem(atPath: to) }
        let files = SyncedFiles.files(below: to).filter { $0 != "lock" }
        #expect(files.count == 11)
        #expect(refusals(to) == [])
        for file in files {
            let path = to + "/" + file
            let whole = try #require(FileManager.default.contents(atPath: path))
            for place in Set([0, whole.count / 2, whole.count - 1]) {
                var flipped = whole
                flipped[place] ^= 1
                try flipped.write(to: URL(filePath: path))
                #expect(refusals(to).count == 1, "\(file), byte \(place)")
                #expect(
                    refusals(to).first?.description.contains(path) == true, "\(file), byte \(place): \(refusals(to))")
            }
            for length in [0, whole.count / 2, whole.count - 1] {
                try whole.prefix(length).write(to: URL(filePath: path))
                #expect(refusals(to).count == 1, "\(file) cut to \(length)")
            }
            try FileManager.default.removeItem(atPath: path)
            #expect(refusals(to).count == 1, "\(file) missing")
            try whole.write(to: URL(filePath: path))
            #expect(refusals(to) == [])
        }
        _ = fixture
    }

    @Test func manifestsLeadNowhereElse() throws {
        let digest = FileDigest(size: 0, sha256: "")
        for path in ["../x", "/etc/passwd", "a/../../b", "a//b", "", ".", "a/./b"] {
            #expect(!ManifestFile(path: path, place: nil, digest: digest).isContained, "\(path)")
            #expect(!ManifestFile(path: "x", place: path, digest: digest).isContained, "\(path)")
        }
        #expect(ManifestFile(path: "log/1/tile/0/x001/234.p/5", place: "a..b", digest: digest).isContained)
    }

    @Test func aNewerFormatIsNotGuessedAt() async throws {
        let (to, _) = try await backup()
        defer { try? FileManager.default.removeItem(atPath: to) }
        let stamp = try #require(BackupPlace(to).stamps.first)
        let path = "\(to)/content/\(stamp)/manifest.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("\"format\" : 1", with: "\"format\" : 2").write(
            toFile: path, atomically: true, encoding: .utf8)
        #expect(refusals(to) == [.newerFormat(path)])
    }

    @Test func digestsTellValuesApart() throws {
        func digest(_ values: String) throws -> String {
            let path = NSTemporaryDirectory() + "hoopoe-digest-" + UUID().uuidString
            defer { try? FileManager.default.removeItem(atPath: path) }
            let queue = try DatabaseQueue(path: path)
            try queue.write { db in
                try db.execute(sql: "CREATE TABLE t (a, b); INSERT INTO t VALUES \(values)")
            }
            try queue.close()
            let tables = try TableDigest.all(inFileAt: path)
            #expect(tables.map(\.name) == ["t"])
            return tables.map(\.sha256).joined()
        }
        let rows = [
            "(1, 2)", "('1', 2)", "(1.0, 2)", "(x'31', 2)", "(NULL, 2)", "('', 2)", "(x'', 2)", "('ab', 'c')",
            "('a', 'bc')", "(1, 2), (1, 2)", "(1, 2), (3, 4)", "(3, 4), (1, 2)"
        ]
        #expect(Set(try rows.map(digest)).count == rows.count)
        #expect(try digest("(1, 2)") == digest("(1, 2)"))
    }
}
