"""What the consent checks cost: a table of the runs of `consent-cost`, with the real vault and without one in turn."""

import json
import statistics
import sys
from pathlib import Path

from .limits import Lines

LIMIT_PERCENT = 3


def main(file: str) -> int:
    runs = [json.loads(line) for line in Path(file).read_text().splitlines()]
    asked, passed = runs[0::2], runs[1::2]
    if any(run["refused"] for run in runs):
        sys.exit("some texts were refused: nothing was measured")

    def median(some: list[dict[str, float]], name: str) -> float:
        return statistics.median(run[name] for run in some)

    text = median(asked, "cpu_us_per_text")
    spread = sorted(run["cpu_us_per_text"] for run in asked)
    checks = median(asked, "asking_us_per_text") - median(passed, "asking_us_per_text")
    share = 100 * checks / text
    lines = Lines()
    lines.line("CPU a text by number, stored for both, us", f"{text:.1f}", f"({spread[0]:.1f} to {spread[-1]:.1f})")
    lines.line("the same with a vault that asks nobody, us", f"{median(passed, 'cpu_us_per_text'):.1f}")
    lines.line("asking the vault, blind index included, us a text", f"{median(asked, 'asking_us_per_text'):.2f}")
    lines.line("of that the consent checks, us a text", f"{checks:.2f}")
    lines.line("share of the checks in the CPU a text", f"{share:.1f} %", f"under {LIMIT_PERCENT} %", holds=share < LIMIT_PERCENT)
    return int(lines.missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
