"""What was acknowledged is there after a power cut, whatever the disk made of what wasn't synced.

A killed process leaves the page cache; a power cut doesn't. Here everything that a working server writes and syncs is recorded,
and for many moments the folder is made up anew from what was synced by then and any part of the rest.
"""

import filecmp
import os
import random
from collections import Counter

import pytest

from harness.waiting import seconds

from powercut.cuts import cut
from powercut.journal import SYNC, WRITE
from powercut.work import work

CUTS = int(os.environ.get("HOOPOE_POWER_CUTS", "40"))
SEED = int(os.environ.get("HOOPOE_POWER_CUT_SEED", random.randrange(1_000_000)))


@pytest.fixture(scope="module")
def worked(tmp_path_factory, loop):
    return loop.run(work(tmp_path_factory.mktemp("work")), seconds(60), "a few seconds of work")


def test_everything_is_recorded(worked, tmp_path):
    """Made up from the whole record without a cut, the folder is what lies there: nothing is written past the recorder."""
    kinds = Counter(call.kind for call in worked.calls)
    assert kinds[WRITE] > 100 and kinds[SYNC] > 50, kinds
    # After the first acknowledgement, content.sqlite was written and synced, and its WAL begun anew.
    assert worked.copies and all(copy.syncs(worked.calls) for copy in worked.copies)
    disk = worked.disk.copy()
    for call in worked.calls:
        disk.take(call)
    disk.leave(random.Random(0), tmp_path / "house", wholly=True)
    real = worked.house.server.folder
    names = sorted(str(p.relative_to(real)) for p in real.rglob("*") if p.is_file() and not p.name.endswith("-shm"))
    made = sorted(str(p.relative_to(tmp_path / "house")) for p in (tmp_path / "house").rglob("*") if p.is_file())
    assert made == names
    _, different, failed = filecmp.cmpfiles(real, tmp_path / "house", names, shallow=False)
    assert not different and not failed


def test_what_was_promised_survives_power_cuts(worked, tmp_path, loop):
    print(f"seed {SEED}, {len(worked.calls)} calls, {Counter(event.what for event in worked.events)}")
    ways = loop.run(cut(worked, tmp_path, CUTS, SEED), seconds(2 * CUTS + 60), "power cuts")
    print(f"{sum(ways.values())} power cuts: {ways}")
    assert sum(ways.values()) >= CUTS * 0.9
