#!/usr/bin/env python3
"""Counts what a program takes from the heap, for each message if one knows how many there were.

  allocations.py run FILE -- COMMAND...       runs COMMAND counted into FILE (a server, say); ends as it ends
  allocations.py run --sites FILE -- COMMAND  the same, and remembers who asked, which makes it slower
  allocations.py during FILE -- COMMAND...    runs COMMAND (a load generator) and says what was taken meanwhile; with a JSON
                                              object on COMMAND's standard output also for each of its "count"
  allocations.py during --sites N FILE -- ... the same, and the N callers that took most
  allocations.py read FILE                    what was taken until now

What "during" counts is everything from COMMAND's start to its end, logins included. Two runs of different length cancel that:
  (allocations of the long one - of the short one) / (count of the long one - of the short one)
"""

import argparse
import bisect
import collections
import functools
import json
import mmap
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "allocations.c"
DEPTH = 16
HEAD = struct.Struct("=4Q")
SITE = struct.Struct(f"=2Q{DEPTH}Q")


def library():
    """Compiles the library once; returns its path."""
    folder = Path(tempfile.gettempdir()) / f"hoopoe-allocations-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    built = folder / "allocations.so"
    if not built.exists() or built.stat().st_mtime < SOURCE.stat().st_mtime:
        fresh = folder / f"fresh-{os.getpid()}.so"
        subprocess.run(
            ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-fno-omit-frame-pointer", "-shared", "-fPIC", "-o", fresh, SOURCE],
            check=True, timeout=60,
        )
        fresh.rename(built)
    return built


def environment(file, sites=False):
    """What a process must have in its environment to be counted into `file`."""
    extra = {"LD_PRELOAD": str(library()), "ALLOCATIONS_FILE": str(file)}
    return extra | {"ALLOCATIONS_SITES": "1"} if sites else extra


def read(file):
    """(allocations, bytes, frees, allocations whose callers didn't fit) until now."""
    with open(file, "rb") as counts:
        return HEAD.unpack(counts.read(HEAD.size))


def read_sites(file):
    """How often each chain of callers asked, the innermost address first."""
    sites = {}
    with open(file, "rb") as counts, mmap.mmap(counts.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        for offset in range(HEAD.size, len(mapped) - SITE.size + 1, SITE.size):
            count, _, *callers = SITE.unpack_from(mapped, offset)
            if count:
                sites[tuple(callers)] = sites.get(tuple(callers), 0) + count
    return sites


class Names:
    """Addresses of a process as names, by its map and its files' symbols."""

    def __init__(self, maps):
        self.places = []
        bases = {}
        for line in Path(maps).read_text().splitlines():
            words = line.split(None, 5)
            if len(words) < 6 or not words[5].startswith("/"):
                continue
            begin, end = (int(word, 16) for word in words[0].split("-"))
            path = words[5]
            if path not in bases:
                bases[path] = begin - int(words[2], 16)
            self.places.append((begin, end, bases[path], path))
        self.places.sort()
        self.starts = [place[0] for place in self.places]

    def where(self, address):
        """(file, symbol) of an address; the symbol is as the linker knows it."""
        index = bisect.bisect_right(self.starts, address) - 1
        if index < 0 or address >= self.places[index][1]:
            return "?", hex(address)
        _, _, base, path = self.places[index]
        starts, names = symbols(path)
        found = bisect.bisect_right(starts, address - 1 - base) - 1
        return path, names[found] if found >= 0 else hex(address - base)


@functools.cache
def symbols(path):
    rows = []
    for options in (["-n"], ["-n", "-D"]):
        listed = subprocess.run(["nm", "--defined-only", *options, path], capture_output=True, text=True, check=False)
        rows += [line.split(" ", 2) for line in listed.stdout.splitlines() if " " in line]
    rows = sorted({(int(row[0], 16), row[2].split("@")[0]) for row in rows if row[0] and row[1] in "tTwWvV"})
    return [row[0] for row in rows], [row[1] for row in rows]


def demangled(names):
    names = list(dict.fromkeys(names))
    told = subprocess.run(
        ["swift", "demangle", "--compact", "--simplified"], input="\n".join(names), capture_output=True, text=True, check=False
    ).stdout.splitlines()
    return dict(zip(names, told)) if len(told) == len(names) else {name: name for name in names}


def chains(sites, maps, depth):
    """How often each chain of names asked. The runtime's own functions at the inner end are left out."""
    names = Names(maps)
    runtime = ("libswift", "libc.so", "libstdc++", "allocations.so", "ld-linux", "libdispatch", "libFoundation", "lib_Foundation")
    found = collections.Counter()
    for callers, count in sites.items():
        frames = [names.where(address) for address in callers if address]
        own = [
            index for index, (path, symbol) in enumerate(frames)
            if not any(word in path for word in runtime) and not symbol.startswith(("swift_", "_swift_", "__swift_", "_ZN5swift"))
        ]
        inner = own[0] if own else 0
        # The runtime's last function before ours says what was asked for.
        found[tuple(symbol for _, symbol in frames[max(inner - 1, 0):inner + depth])] += count
    return found


def print_sites(before, after, maps, top, messages, depth=4):
    sites = {callers: count - before.get(callers, 0) for callers, count in after.items()}
    found = chains({callers: count for callers, count in sites.items() if count > 0}, maps, depth)
    clear = demangled([name for chain in found for name in chain])
    for chain, count in found.most_common(top):
        print(f"{count / messages:10.2f}  " + "\n            < ".join(clear[name][:150] for name in chain))


def during(file, command, top):
    before, sites = read(file), read_sites(file) if top else {}
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    after = read(file)
    sys.stdout.write(result.stdout)
    taken, size, given = (new - old for new, old in zip(after[:3], before[:3]))
    messages = 0
    try:
        messages = int(json.loads(result.stdout).get("count", 0))
    except (ValueError, AttributeError):
        pass
    print(f"allocations {taken}, bytes {size}, frees {given}")
    if messages:
        print(f"for each of {messages}: {taken / messages:.1f} allocations, {size / messages:.0f} bytes")
    if top:
        print_sites(sites, read_sites(file), f"{file}.maps", top, messages or 1)
    return result.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("run", "during", "read"):
        arguments = verbs.add_parser(verb)
        if verb == "run":
            arguments.add_argument("--sites", action="store_true")
        if verb == "during":
            arguments.add_argument("--sites", type=int, default=0, metavar="N")
        arguments.add_argument("file", type=Path)
        if verb != "read":
            arguments.add_argument("command", nargs="+")
    chosen = parser.parse_args()
    if chosen.verb == "run":
        chosen.file.unlink(missing_ok=True)
        os.execvpe(chosen.command[0], chosen.command, os.environ | environment(chosen.file, chosen.sites))
    if chosen.verb == "during":
        return during(chosen.file, chosen.command, chosen.sites)
    taken, size, given, _ = read(chosen.file)
    print(f"allocations {taken}, bytes {size}, frees {given}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
