"""What the transparency log costs: a table of one run of `log-cost`."""

import json
import sys
from pathlib import Path

from .limits import Lines


def main(file: str) -> int:
    run = json.loads(Path(file).read_text())
    rate, start, proof, receipt = (run[name] for name in ("published_per_second", "start_ms", "proof_ms", "receipt_ms"))
    lines = Lines()
    lines.line("leaves", f"{run['leaves']:.0f}")
    lines.line("leaves published a second, synced", f"{rate:.0f}", "at least 20000", holds=rate >= 20000)
    lines.line("leaves published a second of CPU", f"{run['published_per_cpu_second']:.0f}")
    lines.line("opening the store, ms", f"{start:.1f}", "under 1000", holds=start < 1000)
    lines.line("inclusion proof, mean of 1000, ms", f"{proof:.2f}", "under 5", holds=proof < 5)
    lines.line("inclusion proof, longest, ms", f"{run['proof_worst_ms']:.2f}")
    lines.line("receipt, proof and policy checked, mean, ms", f"{receipt:.2f}", "under 5", holds=receipt < 5)
    return int(lines.missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
