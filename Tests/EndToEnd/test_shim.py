"""The shims themselves: what they slow, fail and fill, what they say the time is, what they write down."""

import errno
import os
import subprocess
import sys
import time

import pytest

from harness.shim import ClockShim, FullDiskShim, Shims, SyncShim

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


CLOCK = """
import time
print(time.time(), time.monotonic())
"""

FILLING = """
import os, sys
fd = os.open(sys.argv[1], os.O_CREAT | os.O_RDWR)
for call in (lambda: os.pwrite(fd, b'xx', 0), lambda: os.write(fd, b'yy'), lambda: os.pwrite(fd, b'zzz', 0)):
    try:
        print(call())
    except OSError as error:
        print(error.errno)
"""


def run_python(program, shim, *words):
    ran = subprocess.run(
        [sys.executable, "-c", program, *map(str, words)], env={**os.environ, **shim.environment}, capture_output=True,
        text=True, timeout=20, check=True)
    return ran.stdout.split()


@pytest.mark.parametrize("offset", [0, 3600, -86400])
def test_sets_the_wall_clock_alone(tmp_path, offset):
    shim = ClockShim(tmp_path)
    shim.set(offset)
    wall, monotonic = map(float, run_python(CLOCK, shim))
    assert abs(wall - time.time() - offset) < 10
    assert abs(monotonic - time.monotonic()) < 10


def test_a_full_disk_takes_only_what_fits_already(tmp_path):
    shim = FullDiskShim(tmp_path)
    assert run_python(FILLING, shim, tmp_path / "one") == ["2", "2", "3"]
    (tmp_path / "two").write_bytes(b"12")
    shim.fill()
    assert run_python(FILLING, shim, tmp_path / "two") == ["2", "2", str(errno.ENOSPC)]
    shim.release()
    assert run_python(FILLING, shim, tmp_path / "two") == ["2", "2", "3"]


def test_several_under_one_program(tmp_path):
    clock, disk = ClockShim(tmp_path), FullDiskShim(tmp_path)
    clock.set(86400)
    disk.fill()
    both = Shims(clock, disk, SyncShim(tmp_path))
    assert float(run_python(CLOCK, both)[0]) - time.time() > 86000
    assert run_python(FILLING, both, tmp_path / "none") == [str(errno.ENOSPC)] * 3
