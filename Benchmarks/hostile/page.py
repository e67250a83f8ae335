"""The table of attacks, and the part of docs/benchmarks.md that it stands in."""

import textwrap
from collections.abc import Sequence
from typing import Any

from reports.table import Table

from .attacker import NICENESS
from .attacks import ATTACKS

Record = dict[str, Any]

HEAD = [
    "Attack",
    "attempts/s, or held",
    "server CPU ms an attempt",
    "server CPU %",
    "memory MiB before / most / after",
    "p50 ms quiet / during",
    "p99 ms quiet / during",
    "p99 ratio",
]

_BEFORE = """\
{version}, as shipped but for `limits.trusted-addresses` and what an attack's line below says: the people beside come from a
trusted address, the attackers from others (127.0.0.66, or up to 1,000 addresses of 127.1/16), so the limits by address hold for
them. Each attack has a fresh server. Quiet and during: {seconds:g} s each. Beside *chat*: 25 pairs text, 300 messages a second
in all, in an open loop, each acknowledged after a sync; beside *login*: one whole log-in after the other. Attackers are one
Python process with niceness {niceness} on the same {processor}: what slows the people down is the server's own work and what
they leave of the processors. Machine: {memory}, {system}, load average {load_average_before:.1f} before the run.

CPU of the attack is what the server used beyond the quiet run, for the attempts of the same time; – where that isn't measurable:
it was no more than when quiet. The goal for the people beside is a p99 under {most:g} times the quiet one; what misses it says
so. Memory is the resident set before the attack, the most during it, and 8 s after it ended.
"""


# The p99 of the people beside has to stay under so many times the quiet one.
MOST = 2.0


def ratio(record: Record) -> float | None:
    """The p99 of the people beside, by the quiet one; None if one of them is missing: nobody got through."""
    quiet, during = record["quiet"], record["during"]
    if not quiet["count"] or not during["count"] or not quiet["p99_ms"]:
        return None
    return float(during["p99_ms"] / quiet["p99_ms"])


def misses(record: Record) -> bool:
    found = ratio(record)
    return found is None or found >= MOST


def _ratio(record: Record) -> str:
    found = ratio(record)
    figure = "–" if found is None else f"{found:.2f}" if round(found, 1) == MOST else f"{found:.1f}"
    return f"{figure} MISSED" if misses(record) else figure


def row(record: Record) -> list[str]:
    if "error" in record:
        return [record["attack"], record["error"], *[""] * (len(HEAD) - 2)]
    quiet, during = record["quiet"], record["during"]
    memory = " / ".join(f"{record[f'memory_{when}'] / 2**20:.0f}" for when in ("before", "most", "after"))
    rate, held, cpu = record["per_second"], record["held"], record["cpu_per_second"]
    return [
        record["attack"],
        f"{rate:,.0f}/s" if held is None else f"{held:,}",
        f"{1_000 * cpu / rate:.2f}" if held is None and rate >= 1 and cpu > 0 else "–",
        f"{100 * cpu:.0f}" if cpu > 0 else "–",
        memory,
        f"{quiet['p50_ms']:.1f} / {during['p50_ms']:.1f}",
        f"{quiet['p99_ms']:.1f} / {during['p99_ms']:.1f}",
        _ratio(record),
    ]


def page(meta: dict[str, Any], records: Sequence[Record], seconds: float) -> str:
    """Markdown."""
    before = _BEFORE.format(**meta, seconds=seconds, niceness=NICENESS, most=MOST)
    paragraphs = [textwrap.fill(paragraph, 125, break_on_hyphens=False) for paragraph in before.split("\n\n")]
    answered = [one for one in records if "error" not in one]
    listed = [f"- *{one.name}*: {one.words}. {_answers(found)}" for one in ATTACKS for found in answered if found["attack"] == one.name]
    table = Table(HEAD, [row(one) for one in records]).markdown()
    lost = sum(one["during"]["lost"] for one in answered)
    missed = [one["attack"] for one in answered if misses(one)]
    end = f"Of the people's messages, {lost} were lost. Over the goal: {', '.join(missed) or 'none'}."
    return "\n".join(["\n\n".join(paragraphs), "", table, "", end, "", *(textwrap.fill(line, 125, subsequent_indent="  ") for line in listed)])


def _answers(record: Record) -> str:
    counted = sorted(record["answers"].items(), key=lambda one: -one[1])
    told = ", ".join(f"{name} {count:,}" for name, count in counted[:4])
    return f"Answers: {told}." if told else ""
