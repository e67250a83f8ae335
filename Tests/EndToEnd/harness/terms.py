"""Terms as an operator handles them: documents, the verbs, and what the data folder says afterwards."""

import json
import sqlite3
from contextlib import closing

from .process import run


def document(server, version=1):
    """A published version, as Python's own JSON reads it."""
    return json.loads((server.folder / "terms" / f"{version}.json").read_text())


def changed(server, *purposes, version=1, mark="in August"):
    """A document in which the first sentence of those purposes says something new; the path of the file."""
    terms = document(server, version)
    for purpose in purposes:
        entry = terms["purposes"][purpose]
        entry["what"] = entry["what"].rstrip(".") + f", {mark}."
    path = server.folder.parent / f"{server.folder.name}-terms.json"
    path.write_text(json.dumps(terms))
    return path


def verb(server, *arguments, check=True, timeout=120):
    name, *rest = arguments
    return run([server.program, "terms", name, server.folder, *rest], timeout=timeout, check=check)


def publish(server, path, **options):
    return verb(server, "publish", "--from", path, "--yes", **options)


def content(server, sql, *values):
    return _ask(server, "content.sqlite", sql, values)


def keys(server, sql, *values):
    return _ask(server, "keys.sqlite", sql, values)


def _ask(server, name, sql, values):
    file = server.folder / "regions" / "home" / name
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=5)) as database:
        return database.execute(sql, values).fetchall()


def owner(server, person):
    return content(server, "SELECT id FROM person WHERE name = ?", person.name)[0][0]


def ledger(server, person):
    """(purpose, action, version) in their order."""
    return content(server, "SELECT purpose, action, terms FROM ledger WHERE owner = ? ORDER BY id", owner(server, person))


def notices(messages):
    """The server's messages about changed terms among what a client received."""
    return [m.body for m in messages if m.bare == "localhost" and m.body and m.body.startswith("The terms have changed")]
