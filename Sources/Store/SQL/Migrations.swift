import GRDB

/// The steps by which a database file came to its present form, each under a name that stays, in a table of the file.
///
/// Append-only. What a file lacks is applied in one transaction, together with what the other file of its region lacks:
/// all of it or nothing, so that a failure leaves both as the version before wrote them.
struct Migrations: Sendable {
    typealias Step = @Sendable (Database) throws -> Void

    private var steps: [(name: String, apply: Step)] = []

    /// Adds a step after all others.
    mutating func registerMigration(_ name: String, _ apply: @escaping Step) {
        steps.append((name, apply))
    }

    /// A file, and what brings it to the present form.
    struct Subject {
        let pool: DatabasePool
        let migrations: Migrations
        let name: String
    }

    /// Brings files to their present form; the last one is committed first.
    ///
    /// - Throws: `newerSchema` if one of them knows steps that this program doesn't, `notMigrated` if one can't be
    ///   brought up: nothing is changed then. `halfMigrated` if only the first one's commit failed, which the same
    ///   program makes up for at its next start.
    static func run(_ subjects: [Subject]) throws(StoreError) {
        var isComplete = true
        for subject in subjects {
            let applied = try StoreError.wrap { try subject.pool.read(appliedSteps) }
            let known = subject.migrations.steps.map(\.name)
            guard applied.isSubset(of: known) else { throw .newerSchema(subject.name) }
            if applied.count < known.count { isComplete = false }
        }
        if !isComplete { try run(subjects[...]) }
    }

    private static func run(_ subjects: ArraySlice<Subject>) throws(StoreError) {
        guard let first = subjects.first else { return }
        var areOthersDone = false
        do {
            try first.pool.write { db in
                try first.migrations.apply(to: db, of: first.name)
                try run(subjects.dropFirst())
                areOthersDone = subjects.count > 1
            }
        } catch let error as StoreError {
            throw error
        } catch {
            guard !areOthersDone else {
                throw .halfMigrated(file: first.name, code: (error as? DatabaseError)?.extendedResultCode.rawValue ?? 0)
            }
            throw notMigrated(first.name, "commit", error)
        }
    }

    private func apply(to db: Database, of file: String) throws {
        try db.execute(sql: "CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        let applied = try Self.appliedSteps(db)
        for (name, step) in steps where !applied.contains(name) {
            do {
                try step(db)
                try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES (?)", arguments: [name])
            } catch {
                throw Self.notMigrated(file, name, error)
            }
        }
    }

    private static func appliedSteps(_ db: Database) throws -> Set<String> {
        guard try db.tableExists("grdb_migrations") else { return [] }
        return try String.fetchSet(db, sql: "SELECT identifier FROM grdb_migrations")
    }

    private static func notMigrated(_ file: String, _ step: String, _ error: any Error) -> StoreError {
        .notMigrated(file: file, step: step, code: (error as? DatabaseError)?.extendedResultCode.rawValue ?? 0)
    }
}
