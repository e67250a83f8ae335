"""The preload shim that slows or fails fsync and fdatasync, and its control file."""

import os
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "Support" / "fdatasync-shim" / "shim.c"


def build():
    """Compiles the shim once per run of the tests; returns the library's path."""
    folder = Path(tempfile.gettempdir()) / f"fdatasync-shim-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    library = folder / "fdatasync-shim.so"
    if not library.exists() or library.stat().st_mtime < SOURCE.stat().st_mtime:
        fresh = folder / f"fresh-{os.getpid()}.so"
        subprocess.run(
            ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", fresh, SOURCE, "-ldl", "-lpthread"],
            check=True, timeout=60,
        )
        fresh.rename(library)
    return library


class SyncShim:
    """Controls one server's syncs while it runs; remembers every sync it made."""

    def __init__(self, folder):
        self.control = Path(folder) / "sync-control"
        self.trace = Path(folder) / "sync-trace"
        self.trace.touch()

    @property
    def environment(self):
        return {
            "LD_PRELOAD": str(build()),
            "SYNC_SHIM_CONTROL": str(self.control),
            "SYNC_SHIM_TRACE": str(self.trace),
        }

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
