"""Which moments are looked at, and what becomes of each."""

import random
import shutil
from pathlib import Path

from torture.broken import Broken

from .journal import SYNC
from .reopening import Reopened


def moments(calls, count, chance):
    """Indices of calls: right before and after syncs, evenly over the files that are synced, and a few in between."""
    syncs = {}
    for n, call in enumerate(calls):
        if call.kind == SYNC:
            syncs.setdefault(Path(call.path).name if "sqlite" in call.path else "log", []).append(n)
    chosen = set()
    kinds = sorted(syncs)
    while len(chosen) < min(count, len(calls)):
        draw = chance.random()
        if draw < 0.15:
            chosen.add(chance.randrange(len(calls)))
        else:
            chosen.add(chance.choice(syncs[chance.choice(kinds)]) + (0 if draw < 0.7 else 1))
    return sorted(n for n in chosen if n <= len(calls))


async def cut(worked, folder, count, seed):
    """Opens what `count` power cuts leave, and some more around each copy of the WAL; ends at the first broken promise.

    Returns the ways in which what wasn't synced was kept.
    """
    chance = random.Random(seed)
    around = {n for copy in worked.copies for n in copy.surroundings(worked.calls, chance)}
    wanted = sorted(around.union(moments(worked.calls, count, chance)))
    ways, taken = {}, 0
    for n in wanted:
        while taken < n:
            worked.disk.take(worked.calls[taken])
            taken += 1
        reached = worked.calls[n - 1].end if n else 0
        left = Path(folder) / f"cut-{n}" / "house"
        left.parent.mkdir()
        way, names, unsynced = worked.disk.leave(chance, left)
        promised = [event for event in worked.events if event.at <= reached]
        try:
            await Reopened(worked, left, promised).check()
        except Exception as broken:  # an account that is gone is a promise broken too
            raise Broken(
                f"power cut after call {n} of {len(worked.calls)}, {way}, {names} of {unsynced} names: {broken or repr(broken)}; "
                f"what was left is in {left}") from None
        shutil.rmtree(left.parent)
        ways[way] = ways.get(way, 0) + 1
    return ways
