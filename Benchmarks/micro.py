#!/usr/bin/env python3
"""Counts what small things cost, and compares with what they may cost (thresholds.json).

  micro.py [ROW...]             instructions and allocations of each operation, beside CPU time and time; all rows unless some
                                are named. Status 1 if one takes 10 % more than its threshold
  micro.py --record [ROW...]    the same, and writes what was counted as the new thresholds
  micro.py --sites ROW          who allocates, for each operation of a row

Instructions are counted by valgrind, allocations by a preloaded library: in two runs, one with twice the operations, so that
the difference is free of start and set-up. Both hardly depend on what else the machine does. The times do, and say only how
the rows compare; they are medians of five runs. Valgrind has no SHA instructions: hashing looks dearer there than it is.
"""

import argparse
import concurrent.futures
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "allocations"))
import allocations  # noqa: E402

THRESHOLDS = HERE / "thresholds.json"
PROGRAMS = ["micro"]
TOLERANCE = 0.10
TIMED_RUNS = 5
# So many times the operations of a counted run, when time is taken.
TIMED = 10
# Dictionaries in the same order each time.
ENVIRONMENT = os.environ | {"SWIFT_DETERMINISTIC_HASHING": "1"}


class Row:
    def __init__(self, program, name, count):
        self.program, self.name, self.count = program, name, int(count)

    def run(self, count, *before, environment=ENVIRONMENT, program=None):
        """Does the operation so often; what it printed on both outputs."""
        command = [*before, program or self.program, self.name, str(count)]
        result = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if result.returncode != 0:
            raise SystemExit(f"{self.name} failed:\n{result.stderr[-2000:]}")
        return result.stdout, result.stderr

    def instructions(self, stripped):
        def collected(count):
            _, told = self.run(
                count, "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program=stripped / self.program.name)
            return int(re.search(r"Collected : (\d+)", told)[1])

        return (collected(2 * self.count) - collected(self.count)) / self.count

    def allocations(self, folder):
        def taken(count):
            file = folder / f"allocations-{self.name}-{count}"
            self.run(count, environment=ENVIRONMENT | allocations.environment(file))
            return allocations.read(file)[0]

        return (taken(2 * self.count) - taken(self.count)) / self.count

    def times(self):
        """Median CPU time and time of an operation, in nanoseconds."""
        runs = [json.loads(self.run(TIMED * self.count)[0]) for _ in range(TIMED_RUNS)]
        return (statistics.median(run[name] for run in runs) for name in ("cpu_ns", "wall_ns"))

    def sites(self, folder):
        # Without address randomisation a caller has the same address in both runs.
        files = [folder / "once", folder / "twice"]
        for file, count in zip(files, (self.count, 2 * self.count)):
            self.run(count, "setarch", "-R", environment=ENVIRONMENT | allocations.environment(file, sites=True))
        once, twice = (allocations.read_sites(file) for file in files)
        allocations.print_sites(once, twice, f"{files[1]}.maps", 30, self.count)


def all_rows():
    for program in PROGRAMS:
        path = HERE / ".build" / "release" / program
        listed = subprocess.run([path], capture_output=True, text=True, check=True).stdout
        yield from (Row(path, *line.split()) for line in listed.splitlines())


def opinion(counted, limits):
    """(what to say, whether that is a miss) about a row's figures beside its thresholds."""
    if limits is None:
        return "no threshold: --record", True
    said, missed = [], False
    for name, figure in counted.items():
        limit = limits[name]
        # Half an allocation more or less in ten operations is no news.
        slack = 0.05 if name == "allocations" else 0
        change = 100 * (figure / limit - 1) if limit else 0
        if figure > limit * (1 + TOLERANCE) + slack:
            said.append(f"{name} +{change:.0f} % MISSED" if limit else f"{name} MISSED")
            missed = True
        elif figure < limit * (1 - TOLERANCE) - slack:
            said.append(f"{name} {change:.0f} %: better, --record")
    return ", ".join(said), missed


def measure(rows, thresholds):
    """Prints the table; returns what was counted for each row, and whether a threshold was missed."""
    print(f"{'an operation of':<16}{'instructions':>14}{'may be':>10}{'allocations':>13}{'may be':>8}{'CPU ns':>10}{'ns':>10}")
    counted, missed = {}, False
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        for program in {row.program for row in rows}:
            shutil.copy(program, scratch)
            # Valgrind 3.19 can't read Swift's debugging information.
            subprocess.run(["strip", "-g", scratch / program.name], check=True)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            instructions = list(pool.map(lambda row: row.instructions(scratch), rows))
        for row, number in zip(rows, instructions):
            figures = {"instructions": round(number), "allocations": round(row.allocations(scratch), 1)}
            cpu, wall = row.times()
            limits = thresholds.get(row.name)
            said, is_missed = opinion(figures, limits)
            missed |= is_missed
            counted[row.name] = figures
            may_be = [f"{limits[name]:.{digits}f}" if limits else "" for name, digits in (("instructions", 0), ("allocations", 1))]
            print(
                f"{row.name:<16}{figures['instructions']:>14}{may_be[0]:>10}{figures['allocations']:>13.1f}{may_be[1]:>8}"
                f"{cpu:>10.0f}{wall:>10.0f}  {said}".rstrip(), flush=True)
    return counted, missed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--sites", metavar="ROW")
    chosen = parser.parse_args()
    rows = {row.name: row for row in all_rows()}
    for name in [*chosen.rows, *filter(None, [chosen.sites])]:
        if name not in rows:
            parser.error(f"no row {name}; there are {', '.join(rows)}")
    if chosen.sites:
        with tempfile.TemporaryDirectory() as scratch:
            rows[chosen.sites].sites(Path(scratch))
        return 0
    if not shutil.which("valgrind"):
        raise SystemExit("valgrind is missing, which counts instructions: script/setup installs it.")
    thresholds = json.loads(THRESHOLDS.read_text()) if THRESHOLDS.exists() else {}
    counted, missed = measure([rows[name] for name in chosen.rows or rows], thresholds)
    gone = thresholds.keys() - rows.keys()
    if chosen.record:
        kept = {name: (thresholds | counted)[name] for name in rows if name in thresholds | counted}
        lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(figures)}" for name, figures in kept.items())
        THRESHOLDS.write_text(f"{{\n{lines}\n}}\n")
        print(f"Recorded in {THRESHOLDS.relative_to(HERE.parent)}.")
        return 0
    if gone:
        print(f"thresholds.json has rows that are gone: {', '.join(sorted(gone))}")
    return 1 if missed or gone else 0


if __name__ == "__main__":
    sys.exit(main())
