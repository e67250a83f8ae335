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
{version}, as shipped but for `limits.trusted-addresses`: the people beside come from a trusted address, the attackers from others
(127.0.0.66, or up to 1,000 addresses of 127.1/16), so the limits by address hold for them. Each attack has a fresh server. Quiet
and during: {seconds:g} s each. Beside *chat*: 25 pairs text, 300 messages a second in all, in an open loop, each acknowledged after
a sync; beside *login*: one whole log-in after the other. Attackers are one Python process with niceness {niceness} on the same
{processor}: what slows the people down is the server's own work and what they leave of the processors. Machine: {memory}, {system},
load average {load_average_before:.1f} before the run.

CPU of the attack is what the server used beyond the quiet run, for the attempts of the same time. Memory is the resident set before the attack, the most during it, and 8 s after it ended.
"""


def row(record: Record) -> list[str]:
    if "error" in record:
        return [record["attack"], record["error"], *[""] * (len(HEAD) - 2)]
    quiet, during = record["quiet"], record["during"]
    memory = " / ".join(f"{record[f'memory_{when}'] / 2**20:.0f}" for when in ("before", "most", "after"))
    rate, held = record["per_second"], record["held"]
    return [
        record["attack"],
        f"{rate:,.0f}/s" if held is None else f"{held:,}",
        f"{1_000 * record['cpu_per_second'] / rate:.2f}" if held is None and rate >= 1 else "–",
        f"{100 * record['cpu_per_second']:.0f}",
        memory,
        f"{quiet['p50_ms']:.1f} / {during['p50_ms']:.1f}",
        f"{quiet['p99_ms']:.1f} / {during['p99_ms']:.1f}",
        f"{during['p99_ms'] / quiet['p99_ms']:.1f}" if quiet["p99_ms"] else "–",
    ]


def page(meta: dict[str, Any], records: Sequence[Record], seconds: float) -> str:
    """Markdown."""
    before = _BEFORE.format(**meta, seconds=seconds, niceness=NICENESS)
    paragraphs = [textwrap.fill(paragraph, 125, break_on_hyphens=False) for paragraph in before.split("\n\n")]
    answered = [one for one in records if "error" not in one]
    listed = [f"- *{one.name}*: {one.words}. {_answers(found)}" for one in ATTACKS for found in answered if found["attack"] == one.name]
    table = Table(HEAD, [row(one) for one in records]).markdown()
    lost = sum(one["during"]["lost"] for one in answered)
    end = f"Of the people's messages, {lost} were lost."
    return "\n".join(["\n\n".join(paragraphs), "", table, "", end, "", *(textwrap.fill(line, 125, subsequent_indent="  ") for line in listed)])


def _answers(record: Record) -> str:
    counted = sorted(record["answers"].items(), key=lambda one: -one[1])
    told = ", ".join(f"{name} {count:,}" for name, count in counted[:4])
    return f"Answers: {told}." if told else ""
