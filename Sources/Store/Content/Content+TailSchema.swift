extension Content {
    /// The tables of the fourth migration: indexes that are written now and then instead of with every message.
    ///
    /// A message is appended to its table and nowhere else; the last of them are the tail (``Tail``). What lies before it
    /// stands in `entry`, in the order of each owner's archive, in `conversation`, by owner and correspondent, and, while
    /// it waits to be acknowledged, in `pending`. `waits` says of a message in the tail whether it has to be
    /// acknowledged, and `acknowledged` that it was. How far sessions have come is appended to `mark` in the same manner.
    static let tail = """
        CREATE TABLE entry (
            owner INTEGER NOT NULL, id INTEGER NOT NULL, digest INTEGER, PRIMARY KEY (owner, id)) WITHOUT ROWID;
        CREATE TABLE conversation (
            owner INTEGER NOT NULL, correspondent INTEGER NOT NULL, id INTEGER NOT NULL,
            PRIMARY KEY (owner, correspondent, id)) WITHOUT ROWID;
        CREATE TABLE acknowledged (id INTEGER PRIMARY KEY);
        CREATE TABLE mark (
            id INTEGER PRIMARY KEY, session TEXT NOT NULL, h INTEGER NOT NULL, updated INTEGER NOT NULL);
        ALTER TABLE message ADD COLUMN waits INTEGER;
        INSERT INTO entry (owner, id, digest) SELECT owner, id, digest FROM message ORDER BY owner, id;
        INSERT INTO conversation (owner, correspondent, id)
            SELECT owner, correspondent, id FROM message ORDER BY owner, correspondent, id;
        DROP INDEX message_owner;
        INSERT INTO high_water (name, value) SELECT 'indexed', coalesce(max(id), 0) FROM message;
        """

    /// How far a pass has come that moves the tail into the indexes (``Pass``): for owners up to `indexing owner` everything up
    /// to `indexing` stands there, for the others what lies up to `indexed`.
    static let indexing = """
        INSERT INTO high_water (name, value) VALUES ('indexing', 0), ('indexing owner', 0) ON CONFLICT DO NOTHING;
        """

    /// The pass stops between two messages of an owner too: of the one whose turn it is everything up to `indexing id` stands
    /// in the indexes (``Reach``).
    static let indexingWithin = """
        INSERT INTO high_water (name, value) SELECT 'indexing id', value FROM high_water WHERE name = 'indexing';
        """
}
