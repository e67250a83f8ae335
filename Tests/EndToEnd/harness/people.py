"""People and their passwords, fresh for each test so that tests can share a server."""

import itertools
import os
import secrets
from dataclasses import dataclass

_serial = itertools.count(1)
_run = secrets.token_hex(2)


@dataclass(frozen=True)
class Person:
    name: str
    password: str
    domain: str = "localhost"

    @property
    def jid(self):
        return f"{self.name}@{self.domain}"


def person(nickname):
    """A person nobody has met: `nickname` with a suffix that is unique in this run."""
    return Person(f"{nickname}-{_run}{next(_serial)}", secrets.token_urlsafe(9))


def binary():
    """The program under test."""
    root = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
    return os.environ.get("HOOPOE", os.path.join(root, ".build", "debug", "hoopoe"))
