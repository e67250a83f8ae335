"""script/bench peers: the command line."""

import argparse
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from reports.document import NoPart, write_part
from reports.machine import load_average, machine
from reports.programs import BENCHMARKS, ROOT, NotBuilt, release

from . import packages
from .hoopoe import Hoopoe
from .page import page
from .report import sections
from .rounds import Plan, Rounds
from .scenarios import SCENARIOS, chosen
from .server import Server
from .servers import NAMES, SERVERS
from .summary import Record, missed

_RESULTS = BENCHMARKS / ".build" / "peers"


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, _interrupted)
    signal.signal(signal.SIGHUP, _interrupted)
    try:
        file = options.show or _measure(options)
        meta, records = _read(file)
    except (packages.NotInstalled, NotBuilt) as problem:
        sys.exit(f"script/bench peers: {problem}")
    except KeyboardInterrupt:
        print("\nInterrupted; all servers are stopped.", file=sys.stderr)
        return 130
    for section in sections(records, SERVERS):
        print(section.text())
    print(f"Results: {file}")
    if options.write or (options.show is None and options.whole):
        try:
            write_part("peers", page(meta, records, SERVERS))
        except NoPart as problem:
            sys.exit(f"script/bench peers: {problem}")
    short = missed(records, SCENARIOS)
    for one in short:
        print(f"MISSED  {one}")
    return 1 if short else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/bench peers",
        description="Hoopoe beside Debian's Prosody and ejabberd: the same load on the same machine, round by round. "
        "Installs what is missing, and stops all that it starts. A run of all servers and scenarios writes its part of "
        "docs/benchmarks.md.",
        epilog=f"Scenarios, each also by its first word: {', '.join(one.name for one in SCENARIOS)}. "
        "Status 1 if Hoopoe misses a budget.",
    )
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="all of them unless named")
    parser.add_argument("--only", metavar="SERVER,…", help=f"some of {', '.join(NAMES)}")
    parser.add_argument("--rounds", type=_positive(int), default=3, help="each with every server once (default: 3)")
    parser.add_argument("--seconds", type=_positive(float), default=5.0, help="measured in a scenario (default: 5)")
    parser.add_argument("--no-syncs", action="store_true", help="don't count fsyncs in a short run under strace at the end")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md also after a part of a run")
    parser.add_argument("--show", type=Path, metavar="FILE", help="measure nothing: tables from the results of a run")
    parser.add_argument("--hoopoe", type=Path, metavar="PROGRAM", help="don't build Hoopoe, take this")
    parser.add_argument("--load", type=Path, metavar="PROGRAM", help="don't build the generator, take this")
    options = parser.parse_args()
    try:
        options.chosen = chosen(options.scenarios)
    except ValueError as problem:
        parser.exit(os.EX_USAGE, f"{parser.prog}: {problem}\n")
    options.servers = options.only.split(",") if options.only else NAMES
    if unknown := [name for name in options.servers if name not in NAMES]:
        parser.exit(os.EX_USAGE, f"{parser.prog}: no server {unknown[0]}: take some of {', '.join(NAMES)}\n")
    options.whole = set(options.servers) == set(NAMES) and len(options.chosen) == len(SCENARIOS)
    return options


def _positive(kind: Callable[[str], float]) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = kind(text)
        if value <= 0:
            raise ValueError
        return value

    number.__name__ = "number above 0"
    return number


def _measure(options: argparse.Namespace) -> Path:
    """Runs the plan; returns the file with its results."""
    _RESULTS.mkdir(parents=True, exist_ok=True)
    kinds = [server for server in SERVERS if server.name in options.servers]
    tools = [] if options.no_syncs else ["strace"]
    packages.install([*tools, "openssl", *(package for kind in kinds for package in kind.packages)])
    generator = (options.load or release(BENCHMARKS, "load")).resolve()
    # Idle connections take one descriptor each, in the server and in the generator.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    file = _RESULTS / f"results-{time.strftime('%Y%m%d-%H%M%S')}.jsonl"
    began = time.monotonic()
    with _scratch() as scratch:
        meta = {
            **machine(scratch),
            "when": time.strftime("%Y-%m-%d"),
            "rounds": options.rounds,
            "seconds": options.seconds,
            "load_average_before": load_average(),
            "descriptors": most,
        }
        file.write_text(json.dumps({"meta": meta}) + "\n")
        servers = [_made(kind, options) for kind in kinds]
        plan = Plan(servers, options.chosen, options.rounds, options.seconds, count_syncs=not options.no_syncs)
        Rounds(plan, generator, scratch, file).run()
    print(f"Took {(time.monotonic() - began) / 60:.1f} minutes.", file=sys.stderr)
    return file


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder on the disk that the figures are about, gone in the end."""
    with tempfile.TemporaryDirectory(prefix="scratch-", dir=_RESULTS, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _made(kind: type[Server], options: argparse.Namespace) -> Server:
    if issubclass(kind, Hoopoe):
        return kind((options.hoopoe or release(ROOT, "hoopoe")).resolve())
    return kind()


def _read(file: Path) -> tuple[dict[str, Any], list[Record]]:
    try:
        first, *others = [json.loads(line) for line in file.read_text().splitlines()]
        return first["meta"], others
    except (OSError, ValueError, KeyError):
        sys.exit(f"script/bench peers: {file} holds no results")


def _interrupted(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
