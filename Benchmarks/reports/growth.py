"""What must not grow with the number of accounts and messages: a table of one run of `growth-cost`."""

import json
import sys
from pathlib import Path

from .limits import Lines


def main(file: str) -> int:
    run = json.loads(Path(file).read_text())
    lines = Lines()
    lines.line("accounts", f"{run['accounts']:.0f}")
    lines.line("messages of one person", f"{run['messages']:.0f}")
    lines.line("making an account from ready verifiers, us of CPU", f"{run['making_us']:.1f}")
    lines.line("opening the store, ms", f"{run['start_ms']:.0f}", "under 2000", holds=run["start_ms"] < 2000)
    for what in ("accounts", "messages"):
        few, many = run[f"text_us_few_{what}"], run[f"text_us_many_{what}"]
        lines.line(f"a text stored for both, few {what}, us of CPU", f"{few:.1f}")
        lines.line(f"the same with many {what}", f"{many:.1f}", "at most 10 % more", holds=many <= 1.1 * few)
    for page, cost in run["page_ms"].items():
        lines.line(f"{page}, ms of CPU", f"{cost:.2f}", "under 2", holds=cost < 2)
    return int(lines.missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
