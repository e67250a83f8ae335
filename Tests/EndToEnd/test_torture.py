"""One round of `script/torture`: every trouble once, and all books compared after each."""

import os
import re
import subprocess
from pathlib import Path

from harness.people import binary
from harness.waiting import seconds

from torture.troubles import TROUBLES

ROOT = Path(__file__).resolve().parents[2]


def torture(tmp_path, *words, limit):
    """Status and what it printed. If it takes too long it is told to end, so that it ends its server."""
    child = subprocess.Popen(
        [ROOT / "script" / "torture", "--evidence", tmp_path / "torture", *words], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env={**os.environ, "HOOPOE": binary()})
    try:
        said, _ = child.communicate(timeout=seconds(limit))
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait(30)
    return child.returncode, said


def test_each_trouble_once(tmp_path):
    status, said = torture(tmp_path, "--storm", "150", limit=150)
    print(said)
    assert status == 0, said
    assert "no promise broken" in said
    assert {line.split()[1] for line in said.splitlines() if re.match(r" +\d+ ", line)} == set(TROUBLES)


def test_refuses_what_it_does_not_know(tmp_path):
    status, said = torture(tmp_path, "--only", "rain", limit=20)
    assert status == os.EX_USAGE and "no trouble rain" in said
