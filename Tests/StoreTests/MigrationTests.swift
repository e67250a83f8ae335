import Consent
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Files of earlier versions")
struct MigrationTests {
    /// Everything in a database: its schema, and the rows of each table.
    private static func dump(_ path: String) throws -> [String: [String]] {
        var settings = Configuration()
        settings.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: settings)
        defer { try? queue.close() }
        return try queue.read { db in
            var all = ["": try String.fetchAll(db, sql: "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY name")]
            for table in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'") {
                all[table] = try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map(\.description)
            }
            return all
        }
    }

    private static func change(_ path: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// A store with a text in it, whose files are both a step behind.
    private static func behind() async throws -> Fixture {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.text(from: p, to: p, "kept")
        store.close()
        try change(
            fixture.files.keys,
            "DROP INDEX tombstone_decision; DELETE FROM grdb_migrations WHERE identifier = '3 decisions'")
        try change(
            fixture.files.content,
            """
            DROP TABLE entry; DROP TABLE conversation; DROP TABLE acknowledged; DROP TABLE mark;
            ALTER TABLE message DROP COLUMN waits;
            CREATE INDEX message_owner ON message (owner, id, correspondent, digest);
            DELETE FROM high_water WHERE name = 'indexed';
            DELETE FROM grdb_migrations WHERE identifier = '4 tail';
            """)
        return fixture
    }

    @Test("a step that fails halfway leaves both files as they were, and says so")
    func failure() async throws {
        let fixture = try await Self.behind()
        // Two of the step's tables can be made before this one is in the way.
        try Self.change(fixture.files.content, "CREATE TABLE acknowledged (other TEXT)")
        let paths = [fixture.files.keys, fixture.files.content]
        let before = try paths.map(Self.dump)
        let error = #expect(throws: StoreError.self) { try fixture.open() }
        #expect(error == .notMigrated(file: "content.sqlite", step: "4 tail", code: 1))
        #expect(error?.description.contains("Nothing was changed") == true)
        #expect(try paths.map(Self.dump) == before)

        try Self.change(fixture.files.content, "DROP TABLE acknowledged")
        let store = try fixture.open()
        let people = try await store.reader.read { (snapshot) throws(StoreError) in
            try snapshot.people(after: "", limit: 9)
        }
        let p = try #require(people.first?.id)
        #expect(try await store.archive(p).contains("kept"))
        store.close()
    }

    @Test("a commit that fails after the other file's is told as what it is, and made up for at the next start")
    func half() throws {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "hoopoe-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let outer = try DatabasePool(path: scratch.appending(path: "outer").path)
        let inner = try DatabasePool(path: scratch.appending(path: "inner").path)
        func run(_ step: String) throws(StoreError) {
            var (first, last) = (Migrations(), Migrations())
            first.registerMigration("1") { try $0.execute(sql: step) }
            last.registerMigration("1") { try $0.execute(sql: "CREATE TABLE done (x)") }
            try Migrations.run([
                Migrations.Subject(pool: outer, migrations: first, name: "outer"),
                Migrations.Subject(pool: inner, migrations: last, name: "inner")
            ])
        }
        // SQLite looks at a constraint that is deferred only when it commits.
        let refusedAtCommit = """
            CREATE TABLE a (x INTEGER PRIMARY KEY);
            CREATE TABLE b (x REFERENCES a (x) DEFERRABLE INITIALLY DEFERRED);
            INSERT INTO b VALUES (1)
            """
        let error = #expect(throws: StoreError.self) { try run(refusedAtCommit) }
        #expect(error == .halfMigrated(file: "outer", code: 787))
        #expect(error?.description.contains("start this version again") == true)
        #expect(try inner.read { try $0.tableExists("done") })
        #expect(try outer.read { try $0.tableExists("a") } == false)
        try run("CREATE TABLE a (x)")
        #expect(try outer.read { try $0.tableExists("a") })
    }

    @Test("a newer file stops the start before the older one beside it is touched", arguments: ["keys", "content"])
    func newer(_ name: String) async throws {
        let fixture = try await Self.behind()
        let path = name == "keys" ? fixture.files.keys : fixture.files.content
        try Self.change(path, "INSERT INTO grdb_migrations VALUES ('99 later')")
        let paths = [fixture.files.keys, fixture.files.content]
        let before = try paths.map(Self.dump)
        #expect(throws: StoreError.newerSchema("\(name).sqlite")) { try fixture.open() }
        #expect(try paths.map(Self.dump) == before)
    }

    @Test("a region key that others can read is refused")
    func exposed() throws {
        let fixture = try Fixture()
        let path = fixture.files.regionKey
        for mode in [0o640, 0o604] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(throws: StoreError.exposed(path: path)) { try fixture.open() }
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
        try fixture.open().close()
    }
}
