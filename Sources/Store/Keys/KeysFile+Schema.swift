import GRDB

extension KeysFile {
    /// Append-only: a released migration never changes, a new one gets a new name.
    static var migrations: Migrations {
        var migrations = Migrations()
        migrations.registerMigration("1 keys") { db in
            try db.execute(
                sql: """
                    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
                    CREATE TABLE secret (
                        name TEXT NOT NULL, version INTEGER NOT NULL, wrapped BLOB NOT NULL,
                        PRIMARY KEY (name, version)) WITHOUT ROWID;
                    CREATE TABLE key (
                        id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, use TEXT NOT NULL, day INTEGER NOT NULL,
                        wrapped BLOB, wrapped_history BLOB,
                        decision INTEGER, terms INTEGER, region TEXT, granted INTEGER);
                    CREATE INDEX key_owner ON key (owner, use, id);
                    CREATE INDEX key_window ON key (day) WHERE use = 'message' AND wrapped IS NOT NULL;
                    CREATE TABLE tombstone (
                        id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, use TEXT NOT NULL, at INTEGER NOT NULL,
                        decision INTEGER, action TEXT, terms INTEGER, region TEXT);
                    CREATE TABLE number (
                        value BLOB NOT NULL, version INTEGER NOT NULL, region TEXT NOT NULL,
                        owner INTEGER NOT NULL UNIQUE, key INTEGER NOT NULL, sealed BLOB NOT NULL,
                        PRIMARY KEY (value, version)) WITHOUT ROWID;
                    CREATE TABLE binding (
                        route TEXT NOT NULL, recipient BLOB NOT NULL, sender BLOB NOT NULL,
                        owner INTEGER NOT NULL, used INTEGER NOT NULL,
                        PRIMARY KEY (route, recipient, sender)) WITHOUT ROWID;
                    CREATE INDEX binding_owner ON binding (owner);
                    CREATE TABLE stop (
                        route TEXT NOT NULL, number BLOB NOT NULL, at INTEGER NOT NULL,
                        PRIMARY KEY (route, number)) WITHOUT ROWID;
                    CREATE TABLE code (
                        owner INTEGER PRIMARY KEY, id INTEGER NOT NULL, wrapped BLOB NOT NULL, sealed BLOB NOT NULL,
                        hash BLOB NOT NULL, expires INTEGER NOT NULL, tries INTEGER NOT NULL);
                    CREATE TABLE salt (decision INTEGER PRIMARY KEY, owner INTEGER NOT NULL, salt BLOB NOT NULL);
                    CREATE INDEX salt_owner ON salt (owner);
                    """)
        }
        // Without it, what is made up after a crash would be put down to the person.
        migrations.registerMigration("2 actors") { db in
            try db.execute(sql: "ALTER TABLE tombstone ADD COLUMN actor TEXT")
        }
        // Destroyed keys grow in number for ever; a start looks only at those that a decision destroyed.
        migrations.registerMigration("3 decisions") { db in
            try db.execute(
                sql: "CREATE INDEX tombstone_decision ON tombstone (decision) WHERE decision IS NOT NULL")
        }
        return migrations
    }
}
