"""Medians and spreads of what the rounds found."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .scenarios import IDLE_AT, Figure, Scenario

Record = dict[str, Any]


@dataclass(frozen=True)
class Spread:
    """One figure over all rounds that gave it."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Turns:
    """All rounds of one server in one scenario."""

    results: Sequence[Record]
    errors: Sequence[str]

    @staticmethod
    def find(records: Sequence[Record], server: str, scenario: str) -> "Turns":
        mine = [one for one in records if one["server"] == server and one["scenario"] == scenario]
        return Turns([flat(one["result"]) for one in mine if "result" in one], [one["error"] for one in mine if "error" in one])

    def spread(self, field: str) -> Spread | None:
        values = [float(one[field]) for one in self.results if one.get(field) is not None]
        return Spread(statistics.median(values), min(values), max(values)) if values else None

    def wrong(self) -> Counter[str]:
        """What was lost, came twice or out of order, or failed, in all rounds together."""
        return Counter({kind: sum(int(one.get(kind) or 0) for one in self.results) for kind in WRONG})

    def generator_share(self) -> float | None:
        """CPU of the generator for each second of CPU of the server, the worst round."""
        shares = [
            one["load_cpu_s"] / one["server_cpu_s"]
            for one in self.results
            if one.get("server_cpu_s") and one.get("load_cpu_s") is not None
        ]
        return max(shares, default=None)


WRONG = ("lost", "duplicated", "reordered", "errors")


def flat(result: Record) -> Record:
    """The generator's answer with a field for each number of idle connections."""
    by_count = {one.get("connections"): one for one in result.get("steps") or []}
    more = {f"kib_per_connection_{count}": by_count[count].get("kib_per_connection") for count in IDLE_AT if count in by_count}
    return {**result, **more}


def best_peer(records: Sequence[Record], peers: Sequence[str], scenario: Scenario, figure: Figure) -> float | None:
    """The best median of all peers."""
    found = [Turns.find(records, peer, scenario.name).spread(figure.field) for peer in peers]
    medians = [one.median for one in found if one is not None]
    if not medians:
        return None
    return max(medians) if figure.more_is_better else min(medians)


def missed(records: Sequence[Record], scenarios: Sequence[Scenario]) -> list[str]:
    """Hoopoe's figures that don't keep their budget, and its scenarios that failed."""
    said = []
    for scenario in scenarios:
        turns = Turns.find(records, "hoopoe", scenario.name)
        said += [f"{scenario.name}: {error}" for error in turns.errors]
        for figure in scenario.figures:
            found = turns.spread(figure.field)
            if found is not None and not figure.keeps(found.median):
                said.append(f"{scenario.name}: {figure.title} {found.median:,.{figure.digits}f}, budget {budget(figure)}")
    return said


def budget(figure: Figure) -> str:
    if figure.budget is None:
        return ""
    digits = 0 if figure.budget >= 100 else figure.digits
    return f"{'≥' if figure.more_is_better else '≤'} {figure.budget:,.{digits}f}"
