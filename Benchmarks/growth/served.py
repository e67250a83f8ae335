"""What grows in a running server: clients, accounts; what two event loops do; how late messages are."""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peers import load
from peers.server import Running

from .findings import Findings
from .folders import SOME, Folders

_LIMIT_SECONDS = 240.0
Result = dict[str, Any]


@dataclass(frozen=True)
class Served:
    """Runs loads on servers, so many rounds, in turn."""

    generator: Path
    folders: Folders
    rounds: int
    seconds: float

    def accounts(self, count: int) -> Findings:
        """Few and many accounts, the same load on both."""
        found = Findings(
            "Accounts, through the server",
            "CPU of the server for 1,000 messages of 200 bytes, delivered, over TLS, between 100 pairs: 1,000 a second, and as many as "
            "it takes with ten under way in each pair. Two servers take turns.",
        )
        with self._started(SOME) as few, self._started(count) as many:
            for name, words in (("1,000/s", ("--rate", "1000")), ("ten under way", ("--window", "10"))):
                ask = self._chat("--pairs", "100", *words)
                costs = self._in_turn([lambda ask=ask: ask(few), lambda ask=ask: ask(many)])
                low, high = (_median(results, "server_cpu_s_per_1000") * 1e3 for results in costs)
                found.add(f"{name}, {SOME:,} accounts", f"{low:.1f} ms{_trouble(costs[0])}")
                found.flat(f"the same with {count:,}", low, high, f"ms{_trouble(costs[1])}", 1)
        return found

    def connections(self) -> Findings:
        """A hundred and eight thousand clients, the same number of messages."""
        found = Findings(
            "Connections",
            "CPU of the server for 1,000 messages of 200 bytes, delivered, over TLS, 2,000 a second in all: between 50 pairs; between "
            "the same with 7,900 more clients online who say nothing; between 1,000 and between 4,000 pairs. After a text a client is "
            "asked whether it has it, but once a second at most: of 50 recipients each is asked once for 40 texts, of 1,000 once for "
            "two, of 4,000 after each; so more pairs have their limit beside 1,000. Then as many as it takes, 4,000 under way in all: "
            "with 80 under way in each of 50 pairs, what comes in a read and leaves in a write is many messages, with one in each of "
            "4,000 it is one, so the two don't cost the same and have no limit. Everybody has written that day and since the start "
            "and has been online for ten seconds; one server, in turn.",
        )
        with self._started(SOME) as running:
            # Their keys of the day are minted and read.
            self._chat("--pairs", "4000", "--window", "1", warmup=8)(running)
            rate = ("--rate", "2000")
            # What a log-in costs goes on for some seconds after it.
            loads = [
                self._chat("--pairs", "50", *rate),
                self._chat("--pairs", "50", "--idle", "7900", *rate, warmup=10),
                self._chat("--pairs", "1000", *rate, warmup=10),
                self._chat("--pairs", "4000", *rate, warmup=10),
                self._chat("--pairs", "50", "--window", "80"),
                self._chat("--pairs", "4000", "--window", "1", warmup=10),
            ]
            results = self._in_turn([lambda load=load: load(running) for load in loads])
            costs = [_median(one, "server_cpu_s_per_1000") * 1e3 for one in results]
            trouble = [_trouble(one) for one in results]
            found.add("2,000/s, 50 pairs", f"{costs[0]:.1f} ms{trouble[0]}")
            found.flat("the same, 8,000 clients, of whom 100 write", costs[0], costs[1], f"ms{trouble[1]}", 1)
            found.add("2,000/s, 1,000 pairs", f"{costs[2]:.1f} ms{trouble[2]} ({(costs[2] / costs[0] - 1) * 100:+.0f} %)")
            found.flat("2,000/s, 4,000 pairs", costs[2], costs[3], f"ms{trouble[3]}", 1)
            found.add("4,000 under way, 50 pairs", f"{costs[4]:.1f} ms{trouble[4]}")
            found.add("4,000 under way, 4,000 pairs", f"{costs[5]:.1f} ms{trouble[5]}")
        return found

    def latency(self) -> Findings:
        """How late messages are at a thousand a second, each counted from the time at which it was to go."""
        found = Findings(
            "Latency", "1,000 messages of 200 bytes a second over 100 pairs, whatever the server does; to the recipient's client."
        )
        with self._started(SOME) as running:
            for name, words in (("", ()), (", acknowledgements asked for", ("--acks",))):
                ask = self._chat("--pairs", "100", "--rate", "1000", *words)
                (results,) = self._in_turn([lambda ask=ask: ask(running)])
                found.below(f"half of them{name}", _median(results, "p50_ms"), 5, "ms", 1)
                found.below(f"99 of 100{name}", _median(results, "p99_ms"), 20, "ms", 1)
                cpu = _median(results, "server_cpu_s_per_1000") * 1e3
                found.add(f"processors for 1,000{name}", f"{cpu:.0f} ms{_trouble(results)}")
        return found

    def loops(self) -> Findings:
        """One event loop and two, at log-ins, which are all theirs, and at messages, which the store's writer shares."""
        found = Findings(
            "Event loops",
            "`limits.event-loops` 1 and 2 on two processors, which the generator shares; as many as the server takes. *Busy*: the "
            "seconds of processor a second of server and generator. *Generator's part taken out*: what the server would do if "
            "what the generator used were its own, measured × (server + generator) ÷ server; only for two loops, since with one the "
            "second processor has room for the generator. One loop's log-ins use more than one processor too: passwords are checked "
            "beside it. Of each pair that texts the sender is on one loop and the recipient on the other, so those aren't alike.",
        )
        cases = (
            ("log-ins", ["login", "--seconds", f"{self.seconds:g}", "--parallel", "200"]),
            ("messages", self._words("--pairs", "100", "--window", "10")),
        )
        for name, words in cases:
            costs = self._in_turn([lambda words=words, loops=loops: self._fresh(loops, words) for loops in (1, 2)])
            one, two = (_Loops(results) for results in costs)
            found.add(f"{name}, one loop", f"{one.rate:,.0f}/s", one.use)
            found.add(f"{name}, two loops", f"{two.rate:,.0f}/s", two.use)
            times = two.alone / one.rate
            share = two.second_loop
            alone = f"{two.alone:,.0f}/s ({times:.1f} times one loop's)"
            is_bound = name == "log-ins"
            least_times, least_share = ("at least 1.4 times", "at least 60 %") if is_bound else ("", "")
            found.add(f"{name}, two loops, generator's part taken out", alone, least_times, holds=not is_bound or times >= 1.4)
            found.add(
                f"{name}, the less busy loop beside the other", f"{share * 100:.0f} %", least_share, holds=not is_bound or share >= 0.6
            )
        return found

    def _fresh(self, loops: int, words: Sequence[str]) -> Result:
        with self._started(SOME, **{"limits.event-loops": str(loops)}) as running:
            before = _loop_ticks(running.child.pid)
            answer = self._load(running, words)
            after = _loop_ticks(running.child.pid)
            return {**answer, "loop_ticks": sorted(after[thread] - before.get(thread, 0) for thread in after)}

    def _chat(self, *words: str, warmup: float = 2) -> Any:
        return lambda running: self._load(running, self._words(*words, warmup=warmup))

    def _words(self, *words: str, warmup: float = 2) -> list[str]:
        return ["chat", "--body", "200", "--warmup", f"{warmup:g}", "--settle", "30", "--seconds", f"{self.seconds:g}", *words]

    def _load(self, running: Running, words: Sequence[str]) -> Result:
        limit = _LIMIT_SECONDS + self.seconds
        return load.run(self.generator, words, port=running.place.port, server=running.child.pid, label="growth", limit=limit)

    def _in_turn(self, turns: Sequence[Any]) -> list[list[Result]]:
        """The results of each, round by round."""
        results: list[list[Result]] = [[] for _ in turns]
        for _ in range(self.rounds):
            for turn, mine in zip(turns, results, strict=True):
                mine.append(turn())
        return results

    @contextmanager
    def _started(self, people: int, **settings: str) -> Iterator[Running]:
        running = self.folders.start(self.folders.people(people), **settings)
        try:
            yield running
        finally:
            running.stop()


class _Loops:
    """What so many loops did, medians."""

    def __init__(self, results: Sequence[Result]) -> None:
        self.rate = _median(results, "per_second")
        self.alone = statistics.median(
            one["per_second"] * (one["server_cpu_s"] + one["load_cpu_s"]) / one["server_cpu_s"] for one in results
        )
        server, both = (
            statistics.median((one["server_cpu_s"] + more * one["load_cpu_s"]) / one["seconds"] for one in results) for more in (0, 1)
        )
        self.use = f"server {server:.2f}, busy {both:.2f}"
        self.second_loop = statistics.median(_evenness(one["loop_ticks"]) for one in results)


def _evenness(ticks: Sequence[int]) -> float:
    """What the second busiest loop did beside the busiest; 0 if there is one."""
    return ticks[-2] / max(ticks[-1], 1) if len(ticks) > 1 else 0


def _median(results: Sequence[Result], name: str) -> float:
    return statistics.median(float(one[name]) for one in results)


def _trouble(results: Sequence[Result]) -> str:
    """What went wrong, in words; nothing if nothing did."""
    wrong = {kind: sum(int(one.get(kind) or 0) for one in results) for kind in ("lost", "duplicated", "reordered", "errors")}
    return "".join(f", {count} {kind}" for kind, count in wrong.items() if count)


def _loop_ticks(process: int) -> dict[str, int]:
    """The CPU time of each thread that serves connections, in the kernel's ticks."""
    ticks = {}
    for thread in Path(f"/proc/{process}/task").iterdir():
        if thread.joinpath("comm").read_text().startswith("NIO-ELT"):
            fields = thread.joinpath("stat").read_text().rpartition(")")[2].split()
            ticks[thread.name] = int(fields[11]) + int(fields[12])
    return ticks
