"""What grows in the store alone: texts, pages of an archive, and a start, with few and with many people and messages."""

import statistics
import subprocess
import time
from pathlib import Path

from .findings import Findings
from .folders import FEW, SOME, Folders

# Texts a round of people who were not heard of before.
_FIRST = 500
_STARTS = 3


def accounts(program: Path, folders: Folders, count: int) -> Findings:
    """From a hundred accounts to so many."""
    few, some, many = (folders.people(number) for number in (FEW, SOME, count))
    found = Findings(
        "Accounts",
        "CPU time of a text stored for both sides, 32 a transaction, without network and XML. *Among the same hundred people*: "
        "they have written before. *First of the day*: neither side has written or been written to; the day's keys of both are "
        "minted and synced. *First since the start*: their keys are read from disk and unwrapped, as they are for everybody "
        "beyond the 10,000 people whose keys stay in memory. The stores take turns.",
    )
    made = folders.making.get(many.name, 0.0)
    found.add("adding a person by `person add --from`", f"{made / count * 1e6:,.0f} µs" if made else "made before")
    texts = _ask(program, "texts", few, many)["text_us"]
    found.add(f"a text among the same hundred people, {FEW} accounts", f"{texts[0]:.1f} µs")
    found.flat(f"the same with {count:,} accounts", texts[0], texts[1], "µs", 1)
    first = _ask(program, "first", _FIRST, some, many)
    for name, what in (("first_text_of_day_us", "first text of the day"), ("first_text_since_start_us", "first since the start")):
        found.add(f"{what}, {SOME:,} accounts", f"{first[name][0]:.0f} µs")
        found.add(f"the same with {count:,} accounts", f"{first[name][1]:.0f} µs ({first[name][1] / first[name][0] * 100 - 100:+.0f} %)")
    return found


def start(program: Path, folders: Folders, count: int) -> Findings:
    """Opening the store, and a server's start until clients can log in, medians."""
    many = folders.people(count)
    found = Findings("Start", f"With {count:,} accounts; median of {_STARTS}. *Ready*: a client is offered log-in.")
    opened = [_ask(program, "start", many) for _ in range(_STARTS)]
    found.add("opening the store", f"{statistics.median(one['start_ms'][0] for one in opened):,.0f} ms")
    found.add("the same, processors", f"{statistics.median(one['start_cpu_ms'][0] for one in opened):,.0f} ms")
    ready = []
    for _ in range(_STARTS):
        began = time.monotonic()
        running = folders.start(many)
        ready.append(time.monotonic() - began)
        running.stop()
    found.below("the server ready", statistics.median(ready) * 1e3, 2000, "ms")
    return found


def messages(program: Path, folders: Folders, count: int, people: int) -> Findings:
    """From no message of one person to so many. Last of the parts on the store: it fills the folder of many accounts."""
    few, many = folders.people(FEW), folders.people(people)
    _run(program, "fill", many, count)
    found = Findings(
        "Stored messages",
        f"One person has {count:,} messages with 500 others, in the store with {people:,} accounts. Texts as above; pages of 50 "
        "rows, opened, mean of 200.",
    )
    texts = _ask(program, "one", few, many)["text_us"]
    found.add("a text of one pair, no other messages", f"{texts[0]:.1f} µs")
    found.flat(f"the same, one of them has {count:,}", texts[0], texts[1], "µs", 1)
    for page, (cost,) in _ask(program, "pages", many).items():
        found.below(page, cost, 2, "ms", 2)
    return found


def _ask(program: Path, verb: str, *words: object) -> dict[str, list[float]]:
    """The answer of `growth-cost`: a figure for each folder by name."""
    lines = (line.split("\t") for line in _run(program, verb, *words).splitlines())
    return {name: [float(figure) for figure in figures] for name, *figures in lines}


def _run(program: Path, verb: str, *words: object) -> str:
    done = subprocess.run([str(program), verb, *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StoreFailed(f"growth-cost {verb}: {done.stderr.strip().splitlines()[0] if done.stderr.strip() else done.returncode}")
    return done.stdout


class StoreFailed(Exception):
    """`growth-cost` couldn't do what it was asked."""
