"""script/bench build: how long builds take, and how large the program is."""

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .document import NoPart, write_part
from .machine import machine
from .programs import BENCHMARKS, ROOT
from .signals import interrupt_on_signals
from .table import Table

# A change of one line in a protocol room is to be rebuilt, and its tests run, in less.
LIMIT_SECONDS = 30.0

# A room and the file of it that changes.
_ROOMS = (
    ("XMPP", "Sources/XMPP/Address/JID.swift"),
    ("Server", "Sources/Server/Messaging/Connection/ClientConnection.swift"),
    ("hoopoe", "Sources/hoopoe/Failure.swift"),
)
_PROTOCOL_ROOM = ["script/test", "--room", "XMPP"]


class BuildFailed(Exception):
    """A build or a test run ended with an error."""


@dataclass(frozen=True)
class Timed:
    """Seconds on the clock, and of the processors for all that was started."""

    wall: float
    cpu: float


def main() -> int:
    options = _options()
    interrupt_on_signals()
    rows: list[list[str]] = []
    slow = False
    try:
        if "cold" in options.parts:
            rows.append(_row("cold build, debug, dependencies fetched before", _cold()))
        if "incremental" in options.parts:
            slow = _incremental(rows)
        if "size" in options.parts:
            rows += _sizes()
    except BuildFailed as problem:
        sys.exit(f"script/bench build: {problem}")
    except KeyboardInterrupt:
        _say("Interrupted; all files are as they were.")
        return 130
    table = Table(["", "on the clock", "processors"], rows)
    print(table.text())
    if options.write or len(options.parts) == len(_PARTS):
        facts = machine(ROOT)
        text = f"{time.strftime('%Y-%m-%d')}, {facts['processor']}, {facts['memory']}, {facts['system']}.\n\n{table.markdown()}"
        try:
            write_part("build", text)
        except NoPart as problem:
            sys.exit(f"script/bench build: {problem}")
    return int(slow)


_PARTS = ("incremental", "cold", "size")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/bench build",
        description="Times a cold build in debug (about ten minutes, in a folder of its own unless nothing was built yet), "
        "incremental builds after a change in "
        "one file, and weighs the stripped release program. All three write their part of docs/benchmarks.md.",
        epilog=f"Status 1 if a change in a protocol room takes {LIMIT_SECONDS:g} s or more to be rebuilt and tested.",
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(_PARTS)}; all of them unless named")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md also after some parts only")
    options = parser.parse_args()
    if unknown := [part for part in options.parts if part not in _PARTS]:
        parser.exit(64, f"{parser.prog}: no part {unknown[0]}: take some of {', '.join(_PARTS)}\n")
    options.parts = options.parts or list(_PARTS)
    return options


def _incremental(rows: list[list[str]]) -> bool:
    """Adds rows; true if a protocol room's change took too long."""
    _say("building once, so that only the change is left")
    _run(["swift", "build", "--product", "hoopoe"])
    _run(_PROTOCOL_ROOM)
    _, protocol = _ROOMS[0]
    with _changed(ROOT / protocol):
        tested = _run(_PROTOCOL_ROOM)
    holds = tested.wall < LIMIT_SECONDS
    limit = f"under {LIMIT_SECONDS:g} s{'' if holds else ', MISSED'}"
    rows.append(_row(f"a function more in XMPP, {' '.join(_PROTOCOL_ROOM)} ({limit})", tested))
    for room, file in _ROOMS:
        with _changed(ROOT / file):
            _say(f"a change in {file}")
            rows.append(_row(f"a function more in {room}, program in debug", _run(["swift", "build", "--product", "hoopoe"])))
    _say("building once more, as it was")
    _run(["swift", "build", "--product", "hoopoe"])
    return not holds


@contextmanager
def _changed(file: Path) -> Iterator[None]:
    """A function more at the end of the file, for as long as the body runs; the file is put back byte by byte."""
    before = file.read_bytes()
    try:
        # Named by the time, so that no build has seen it.
        file.write_bytes(before + f"\nprivate func changed{time.time_ns()}() -> Int {{ 1 }}\n".encode())
        yield
    finally:
        file.write_bytes(before)


def _cold() -> Timed:
    own = ROOT / ".build"
    if not own.exists():
        # Nothing was built here yet: what is built now is kept for those who go on.
        return _built(own)
    folder = Path(tempfile.mkdtemp(prefix="cold-", dir=BENCHMARKS / ".build"))
    try:
        return _built(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _built(folder: Path) -> Timed:
    _run(["swift", "package", "resolve", "--scratch-path", str(folder)])
    _say("building all of it cold; this takes minutes")
    return _run(["swift", "build", "--scratch-path", str(folder), "--product", "hoopoe"])


def _sizes() -> list[list[str]]:
    """The program as docs/running.md has it built, stripped."""
    folder = BENCHMARKS / ".build-static"
    _say("building the program that is shipped")
    _run(["swift", "build", "-c", "release", "--static-swift-stdlib", "--product", "hoopoe", "--scratch-path", str(folder)])
    with tempfile.NamedTemporaryFile(dir=folder) as stripped:
        subprocess.run(["strip", "-o", stripped.name, folder / "release" / "hoopoe"], check=True)
        size = Path(stripped.name).stat().st_size
    return [["the program, static Swift runtime, stripped", f"{size / 2**20:.1f} MiB", ""]]


def _run(command: Sequence[str]) -> Timed:
    """Runs in the root of the repository; what it says is kept and shown only if it fails."""
    log = BENCHMARKS / ".build" / "timed.log"
    began, used = time.monotonic(), _children()
    with log.open("w") as file:
        done = subprocess.run(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        raise BuildFailed(f"{' '.join(command)} failed; all of it is in {log}")
    return Timed(time.monotonic() - began, _children() - used)


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _row(name: str, timed: Timed) -> list[str]:
    return [name, f"{timed.wall:.1f} s", f"{timed.cpu:.1f} s"]


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
