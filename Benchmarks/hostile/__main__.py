"""script/bench hostile: the command line."""

import argparse
import json
import os
import resource
import sys
import tempfile
from pathlib import Path

from peers.accounts import DOMAIN
from peers.load import LoadFailed
from peers.server import ServerFailed, make_certificate
from reports.document import NoPart, write_part
from reports.machine import load_average, machine
from reports.programs import BENCHMARKS, ROOT, NotBuilt, release
from reports.signals import interrupt_on_signals
from reports.table import Table

from .attacks import ATTACKS
from .page import HEAD, MOST, misses, page, row
from .trial import Attacked, Trial

_RESULTS = BENCHMARKS / ".build" / "hostile"


def main() -> int:
    options = _options()
    interrupt_on_signals()
    try:
        generator = options.load or release(BENCHMARKS, "load")
        server = Attacked(options.hoopoe or release(ROOT, "hoopoe"), built_here=options.hoopoe is None)
    except NotBuilt as problem:
        sys.exit(f"script/bench hostile: {problem}")
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    _RESULTS.mkdir(parents=True, exist_ok=True)
    records = []
    with tempfile.TemporaryDirectory(prefix="scratch-", dir=_RESULTS, ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        meta = {**machine(scratch), "load_average_before": load_average(), "version": server.version()}
        certificate = make_certificate(scratch, DOMAIN)
        template = scratch / "template"
        template.mkdir()
        server.prepare(template, *certificate)
        trial = Trial(server, template, certificate, generator, scratch, options.seconds)
        for attack in options.chosen:
            print(f"{attack.name}: {attack.words} ...", file=sys.stderr)
            try:
                records.append(trial.run(attack))
                print(f"  {records[-1]['answers']}", file=sys.stderr)
            except (LoadFailed, ServerFailed) as problem:
                print(f"  failed: {problem}", file=sys.stderr)
                records.append({"attack": attack.name, "error": str(problem)})
    (_RESULTS / "results.json").write_text(json.dumps({"meta": meta, "records": records}, indent=1))
    print(Table(HEAD, [row(one) for one in records]).text())
    if len(options.chosen) == len(ATTACKS) or options.write:
        try:
            write_part("hostile", page(meta, records, options.seconds))
        except NoPart as problem:
            sys.exit(f"script/bench hostile: {problem}")
    return 1 if any("error" in one or one["during"]["lost"] or misses(one) for one in records) else 0


def _options() -> argparse.Namespace:
    names = [one.name for one in ATTACKS]
    parser = argparse.ArgumentParser(
        prog="script/bench hostile",
        description="One attack after the other on a fresh server, beside people who text or log in. A run of all of them "
        "writes its part of docs/benchmarks.md.",
        epilog=f"Attacks: {', '.join(names)}. Status 1 if a server ended, a message of the people beside was lost, "
        f"or their p99 was {MOST:g} times the quiet one or more.",
    )
    parser.add_argument("attacks", nargs="*", metavar="ATTACK", help="all of them unless named")
    parser.add_argument("--seconds", type=float, default=8.0, help="measured, quiet and during each attack (default: 8)")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md also after a part of a run")
    parser.add_argument("--hoopoe", type=_path, metavar="PROGRAM", help="don't build Hoopoe, take this")
    parser.add_argument("--load", type=_path, metavar="PROGRAM", help="don't build the generator, take this")
    options = parser.parse_args()
    if unknown := [name for name in options.attacks if name not in names]:
        parser.exit(os.EX_USAGE, f"{parser.prog}: no attack {unknown[0]}: take some of {', '.join(names)}\n")
    options.chosen = [one for one in ATTACKS if not options.attacks or one.name in options.attacks]
    return options


def _path(text: str) -> Path:
    """As the caller wrote it, who stands elsewhere: script/bench changed the folder."""
    return (Path(os.environ.get("BENCH_CALLER", ".")) / text).resolve()


if __name__ == "__main__":
    sys.exit(main())
