"""Where in a record the content's WAL is copied into its file while commits go on, and then written from its beginning again."""

from dataclasses import dataclass
from pathlib import Path

from .journal import SYNC, TRUNCATE, WRITE

FILE, WAL = "content.sqlite", "content.sqlite-wal"


@dataclass(frozen=True)
class Copy:
    """Indices of calls: the first write to the file, and the first write over the WAL's beginning after it."""

    first: int
    anew: int

    def syncs(self, calls):
        """Those of the file, without which the WAL mustn't be begun anew."""
        return [n for n in range(self.first, self.anew) if _is(calls[n], FILE, SYNC)]

    def surroundings(self, calls, chance):
        """Moments before, during and after it: each is the index of the first call that is missing."""
        during = [chance.randint(self.first, self.anew) for _ in range(3)]
        commits = [n for n in range(self.anew, len(calls)) if _is(calls[n], WAL, SYNC)]
        last = (self.first, *self.syncs(calls), self.anew, *commits[:2])
        return {*during, *last, *(n + 1 for n in last), len(calls)}


def copies(calls, since):
    """All after so much of the journal, but for those that a deletion makes: nobody commits meanwhile, and the WAL is cut off."""
    found, first, has_commits = [], None, False
    for n, call in enumerate(calls):
        if call.end <= since:
            continue
        if first is None:
            first = n if _is(call, FILE, WRITE) else None
        elif _is(call, WAL, WRITE) and call.place > 0:
            has_commits = True
        elif _is(call, WAL, WRITE) or _is(call, WAL, TRUNCATE):
            if has_commits and call.kind == WRITE:
                found.append(Copy(first, n))
            first, has_commits = None, False
    return found


def _is(call, name, kind):
    return call.kind == kind and Path(call.path).name == name
