"""What lies in the data folder, read from outside with Python's own SQLite, while the server runs."""

import sqlite3
from contextlib import closing

# Every table whose rows are sealed under keys of people's purposes.
KEYS = {"key": "id = ?1", "number": "key = ?1"}
CONTENT = {"message": "key = ?1 OR inner_key = ?1", "face": "key = ?1", "outgoing": "key = ?1", "incoming_part": "key = ?1"}


class Kept:
    def __init__(self, region):
        self.keys_file = region / "keys.sqlite"
        self._content_file = region / "content.sqlite"

    def index(self):
        """The index of numbers: the key that each row lies under."""
        return [row[0] for row in self._ask(self.keys_file, "SELECT key FROM number")]

    def has_tombstone(self, key):
        return self._count(self.keys_file, "tombstone", "id = ?1", key) == 1

    def rows_under(self, key):
        """Rows by table, the key's own row among them."""
        return {
            table: self._count(file, table, where, key)
            for file, tables in ((self.keys_file, KEYS), (self._content_file, CONTENT)) for table, where in tables.items()
        }

    def _count(self, file, table, where, *values):
        return self._ask(file, f"SELECT count(*) FROM {table} WHERE {where}", *values)[0][0]

    @staticmethod
    def _ask(file, sql, *values):
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=5)) as database:
            return database.execute(sql, values).fetchall()
