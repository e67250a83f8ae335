"""script/bench growth: what must not grow with accounts, messages and connections, in the store and in a running server."""

import argparse
import os
import resource
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

from peers.load import LoadFailed
from peers.server import ServerFailed
from reports.document import NoPart, write_part
from reports.machine import load_average, machine
from reports.programs import BENCHMARKS, ROOT, NotBuilt, release
from reports.signals import interrupt_on_signals

from . import stored
from .findings import Findings
from .folders import SOME, Folders
from .served import Served
from .stored import StoreFailed

# In the order in which they run: messages fill the folder that the others want to be as it was made.
_PARTS = ("accounts", "start", "served-accounts", "connections", "loops", "latency", "messages")


def main() -> int:
    options = _options()
    interrupt_on_signals()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    began, before = time.monotonic(), load_average()
    try:
        found, version = _measure(options)
    except (NotBuilt, ServerFailed, LoadFailed, StoreFailed) as problem:
        sys.exit(f"script/bench growth: {problem}")
    except KeyboardInterrupt:
        print("\nInterrupted; all servers are stopped.", file=sys.stderr)
        return 130
    _say(f"Took {(time.monotonic() - began) / 60:.1f} minutes.")
    if options.write or set(options.parts) == set(_PARTS):
        facts = machine(BENCHMARKS)
        about = (
            f"{time.strftime('%Y-%m-%d')}, {version}; {facts['processor']}, {facts['memory']}, {facts['system']}, file system "
            f"{facts['filesystem']}, load average {before:.1f} before the run; medians of {options.rounds} rounds of {options.seconds:g} s "
            "where a server runs, of 5 where the store is alone. `script/bench growth PART` measures one part: "
            f"{', '.join(options.parts)}."
        )
        try:
            write_part("growth", "\n".join([textwrap.fill(about, 125), "", *(one.markdown() for one in found)]))
        except NoPart as problem:
            sys.exit(f"script/bench growth: {problem}")
    missed = [f"{one.title}: {row}" for one in found for row in one.missed]
    for row in missed:
        print(f"MISSED  {row}")
    return int(bool(missed))


def _measure(options: argparse.Namespace) -> tuple[list[Findings], str]:
    program = options.hoopoe or release(ROOT, "hoopoe")
    store = release(BENCHMARKS, "growth-cost")
    generator = options.load or release(BENCHMARKS, "load")
    found = []
    scratch = BENCHMARKS / ".build" / "growth"
    scratch.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="scratch-", dir=scratch, ignore_cleanup_errors=True) as folder:
        folders = Folders(program, built_here=options.hoopoe is None, scratch=Path(folder))
        served = Served(generator, folders, options.rounds, options.seconds)
        parts: dict[str, Callable[[], Findings]] = {
            "accounts": lambda: stored.accounts(store, folders, options.accounts),
            "start": lambda: stored.start(store, folders, options.accounts),
            "served-accounts": lambda: served.accounts(options.accounts),
            "connections": served.connections,
            "loops": served.loops,
            "latency": served.latency,
            "messages": lambda: stored.messages(store, folders, options.messages, options.accounts),
        }
        for name in (part for part in _PARTS if part in options.parts):
            _say(f"{name} ...")
            one = parts[name]()
            print(one.text(), flush=True)
            found.append(one)
        return found, folders.version


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/bench growth",
        description="What a text, a page of an archive, a start and a message through the server cost with few and with many "
        "accounts, messages and connections; what a second event loop brings; how late messages are at a thousand a second. All parts "
        "together write their part of docs/benchmarks.md.",
        epilog=f"Parts: {', '.join(_PARTS)}. Status 1 if a limit is passed.",
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="all of them unless named")
    parser.add_argument("--accounts", type=int, default=1_000_000, help=f"how many are many, {SOME} at least (default: %(default)s)")
    parser.add_argument("--messages", type=int, default=1_000_000, help="of one person (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of each load on a server (default: 3)")
    parser.add_argument("--seconds", type=float, default=8.0, help="measured in each (default: 8)")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md also after some parts only")
    parser.add_argument("--hoopoe", type=_path, metavar="PROGRAM", help="don't build Hoopoe, take this")
    parser.add_argument("--load", type=_path, metavar="PROGRAM", help="don't build the generator, take this")
    options = parser.parse_args()
    if unknown := [part for part in options.parts if part not in _PARTS]:
        parser.exit(os.EX_USAGE, f"{parser.prog}: no part {unknown[0]}: take some of {', '.join(_PARTS)}\n")
    if options.accounts < SOME or min(options.messages, options.rounds, options.seconds) <= 0:
        parser.exit(os.EX_USAGE, f"{parser.prog}: at least {SOME} accounts, and numbers above 0\n")
    options.parts = options.parts or list(_PARTS)
    return options


def _path(text: str) -> Path:
    """As the caller wrote it, who stands elsewhere: script/bench changed the folder."""
    return (Path(os.environ.get("BENCH_CALLER", ".")) / text).resolve()


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
