"""Figures beside the limits they have to keep, for a terminal and for docs/benchmarks.md."""

import textwrap
from dataclasses import dataclass, field

from reports.table import Table


@dataclass
class Findings:
    """One table: a title, what was done in words, and a row a figure."""

    title: str
    how: str
    rows: list[list[str]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add(self, name: str, figure: str, limit: str = "", *, holds: bool = True) -> None:
        self.rows.append([name, figure, limit if holds else f"{limit} MISSED"])
        if not holds:
            self.missed.append(f"{name}: {figure}, {limit}")

    def below(self, name: str, value: float, limit: float, unit: str, digits: int = 0) -> None:
        self.add(name, f"{value:,.{digits}f} {unit}", f"under {limit:,g} {unit}", holds=value < limit)

    def flat(self, name: str, few: float, many: float, unit: str, digits: int) -> None:
        """A row that grows by 10 % at most; `few` stands in a row before."""
        text = f"{many:,.{digits}f} {unit} ({(many / few - 1) * 100 if few else 0:+.0f} %)"
        self.add(name, text, "at most 10 % more", holds=many <= 1.1 * few)

    def text(self) -> str:
        return f"{self.title}\n{Table(['', 'measured', 'limit'], self.rows).text()}\n"

    def markdown(self) -> str:
        how = textwrap.fill(self.how, 125, break_on_hyphens=False)
        return f"**{self.title}**\n\n{how}\n\n{Table(['', 'measured', 'limit'], self.rows).markdown()}\n"
