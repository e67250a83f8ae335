"""How often a server has its files synced for a message: counted by strace in a run of its own, since that slows it down."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import load
from .load import LoadFailed
from .server import Running

NAME = "syncs"

_CALLS = "fsync,fdatasync,sync_file_range,msync,syncfs"
_STARTED = re.compile(r"\b(?:fsync|fdatasync|sync_file_range|msync|syncfs)\(")
_WORDS = ("chat", "--pairs", "20", "--window", "1", "--body", "200", "--seconds", "3", "--warmup", "0")
_LIMIT_SECONDS = 60.0


def tracing(trace: Path) -> Sequence[str]:
    """What stands before the server's command. By the seccomp filter only these calls stop the server."""
    return ["strace", "-f", "--seccomp-bpf", "-e", f"trace={_CALLS}", "-o", str(trace)]


def count(generator: Path, running: Running, trace: Path) -> dict[str, Any]:
    """Syncs for 1,000 messages, with what the log-ins cost in it; one pair's messages share a sync with the others'."""
    before = _lines(trace)
    pid, port, label = running.child.pid, running.place.port, running.server.name
    answer = load.run(generator, _WORDS, port=port, server=pid, label=label, limit=_LIMIT_SECONDS)
    running.check()
    if not answer.get("count"):
        raise LoadFailed("nothing was delivered while syncs were counted")
    made = _lines(trace) - before
    return {"syncs": made, "count": answer["count"], "syncs_per_1000": 1000 * made / answer["count"]}


def _lines(trace: Path) -> int:
    return sum(1 for line in trace.read_text(errors="replace").splitlines() if _STARTED.search(line))
