"""The shim itself: what it slows, what it fails, what it writes down."""

import os
import subprocess
import sys

from harness.shim import SyncShim

PROGRAM = """
import os, sys, time
fd = os.open(sys.argv[1], os.O_CREAT | os.O_RDWR)
os.write(fd, b'x')
for call in (os.fdatasync, os.fsync):
    began = time.monotonic()
    try:
        call(fd)
        print('ok', time.monotonic() - began)
    except OSError as error:
        print(error.errno, time.monotonic() - began)
"""


def syncs(shim, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "file")],
        env={**os.environ, **shim.environment}, capture_output=True, text=True, timeout=20, check=True,
    )
    return [(word, float(took)) for word, took in (line.split() for line in ran.stdout.splitlines())]


def test_passes_through_delays_and_fails(tmp_path):
    shim = SyncShim(tmp_path)
    assert [word for word, _ in syncs(shim, tmp_path)] == ["ok", "ok"]

    shim.delay(120)
    slow = syncs(shim, tmp_path)
    assert [word for word, _ in slow] == ["ok", "ok"]
    assert all(took >= 0.12 for _, took in slow), slow

    shim.fail()
    assert [word for word, _ in syncs(shim, tmp_path)] == ["5", "5"]  # EIO

    shim.release()
    assert [word for word, _ in syncs(shim, tmp_path)] == ["ok", "ok"]

    rows = shim.calls()
    assert [row[2] for row in rows] == [0, 0, 0, 0, -1, -1, 0, 0]
    assert [row[3] for row in rows] == ["fdatasync", "fsync"] * 4
    assert all(row[4] == str(tmp_path / "file") for row in rows)
