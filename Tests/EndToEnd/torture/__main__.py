"""script/torture: the command line."""

import argparse
import asyncio
import json
import os
import random
import resource
import secrets
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

from harness.people import binary

from .house import House
from .load import EVERYBODY
from .rounds import Rounds
from .troubles import TROUBLES
from .troubles.storm import CLIENTS

STORM_ACCOUNTS = 100


def main():
    options = _options()
    if not os.access(binary(), os.X_OK):
        sys.exit(f"script/torture: there is no program {binary()}; build it, or name one in HOOPOE")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    work = Path(options.evidence or tempfile.mkdtemp(prefix=f"hoopoe-torture-{options.seed}-"))
    work.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_torture(options, work))


def _options():
    parser = argparse.ArgumentParser(
        prog="script/torture",
        description="Loads a server with acknowledged texts, SMS and decisions while one trouble after another befalls it, and "
        "compares all books after each: every acknowledged text exactly once and in order, every SMS at most once or marked "
        "unknown, keys, ledger and log consistent. One line a trouble. Ends with 1 at the first promise that isn't kept, "
        "and keeps what shows it.",
        epilog=f"Troubles: {', '.join(TROUBLES)}. The program is .build/release/hoopoe, or the one that HOOPOE names.",
    )
    parser.add_argument("minutes", type=float, nargs="?", metavar="MINUTES", help="how long; each trouble once if not said")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="draws the same troubles again")
    parser.add_argument("--only", metavar="TROUBLE,…", help="draw from these")
    parser.add_argument("--storm", type=int, default=CLIENTS, metavar="N", help=f"clients in a storm (default: {CLIENTS})")
    parser.add_argument("--evidence", metavar="FOLDER", help="where to work, and leave what shows a broken promise")
    options = parser.parse_args()
    options.troubles = options.only.split(",") if options.only else list(TROUBLES)
    if unknown := [name for name in options.troubles if name not in TROUBLES]:
        parser.exit(os.EX_USAGE, f"{parser.prog}: no trouble {unknown[0]}: take some of {', '.join(TROUBLES)}\n")
    return options


def _drawn(options):
    """Each once, in any order, and again and again while there is time."""
    chance = random.Random(options.seed)
    limit = None if options.minutes is None else time.monotonic() + options.minutes * 60
    while True:
        for name in chance.sample(options.troubles, len(options.troubles)):
            if limit is not None and time.monotonic() >= limit:
                return
            yield name
        if limit is None:
            return


async def _torture(options, work):
    house = House(work)
    house.storm = options.storm
    house.sources = Path(__file__).resolve().parents[1]
    began, rounds, trouble = time.monotonic(), None, "the beginning"
    cpu = time.process_time()

    def say(line):
        print(line, flush=True)

    say(f"seed {options.seed}; {'a file system of its own' if house.disk.is_mounted else 'no disk of its own, the shim instead'}")
    try:
        storm = [f"storm{n}" for n in range(STORM_ACCOUNTS)] if "storm" in options.troubles else []
        await house.begin([*EVERYBODY, *storm])
        rounds = Rounds(house, options.seed, say)
        await rounds.begin()
        for trouble in _drawn(options):
            await rounds.befall(trouble)
        await rounds.end()
    except Exception as broken:  # whatever it is: what lies there then is wanted
        keep = work / "evidence"
        keep.mkdir(exist_ok=True)
        if rounds is not None:
            (keep / "clients.json").write_text(json.dumps({one.resource: one.course for one in rounds.load.clients}, indent=1))
            await rounds.end()
        _keep(house, keep)
        (keep / "broken").write_text("".join(traceback.format_exception(broken)))
        say(f"BROKEN after {rounds.done if rounds else 0} troubles, in {trouble}: {broken or repr(broken)}")
        say(f"The data folder and the server's log are in {keep}; again with --seed {options.seed}")
        return 1
    finally:
        house.close()
    took = time.monotonic() - began
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    load = rounds.load
    say(f"{rounds.done} troubles in {took:.0f} s, {load.acknowledged} texts and {len(load.texter.texts)} SMS "
        f"({rounds.store.unknown} unknown), {len(house.carrier.replies)} SMS back, "
        f"{sum(len(one.answered) for one in load.deciders)} decisions: no promise broken; "
        f"{(time.process_time() - cpu + children.ru_utime + children.ru_stime) / took:.2f} of a core")
    shutil.rmtree(work, ignore_errors=True)
    return 0


def _keep(house, keep):
    if house.server is None:
        return
    (keep / "server.log").write_text(house.server.log)
    (keep / "house.json").write_text(house.evidence())
    house.server.close()
    house.disk.release()
    shutil.copytree(house.server.folder, keep / "house", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock"))


if __name__ == "__main__":
    sys.exit(main())
