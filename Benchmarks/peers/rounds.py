"""Turn by turn: each round runs every server once, in an order that rotates from round to round."""

import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import load, syncs
from .accounts import DOMAIN
from .load import LoadFailed
from .scenarios import Scenario
from .server import Place, Running, Server, ServerFailed, free_port, make_certificate

# Longer than any server needs; a scenario that takes longer makes a row that says so.
_LIMIT_SECONDS = 240.0

Record = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What one call of the program does."""

    servers: Sequence[Server]
    scenarios: Sequence[Scenario]
    rounds: int
    seconds: float
    count_syncs: bool


class Rounds:
    """Runs a plan; every result is in a file as soon as it is there."""

    def __init__(self, plan: Plan, generator: Path, scratch: Path, results: Path) -> None:
        self._plan = plan
        self._generator = generator
        self._scratch = scratch
        self._results = results
        self._certificate, self._key = make_certificate(scratch, DOMAIN)
        self._starts = 0
        self.records: list[Record] = []

    def run(self) -> None:
        plan = self._plan
        ready = [server for server in plan.servers if self._prepare(server)]
        for number in range(plan.rounds):
            turn = number % max(len(ready), 1)
            for server in [*ready[turn:], *ready[:turn]]:
                self._round(server, number + 1)
        if plan.count_syncs:
            for server in ready:
                self._syncs(server)

    def _prepare(self, server: Server) -> bool:
        template = self._template(server)
        template.mkdir()
        try:
            server.prepare(template, self._certificate, self._key)
        except (ServerFailed, OSError) as problem:
            for scenario in self._of(server):
                self._record(server, scenario.name, 1, error=str(problem))
            return False
        return True

    def _round(self, server: Server, number: int) -> None:
        scenarios = [one for one in self._of(server) if number == 1 or not one.once]
        # What needs a fresh server has one; the others share one, in the order of the table.
        groups = [[one] for one in scenarios if one.alone] + [[one for one in scenarios if not one.alone]]
        for group in filter(None, groups):
            self._group(server, group, number)

    def _group(self, server: Server, group: Sequence[Scenario], number: int) -> None:
        waiting = list(group)
        while waiting:
            # A server that doesn't start fails them all; after a scenario that fails, the rest has a new server.
            failed = list(waiting)
            try:
                with self._started(server, carrier=free_port() if group[0].hoopoe_only else None) as running:
                    while waiting:
                        failed = [waiting.pop(0)]
                        self._one(running, failed[0], number)
            except (ServerFailed, LoadFailed, OSError) as problem:
                for scenario in failed:
                    self._record(server, scenario.name, number, error=str(problem))
                waiting = [one for one in waiting if one not in failed]

    def _one(self, running: Running, scenario: Scenario, number: int) -> None:
        server = running.server
        words = scenario.arguments(self._plan.seconds)
        place = running.place
        own = [] if place.carrier is None else ["--listen", f"127.0.0.1:{place.carrier}"]
        print(f"round {number}: {server.title}: {scenario.name}", file=sys.stderr)
        limit = _LIMIT_SECONDS + self._plan.seconds
        pid, label = running.child.pid, server.name
        answer = load.run(self._generator, [*words, *own], port=place.port, server=pid, label=label, limit=limit)
        running.check()
        self._record(server, scenario.name, number, command=load.shown(words), result=answer)

    def _syncs(self, server: Server) -> None:
        print(f"counting syncs: {server.title}", file=sys.stderr)
        trace = self._scratch / f"{server.name}.syncs"
        try:
            with self._started(server, syncs.tracing(trace)) as running:
                answer = syncs.count(self._generator, running, trace)
        except (ServerFailed, LoadFailed, OSError) as problem:
            self._record(server, syncs.NAME, 1, error=str(problem))
        else:
            self._record(server, syncs.NAME, 1, result=answer)

    @contextmanager
    def _started(self, server: Server, wrapper: Sequence[str] = (), carrier: int | None = None) -> Iterator[Running]:
        self._starts += 1
        folder = self._scratch / f"{server.name}-{self._starts}"
        shutil.copytree(self._template(server), folder)
        try:
            place = Place(folder, free_port(), self._certificate, self._key, carrier)
            running = Running(server, place, wrapper)
            try:
                yield running
            finally:
                running.stop()
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _of(self, server: Server) -> list[Scenario]:
        return [one for one in self._plan.scenarios if server.name == "hoopoe" or not one.hoopoe_only]

    def _template(self, server: Server) -> Path:
        return self._scratch / server.name

    def _record(self, server: Server, scenario: str, number: int, **what: object) -> None:
        record: Record = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "round": number,
            "server": server.name,
            "version": server.version(),
            "scenario": scenario,
            **what,
        }
        self.records.append(record)
        with self._results.open("a") as file:
            file.write(json.dumps(record) + "\n")
        if "error" in what:
            print(f"  failed: {what['error']}", file=sys.stderr)
