"""The tables of a run: one a scenario, a row a server, then Hoopoe beside the best peer and beside its budget."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.table import Table

from . import syncs
from .scenarios import SCENARIOS, Figure, Scenario
from .server import Server
from .summary import WRONG, Record, Turns, best_peer, budget

_NONE = "–"


@dataclass(frozen=True)
class Section:
    """A table, what stands over it and what has to be said below."""

    title: str
    table: Table
    remarks: Sequence[str]

    def text(self) -> str:
        return "\n".join([self.title, "", self.table.text(), *(f"  {remark}" for remark in self.remarks), ""])

    def markdown(self) -> str:
        remarks = [f"- {remark}" for remark in self.remarks]
        return "\n".join([f"**{self.title}**", "", self.table.markdown(), *(["", *remarks] if remarks else []), ""])


def sections(records: Sequence[Record], servers: Sequence[type[Server]]) -> list[Section]:
    """All that the records tell, in the order of the scenarios."""
    measured = {one["scenario"] for one in records}
    found = [_section(records, one, servers) for one in SCENARIOS if one.name in measured]
    return found + ([_syncs(records, servers)] if syncs.NAME in measured else [])


def _section(records: Sequence[Record], scenario: Scenario, servers: Sequence[type[Server]]) -> Section:
    head = ["", *(figure.title for figure in scenario.figures), "lost/twice/order/errors", "generator's CPU"]
    rows, remarks, dear = [], [], []
    for server in servers:
        turns = Turns.find(records, server.name, scenario.name)
        if not turns.results and not turns.errors:
            continue
        rows.append(_row(server.title, turns, scenario))
        remarks += [f"{server.title}: a round failed: {error}" for error in turns.errors]
        share = turns.generator_share()
        if share is not None and share >= 1:
            dear.append(f"{server.title} ({share:.1f} to 1)")
    if dear:
        remarks.append(f"The generator used more CPU than the server it drove: {'; '.join(dear)}.")
    peers = [server.name for server in servers if server.name != "hoopoe"]
    own = Turns.find(records, "hoopoe", scenario.name)
    if own.results:
        ratios = [_ratio(own, best_peer(records, peers, scenario, figure), figure) for figure in scenario.figures]
        if any(ratio != _NONE for ratio in ratios):
            rows.append(["to the best peer", *ratios, "", ""])
        rows.append(["budget", *(_verdict(own, figure) for figure in scenario.figures), "", ""])
    return Section(scenario.title, Table(head, rows), remarks)


def _row(title: str, turns: Turns, scenario: Scenario) -> list[str]:
    if not turns.results:
        return [title, *["failed"] * len(scenario.figures), _NONE, _NONE]
    wrong, share = turns.wrong(), turns.generator_share()
    return [
        title,
        *(_cell(turns, figure) for figure in scenario.figures),
        "/".join(str(wrong[kind]) for kind in WRONG),
        _NONE if share is None else f"{100 * share:.0f} %",
    ]


def _cell(turns: Turns, figure: Figure) -> str:
    found = turns.spread(figure.field)
    if found is None:
        return _NONE
    median, low, high = (f"{value:,.{figure.digits}f}" for value in (found.median, found.low, found.high))
    return median if low == high else f"{median} ({low}–{high})"


def _ratio(own: Turns, peer: float | None, figure: Figure) -> str:
    found = own.spread(figure.field)
    if found is None or not peer or not found.median:
        return _NONE
    times = found.median / peer
    return f"{times:.1f} ×" if figure.more_is_better or times >= 1 else f"1/{1 / times:.1f}"


def _verdict(own: Turns, figure: Figure) -> str:
    found = own.spread(figure.field)
    if figure.budget is None or found is None:
        return ""
    return f"{budget(figure)}{'' if figure.keeps(found.median) else ' MISSED'}"


def _syncs(records: Sequence[Record], servers: Sequence[type[Server]]) -> Section:
    rows, remarks = [], []
    for server in servers:
        turns = Turns.find(records, server.name, syncs.NAME)
        if not turns.results and not turns.errors:
            continue
        found = turns.spread("syncs_per_1000")
        rows.append([server.title, "failed" if found is None else f"{found.median:,.0f}"])
        remarks += [f"{server.title}: {error}" for error in turns.errors]
    return Section(
        "Calls of fsync and its kin for 1,000 delivered messages (20 pairs, window 1, under strace)",
        Table(["", "syncs"], rows),
        remarks,
    )
