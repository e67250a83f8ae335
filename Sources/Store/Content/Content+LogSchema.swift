extension Content {
    /// The tables of the third migration: what the transparency logs commit to, and what people keep of it.
    ///
    /// A leaf says nothing of whom it is about. The row that names it, with the receipt sealed, goes with the person; the
    /// leaf stays. Uses of earlier days, counted without the yes they were made under, go to the yes that stood then.
    /// The `meta` row makes the next start give every older decision its receipt and leaf.
    static let log = """
        CREATE TABLE leaf (
            log INTEGER NOT NULL, idx INTEGER NOT NULL, commitment BLOB NOT NULL, PRIMARY KEY (log, idx)) WITHOUT ROWID;
        CREATE TRIGGER leaf_never_changes BEFORE UPDATE ON leaf
            BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
        CREATE TRIGGER leaf_never_goes BEFORE DELETE ON leaf
            BEGIN SELECT raise(ABORT, 'the log is append-only'); END;

        CREATE TABLE evidence (
            id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, kind TEXT NOT NULL, decision INTEGER NOT NULL,
            purpose TEXT, day INTEGER, at INTEGER NOT NULL, log INTEGER NOT NULL, idx INTEGER NOT NULL,
            sealed BLOB NOT NULL);
        CREATE INDEX evidence_owner ON evidence (owner, id);
        CREATE INDEX evidence_leaf ON evidence (log, idx);
        CREATE TRIGGER evidence_never_changes BEFORE UPDATE OF id, owner, kind, decision, purpose, day, at, sealed
            ON evidence BEGIN SELECT raise(ABORT, 'what is proven never changes'); END;
        CREATE TRIGGER evidence_goes_with_its_person BEFORE DELETE ON evidence
            WHEN EXISTS (SELECT 1 FROM person WHERE id = OLD.owner)
            BEGIN SELECT raise(ABORT, 'what is proven goes only with its person'); END;

        CREATE TABLE look (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, verb TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX look_owner ON look (owner, id);
        CREATE TRIGGER look_never_changes BEFORE UPDATE ON look
            BEGIN SELECT raise(ABORT, 'looks are append-only'); END;
        CREATE TRIGGER look_goes_with_its_person BEFORE DELETE ON look
            WHEN EXISTS (SELECT 1 FROM person WHERE id = OLD.owner)
            BEGIN SELECT raise(ABORT, 'looks go only with the person looked at'); END;

        CREATE TABLE leaving (owner INTEGER PRIMARY KEY, due INTEGER NOT NULL);
        CREATE TABLE announcement (
            log INTEGER NOT NULL, idx INTEGER NOT NULL, at INTEGER NOT NULL, record BLOB NOT NULL,
            PRIMARY KEY (log, idx)) WITHOUT ROWID;
        CREATE TABLE terms (version INTEGER PRIMARY KEY, sha256 BLOB NOT NULL, at INTEGER NOT NULL);
        CREATE TRIGGER terms_never_change BEFORE UPDATE ON terms
            BEGIN SELECT raise(ABORT, 'published terms never change'); END;

        CREATE TABLE uses (
            owner INTEGER NOT NULL, decision INTEGER NOT NULL, purpose TEXT NOT NULL, day INTEGER NOT NULL,
            count INTEGER NOT NULL, settled INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (owner, decision, day)) WITHOUT ROWID;
        CREATE INDEX uses_unsettled ON uses (day) WHERE settled = 0;
        INSERT INTO uses (owner, decision, purpose, day, count)
            SELECT owner, coalesce((
                SELECT max(id) FROM ledger WHERE ledger.owner = use_count.owner AND ledger.purpose = use_count.purpose
                    AND ledger.action = 'grant' AND ledger.at < (use_count.day + 1) * 86400000), 0), purpose, day, uses
            FROM use_count WHERE true ON CONFLICT (owner, decision, day) DO UPDATE SET count = count + excluded.count;
        DROP TABLE use_count;
        INSERT INTO meta (name, value) VALUES ('decisions without receipts', x'');
        """
}
