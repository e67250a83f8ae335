"""The parts of docs/benchmarks.md that programs write, each between two markers; the rest is written by hand."""

from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


class NoPart(Exception):
    """The document has no place for a part."""


def write_part(name: str, text: str, document: Path = DOCUMENT) -> None:
    """Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->`; everything else stays as it is."""
    before, opening, rest = document.read_text().partition(f"<!-- {name} -->\n")
    _, closing, after = rest.partition(f"<!-- /{name} -->\n")
    if not opening or not closing:
        raise NoPart(f"{document} lacks the line <!-- {name} --> or <!-- /{name} -->: put both where the part shall stand")
    written = document.with_suffix(".new")
    written.write_text(f"{before}{opening}{text.strip()}\n{closing}{after}")
    written.replace(document)
