"""The part of docs/benchmarks.md about peers: what was measured on what, the tables, and what they don't show."""

from collections.abc import Sequence
from typing import Any

from . import accounts, load
from .report import sections
from .scenarios import SCENARIOS
from .server import Server
from .summary import Record

_BEFORE = """\
{when}, {rounds} rounds of {seconds:g} s a scenario, the order of the servers rotated from round to round; idle connections in the first
round only. Medians, lowest and highest in brackets. Machine: {processor}, {memory}, {system}, file system
{filesystem}, load average {load_average_before:.1f} before the run. {versions}.

Server and generator share the processors, over loopback. CPU is user and system time of all the server's processes; PSS counts
shared memory once. The column before the last sums over all rounds what was lost, came twice, came out of order, or failed. The last
one is the generator's CPU in percent of the server's, in the worst round: above 100 %, the generator was the dearer of the two. *To
the best peer* sets Hoopoe's median beside the best median of any peer.

All servers: archive, carbons, stream management, rosters and blocking; no rate limits; warnings logged (Hoopoe: as shipped); TLS 1.3
with one self-signed P-256 certificate; SCRAM-SHA-256; {count:,} accounts from one ready verifier; {descriptors:,} file descriptors.
Prosody: epoll, its default collector. ejabberd: no shapers, kernel polling, queues longer than any run fills. Both SQLite
files are in write-ahead mode, which their servers don't turn on by themselves and which spares them syncs.
"""

_SHOWN = """\
What they show: what a message, a log-in and a waiting client cost on one machine, with these promises.

{promises}

What they don't show: networks with delay or loss; more processors; group chats, presence to many contacts, files; archives that are
large; PostgreSQL or MySQL behind the peers, which their authors recommend for many people; clusters. A server that is saturated
queues: in the closed loop its latency says how deep, not how fast it would be at rest. Generator and server compete for the
processors, so rates are lower than they would be on a machine with more of them.

The generator's commands, each followed by `{target}`:

{commands}
"""


def page(meta: dict[str, Any], records: Sequence[Record], servers: Sequence[type[Server]]) -> str:
    """Markdown."""
    measured = [one for one in servers if any(record["server"] == one.name for record in records)]
    scenarios = [one for one in SCENARIOS if any(record["scenario"] == one.name for record in records)]
    versions = "; ".join(sorted({record["version"] for record in records}))
    after = _SHOWN.format(
        promises="\n".join(f"- {one.title}: {one.promise}" for one in measured),
        target=load.shown([]).removeprefix("load "),
        commands="\n".join(f"    load {' '.join(one.arguments(meta['seconds']))}" for one in scenarios),
    )
    tables = (section.markdown() for section in sections(records, servers))
    return "\n".join([_BEFORE.format(**meta, versions=versions, count=accounts.COUNT), *tables, after])
