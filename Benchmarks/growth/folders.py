"""Data folders with few and with many people, made by Hoopoe's own program from one ready verifier."""

import resource
import shutil
from pathlib import Path

from peers.accounts import DOMAIN
from peers.hoopoe import Hoopoe
from peers.server import Place, Running, free_port, make_certificate

# Texts are always among the same hundred people.
FEW = 100
# Enough for the connections of a run and for people who have never written.
SOME = 20_000


class Folders:
    """What a run works on; below one scratch folder, which its owner removes."""

    def __init__(self, program: Path, *, built_here: bool, scratch: Path) -> None:
        self._program = program
        self._built_here = built_here
        self._scratch = scratch
        self._certificate, self._key = make_certificate(scratch, DOMAIN)
        # CPU seconds that each took to make.
        self.making: dict[str, float] = {}

    @property
    def version(self) -> str:
        return self._hoopoe(FEW).version()

    def people(self, count: int) -> Path:
        """The folder with so many people, made when first asked for."""
        folder = self._scratch / f"people-{count}"
        if not folder.exists():
            folder.mkdir()
            before = _children()
            self._hoopoe(count).prepare(folder, self._certificate, self._key)
            self.making[folder.name] = _children() - before
        return folder

    def copy(self, folder: Path, name: str) -> Path:
        return Path(shutil.copytree(folder, self._scratch / name))

    def start(self, folder: Path, **settings: str) -> Running:
        """A server that offers log-in from the folder; whoever calls stops it."""
        return Running(self._hoopoe(FEW, settings), Place(folder, free_port(), self._certificate, self._key))

    def _hoopoe(self, people: int, settings: dict[str, str] | None = None) -> Hoopoe:
        return Hoopoe(self._program, built_here=self._built_here, people=people, settings=settings)


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
