"""Preload shims that stand in for a bad disk or a wrong clock, each with what controls it while the server runs."""

import os
import struct
import subprocess
import tempfile
from pathlib import Path

SUPPORT = Path(__file__).resolve().parents[2] / "Support"


def build(name="fdatasync-shim"):
    """Compiles a shim once per run of the tests; returns the library's path."""
    (source,) = (SUPPORT / name).glob("*.c")
    folder = Path(tempfile.gettempdir()) / f"{name}-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    library = folder / f"{name}.so"
    if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
        fresh = folder / f"fresh-{os.getpid()}.so"
        subprocess.run(
            ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", fresh, source, "-ldl", "-lpthread"],
            check=True, timeout=60,
        )
        fresh.rename(library)
    return library


class SyncShim:
    """Controls one server's syncs while it runs; remembers every sync it made, unless it isn't to be traced."""

    def __init__(self, folder, is_traced=True):
        self.control = Path(folder) / "sync-control"
        self.trace = Path(folder) / "sync-trace"
        self.trace.touch()
        self.is_traced = is_traced

    @property
    def environment(self):
        environment = {"LD_PRELOAD": str(build()), "SYNC_SHIM_CONTROL": str(self.control)}
        return {**environment, "SYNC_SHIM_TRACE": str(self.trace)} if self.is_traced else environment

    def _write(self, words):
        fresh = self.control.with_suffix(".new")
        fresh.write_text(words)
        fresh.rename(self.control)

    def delay(self, milliseconds):
        self._write(f"delay {milliseconds}")

    def fail(self, part=""):
        """Every sync fails, or those of files whose path has `part` in it."""
        self._write(f"fail {part}".strip())

    def release(self):
        self.control.unlink(missing_ok=True)

    def calls(self):
        """(began, ended, result, name) of each finished sync; CLOCK_MONOTONIC seconds, as `time.monotonic()` gives."""
        rows = []
        for line in self.trace.read_text().splitlines():
            began, ended, result, name, path = line.split(" ", 4)
            rows.append((int(began) / 1e9, int(ended) / 1e9, int(result), name, path))
        return rows


class ClockShim:
    """Sets one server's wall clock while it runs."""

    def __init__(self, folder):
        self.offset = Path(folder) / "clock-offset"
        self.set(0)

    @property
    def environment(self):
        return {"LD_PRELOAD": str(build("clock-shim")), "CLOCK_SHIM_OFFSET": str(self.offset)}

    def set(self, seconds):
        """So many seconds are added to the machine's time from now on."""
        with open(self.offset, "r+b" if self.offset.exists() else "wb") as file:
            file.write(struct.pack("=q", int(seconds)))


class FullDiskShim:
    """Lets none of one server's files grow while it is full."""

    def __init__(self, folder):
        self.mark = Path(folder) / "disk-is-full"

    @property
    def environment(self):
        return {"LD_PRELOAD": str(build("full-disk-shim")), "FULL_DISK_SHIM": str(self.mark)}

    def fill(self):
        self.mark.touch()

    def release(self):
        self.mark.unlink(missing_ok=True)


class Shims:
    """Several of them under one server."""

    def __init__(self, *shims):
        self.shims = shims

    @property
    def environment(self):
        each = [shim.environment for shim in self.shims]
        joined = {key: value for one in each for key, value in one.items()}
        return {**joined, "LD_PRELOAD": ":".join(one["LD_PRELOAD"] for one in each)}
