"""Processes that this program started, and all that those started: none outlives a run."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_GRACE_SECONDS = 5.0


class Child:
    """A process in a session of its own; what it says goes to a file beside its folder."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self.command = list(command)
        self.output = folder.with_name(f"{folder.name}.out")
        with self.output.open("ab") as file:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**os.environ, **environment},
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def ended(self, seconds: float) -> bool:
        """Waits for its end; false if it is still there after so long."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def tail(self, lines: int = 8) -> str:
        """The last lines of what it said."""
        return "\n".join(self.output.read_text(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """SIGTERM, some time, then SIGKILL to whatever of its family is still there."""
        family = tree(self.pid)
        if self.running:
            self._process.terminate()
            try:
                self._process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                family |= tree(self.pid)
        _signal_group(self.pid, signal.SIGKILL)
        self._process.wait()
        for pid, started in family.items():
            if _started(pid) == started:
                _signal(pid, signal.SIGKILL)
        limit = time.monotonic() + _GRACE_SECONDS
        while any(_started(pid) == started for pid, started in family.items()) and time.monotonic() < limit:
            time.sleep(0.02)


def tree(root: int) -> dict[int, str]:
    """The process and its descendants: process ids with their start times, which tell a reused id from the old one."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: dict[int, str] = {}
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        if pid not in found and (started := _started(pid)):
            found[pid] = started
            waiting += children.get(pid, [])
    return found


def _stat(pid: int) -> list[str]:
    """The fields of proc_pid_stat(5) from the third on; none for a process that is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()


def _started(pid: int) -> str | None:
    """When it started, in ticks since boot; none for one that is gone or waits to be reaped."""
    fields = _stat(pid)
    return fields[19] if fields and fields[0] != "Z" else None


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)
