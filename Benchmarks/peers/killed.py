"""script/bench kill: what each server has acknowledged to senders and doesn't have, or not in order, after SIGKILL."""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import ssl
import sys
import tempfile
import time
import xml.etree.ElementTree as tree
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from reports.document import NoPart, write_part
from reports.machine import machine
from reports.programs import BENCHMARKS, ROOT, NotBuilt, release
from reports.signals import interrupt_on_signals
from reports.table import Table

from . import packages
from .accounts import DOMAIN
from .child import tree as family
from .client import Client, Gone
from .hoopoe import Hoopoe
from .server import Place, Running, Server, ServerFailed, free_port, make_certificate
from .servers import NAMES, SERVERS

_PAIRS = 20
_WINDOW = 10
_AFTER = (2.0, 6.0)  # seconds of load before it is killed
_LEAST = 500  # acknowledged before it is killed
_LONGEST = 60.0  # seconds until it is killed in any case

_PAGE = """\
{when}. {rounds} rounds each, the order rotated; {processor}, {system}, file system {filesystem}. {versions}.

{pairs} pairs, {window} messages under way in each, stream management on, an acknowledgement asked for after each message; every
second recipient is away. After {least:g} to {most:g} s, and {count} acknowledgements, all processes of the server get SIGKILL; it is started again on the same
folder, every recipient comes online and then reads the whole archive. *Lost* was acknowledged to its sender, reached nobody
before, and is neither in the archive nor delivered now. *Not archived* was acknowledged and isn't in the recipient's archive,
whether or not it arrived. *Twice* stands in that archive once more, and *out of order* behind one that its sender sent later;
both count whatever was sent, acknowledged or not.

{table}

{failures}

SIGKILL spares what a server has handed to the system: this says what it acknowledges while it has that in its own memory only.
What a power cut takes besides isn't in the table; the promises above say what is synced.
"""


@dataclass
class Found:
    """One server after one SIGKILL."""

    acknowledged: int
    lost: int
    not_archived: int
    twice: int
    out_of_order: int
    back_s: float


class Pair:
    """A sender, a recipient who may be there, and what is known of their messages."""

    def __init__(self, number: int, port: int) -> None:
        self.port = port
        self.sender = Client(f"u{2 * number}", port)
        self.recipient = Client(f"u{2 * number + 1}", port)
        self.is_there = number % 2 == 0
        self.ids: list[str] = []
        self.arrived: set[str] = set()

    def _arrive(self, message: tree.Element) -> None:
        if id := message.get("id"):
            self.arrived.add(id)

    async def begin(self) -> None:
        await self.sender.connect("kill")
        await self.sender.manage()
        if self.is_there:
            self.recipient.on_message = self._arrive
            await self.recipient.connect("kill")
            self.recipient.write("<presence/>")

    async def pour(self) -> None:
        """Until it is cancelled, or the server is gone."""
        while True:
            while len(self.ids) - self.sender.acknowledged >= _WINDOW:
                await asyncio.sleep(0.002)
            id = f"{self.sender.name}-{len(self.ids)}"
            self.ids.append(id)
            self.sender.write(
                f"<message to='{self.recipient.jid}' type='chat' id='{id}'><body>{id} {'x' * 180}</body></message>"
                "<r xmlns='urn:xmpp:sm:3'/>"
            )
            await asyncio.sleep(0.01)

    async def look(self, port: int) -> tuple[int, int, int, int, int]:
        """Acknowledged, lost, not archived, twice, out of order."""
        acknowledged = self.ids[: self.sender.acknowledged]
        came: set[str] = set()
        again = Client(self.recipient.name, port)
        again.on_message = lambda message: came.add(message.get("id") or "")
        await again.connect("look")
        again.write("<presence/>")
        await asyncio.sleep(2)
        archived = await again.archive()
        again.close()
        kept = set(archived)
        lost = [id for id in acknowledged if id not in kept | came | self.arrived]
        return len(acknowledged), len(lost), len([id for id in acknowledged if id not in kept]), *disorder(self.ids, archived)

    def close(self) -> None:
        self.sender.close()
        if self.is_there:
            self.recipient.close()


def disorder(sent: Sequence[str], archived: Sequence[str]) -> tuple[int, int]:
    """How many of an archive's messages are there once more, and how many stand behind one that was sent later."""
    numbers = {id: number for number, id in enumerate(sent)}
    found = [numbers[id] for id in archived if id in numbers]
    once = list(dict.fromkeys(found))
    late = [number for number, latest in zip(once, accumulate(once, max), strict=True) if number < latest]
    return len(found) - len(once), len(late)


async def _round(server: Server, place: Place, running: Running) -> Found:
    pairs = [Pair(number, place.port) for number in range(_PAIRS)]
    await asyncio.gather(*(pair.begin() for pair in pairs))
    pouring = [asyncio.ensure_future(pair.pour()) for pair in pairs]
    await asyncio.sleep(random.uniform(*_AFTER))
    # One that has acknowledged nothing yet couldn't lose anything.
    limit = time.monotonic() + _LONGEST
    while sum(pair.sender.acknowledged for pair in pairs) < _LEAST and time.monotonic() < limit:
        await asyncio.sleep(0.05)
    for pid in family(running.child.pid):
        os.kill(pid, signal.SIGKILL)
    # What the server wrote to its sockets before still counts as acknowledged.
    await asyncio.sleep(0.5)
    for task in pouring:
        task.cancel()
    await asyncio.gather(*pouring, return_exceptions=True)
    for pair in pairs:
        pair.close()
    await asyncio.to_thread(running.stop)
    began = time.monotonic()
    again = await asyncio.to_thread(Running, server, place)
    back = time.monotonic() - began
    try:
        rows = await asyncio.gather(*(pair.look(place.port) for pair in pairs))
    finally:
        await asyncio.to_thread(again.stop)
    return Found(*(sum(column) for column in zip(*rows, strict=True)), back_s=round(back, 2))


def _measure(options: argparse.Namespace, scratch: Path, file: Path) -> None:
    certificate, key = make_certificate(scratch, DOMAIN)
    servers: list[Server] = []
    for kind in SERVERS:
        if kind.name in options.servers:
            given = options.hoopoe
            hoopoe = issubclass(kind, Hoopoe)
            server = kind(given or release(ROOT, "hoopoe"), built_here=given is None) if hoopoe else kind()
            template = scratch / server.name
            template.mkdir()
            server.prepare(template, certificate, key)
            servers.append(server)
    for number in range(options.rounds):
        turn = number % len(servers)
        for server in [*servers[turn:], *servers[:turn]]:
            folder = scratch / "turn"
            shutil.copytree(scratch / server.name, folder)
            place = Place(folder, free_port(), certificate, key)
            record: dict[str, Any] = {"server": server.name, "version": server.version(), "round": number + 1}
            try:
                running = Running(server, place)
                try:
                    record |= asdict(asyncio.run(_round(server, place, running)))
                finally:
                    running.stop()
            except (ServerFailed, Gone, OSError, ssl.SSLError) as problem:
                record["error"] = f"{type(problem).__name__}: {problem}"
            shutil.rmtree(folder, ignore_errors=True)
            print(json.dumps(record), file=sys.stderr)
            with file.open("a") as results:
                results.write(json.dumps(record) + "\n")


def _table(records: Sequence[dict[str, Any]]) -> Table:
    rows = []
    for kind in SERVERS:
        mine = [one for one in records if one["server"] == kind.name]
        good = [one for one in mine if "error" not in one]
        if not mine:
            continue
        sums = [_sum(good, field) for field in ("acknowledged", "lost", "not_archived", "twice", "out_of_order")]
        worst = max((one["lost"] for one in good), default=0)
        back = max((one["back_s"] for one in good), default=0.0)
        rows.append([kind.title, str(len(good)), *sums, f"{worst:,}", f"{back:.1f}", str(len(mine) - len(good))])
    head = ["", "rounds", "acknowledged", "lost", "not archived", "twice", "out of order"]
    return Table([*head, "lost in the worst round", "s to come back, at most", "rounds failed"], rows)


def _sum(records: Sequence[dict[str, Any]], field: str) -> str:
    """A dash if there are results of before the field was measured."""
    return f"{sum(one[field] for one in records):,}" if all(field in one for one in records) else "–"


def _failures(records: Sequence[dict[str, Any]]) -> str:
    """A sentence for each server whose rounds failed: what the first one failed with."""
    told = []
    for kind in SERVERS:
        failed = [one["error"] for one in records if one["server"] == kind.name and "error" in one]
        if failed:
            first = " ".join(failed[0].split())
            told.append(f"{kind.title}: {len(failed)} failed, the first with `{first[:200].replace('`', chr(39))}`.")
    return " ".join(told) or "No round failed."


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench kill", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="SIGKILLs for each server (default: 5)")
    parser.add_argument("--only", metavar="SERVER,…", help=f"some of {', '.join(NAMES)}")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md also after a part of a run")
    parser.add_argument("--show", type=Path, metavar="FILE", help="measure nothing: the table from the results of a run")
    parser.add_argument("--hoopoe", type=Path, metavar="PROGRAM", help="don't build Hoopoe, take this")
    options = parser.parse_args()
    interrupt_on_signals()
    options.servers = options.only.split(",") if options.only else NAMES
    if unknown := [name for name in options.servers if name not in NAMES]:
        parser.exit(os.EX_USAGE, f"{parser.prog}: no server {unknown[0]}: take some of {', '.join(NAMES)}\n")
    folder = BENCHMARKS / ".build" / "peers"
    folder.mkdir(parents=True, exist_ok=True)
    file = options.show or folder / f"killed-{time.strftime('%Y%m%d-%H%M%S')}.jsonl"
    try:
        if options.show is None:
            wanted = {package for kind in SERVERS if kind.name in options.servers for package in kind.packages}
            packages.install(["openssl", *sorted(wanted)])
            with tempfile.TemporaryDirectory(prefix="scratch-", dir=folder, ignore_cleanup_errors=True) as scratch:
                meta = {**machine(Path(scratch)), "when": time.strftime("%Y-%m-%d")}
                file.write_text(json.dumps({"meta": meta}) + "\n")
                _measure(options, Path(scratch), file)
    except (packages.NotInstalled, NotBuilt, ServerFailed) as problem:
        sys.exit(f"script/bench kill: {problem}")
    first, *records = [json.loads(line) for line in file.read_text().splitlines()]
    table = _table(records)
    print(table.text())
    print(_failures(records))
    print(f"Results: {file}")
    if options.write or (options.show is None and set(options.servers) == set(NAMES)):
        versions = "; ".join(sorted({record["version"] for record in records}))
        rounds = max(record["round"] for record in records)
        text = _PAGE.format(
            **first["meta"], rounds=rounds, versions=versions, pairs=_PAIRS, window=_WINDOW, least=_AFTER[0], most=_AFTER[1], count=_LEAST,
            table=table.markdown(), failures=_failures(records),
        )
        try:
            write_part("kill", text)
        except NoPart as problem:
            sys.exit(f"script/bench kill: {problem}")
    ours = [one for one in records if one["server"] == "hoopoe"]
    wrong = ("lost", "not_archived", "twice", "out_of_order", "error")
    return 1 if any(one.get(field) for one in ours for field in wrong) else 0


if __name__ == "__main__":
    sys.exit(main())
