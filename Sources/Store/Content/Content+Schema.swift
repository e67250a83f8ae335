import GRDB

extension Content {
    /// Append-only: a released migration never changes, a new one gets a new name.
    ///
    /// Messages are appended by their increasing id; what finds them otherwise is written later, many at once (``Tail``):
    /// an index kept with each row costs a page written per row, which is most of what storing a message costs.
    ///
    /// Key columns say `owner` (a person, later a room). No column holds an address, number or text in clear.
    static var migrations: Migrations {
        var migrations = Migrations()
        migrations.registerMigration("1 messaging") { db in
            try db.execute(sql: people + messages + texting + ledger)
        }
        migrations.registerMigration("2 incoming parts") { db in
            try db.execute(sql: incomingParts)
        }
        migrations.registerMigration("3 log") { db in
            try db.execute(sql: log)
        }
        migrations.registerMigration("4 tail") { db in
            try db.execute(sql: tail)
        }
        migrations.registerMigration("5 standing in") { db in
            try db.execute(sql: standingIn)
        }
        migrations.registerMigration("6 indexing") { db in
            try db.execute(sql: indexing)
        }
        migrations.registerMigration("7 indexing within an owner") { db in
            try db.execute(sql: indexingWithin)
        }
        migrations.registerMigration("8 receipts by text") { db in
            try db.execute(sql: receiptsByText)
        }
        return migrations
    }

    private static let people = """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE high_water (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE used_key (key INTEGER PRIMARY KEY, owner INTEGER NOT NULL);
        CREATE TABLE person (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, verifiers BLOB NOT NULL);
        CREATE TABLE kept (
            owner INTEGER NOT NULL, kind INTEGER NOT NULL, name BLOB NOT NULL, sealed BLOB NOT NULL,
            PRIMARY KEY (owner, kind, name)) WITHOUT ROWID;
        CREATE TABLE face (
            owner INTEGER NOT NULL, pair BLOB NOT NULL, key INTEGER NOT NULL, sealed BLOB NOT NULL,
            PRIMARY KEY (owner, pair)) WITHOUT ROWID;

        """

    private static let messages = """
        CREATE TABLE message (
            id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, key INTEGER NOT NULL, inner_key INTEGER,
            correspondent INTEGER NOT NULL, digest INTEGER, flags INTEGER NOT NULL, sealed BLOB NOT NULL);
        CREATE INDEX message_owner ON message (owner, id, correspondent, digest);
        CREATE TABLE pending (owner INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (owner, id)) WITHOUT ROWID;
        CREATE TABLE sm_session (
            id TEXT PRIMARY KEY, owner INTEGER NOT NULL, resource BLOB NOT NULL, h INTEGER NOT NULL,
            updated INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX sm_session_owner ON sm_session (owner);

        """

    private static let texting = """
        CREATE TABLE outgoing (
            id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, message INTEGER, route TEXT NOT NULL,
            state INTEGER NOT NULL, due INTEGER NOT NULL, changed INTEGER NOT NULL, key INTEGER NOT NULL,
            sealed BLOB NOT NULL);
        CREATE INDEX outgoing_waiting ON outgoing (route, due, id) WHERE state = 0;
        CREATE INDEX outgoing_owner ON outgoing (owner, message);
        CREATE TABLE segment (
            outgoing INTEGER NOT NULL, part INTEGER NOT NULL, state INTEGER NOT NULL, message_id TEXT,
            PRIMARY KEY (outgoing, part)) WITHOUT ROWID;
        CREATE TABLE receipt (
            route TEXT NOT NULL, message_id TEXT NOT NULL, outgoing INTEGER, part INTEGER, state INTEGER,
            at INTEGER NOT NULL, PRIMARY KEY (route, message_id)) WITHOUT ROWID;
        CREATE TABLE incoming (
            route TEXT NOT NULL, digest BLOB NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (route, digest)) WITHOUT ROWID;
        CREATE TABLE quota (
            owner INTEGER NOT NULL, day INTEGER NOT NULL, kind INTEGER NOT NULL, used INTEGER NOT NULL,
            PRIMARY KEY (day, owner, kind)) WITHOUT ROWID;
        CREATE TABLE spend (
            route TEXT NOT NULL, day INTEGER NOT NULL, amount INTEGER NOT NULL,
            PRIMARY KEY (day, route)) WITHOUT ROWID;

        """

    /// For whom an SMS stands in: the person here whom the message is held for. Their yes is asked for until it has left,
    /// and the message may be gone by then.
    private static let standingIn = """
        ALTER TABLE outgoing ADD COLUMN recipient INTEGER;
        UPDATE outgoing SET recipient = (
            SELECT message.owner FROM message WHERE message.id = outgoing.message AND message.owner <> outgoing.owner);
        CREATE INDEX outgoing_recipient ON outgoing (recipient) WHERE recipient IS NOT NULL;
        """

    /// Who leaves or withdraws takes what the carriers' receipts are found by along: without looking through everybody's.
    private static let receiptsByText = """
        CREATE INDEX receipt_outgoing ON receipt (outgoing) WHERE outgoing IS NOT NULL;
        """

    private static let incomingParts = """
        CREATE TABLE incoming_part (
            id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, route TEXT NOT NULL, key INTEGER NOT NULL,
            sealed BLOB NOT NULL);
        """

    private static let ledger = """
        CREATE TABLE ledger (
            id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, purpose TEXT NOT NULL, action TEXT NOT NULL,
            terms INTEGER NOT NULL, region TEXT NOT NULL, at INTEGER NOT NULL, key INTEGER);
        CREATE INDEX ledger_owner ON ledger (owner, id);
        CREATE TRIGGER ledger_never_changes BEFORE UPDATE ON ledger
            BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER ledger_never_forgets BEFORE DELETE ON ledger
            BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
        CREATE TABLE use_count (
            owner INTEGER NOT NULL, purpose TEXT NOT NULL, day INTEGER NOT NULL, uses INTEGER NOT NULL,
            PRIMARY KEY (owner, purpose, day)) WITHOUT ROWID;
        """
}
