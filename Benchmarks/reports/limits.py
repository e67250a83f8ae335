"""Figures in lines, each beside the limit it has to keep."""


class Lines:
    """Prints a figure a line and remembers whether a limit was passed."""

    def __init__(self) -> None:
        self.missed = False

    def line(self, name: str, figure: str, limit: str | None = None, *, holds: bool = True) -> None:
        self.missed |= not holds
        print(f"{name:<52}{figure:>16}{'' if limit is None else f'   {limit}'}{'' if holds else '   MISSED'}")
