"""A table as lines for a terminal, or as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Cells in rows; the first column is to the left, the others to the right."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> str:
        columns = list(zip(self.head, *self.rows, strict=True))
        widths = [max(len(cell) for cell in column) for column in columns]

        def line(cells: Sequence[str]) -> str:
            first, *others = (f"{cell:{'<' if i == 0 else '>'}{widths[i]}}" for i, cell in enumerate(cells))
            return "  ".join([first, *others]).rstrip()

        return "\n".join([line(self.head), *map(line, self.rows)])

    def markdown(self) -> str:
        def line(cells: Sequence[str]) -> str:
            return f"| {' | '.join(cells)} |"

        rule = "|---|" + "---:|" * (len(self.head) - 1)
        return "\n".join([line(self.head), rule, *map(line, self.rows)])
