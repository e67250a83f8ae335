"""A server at work for a few seconds with the recorder under it, and a list of what was promised and when."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from torture.house import House
from torture.load import EVERYBODY, Load

from .copies import copies
from .disk import Disk
from .journal import Recorder


@dataclass(frozen=True)
class Event:
    """`at` is how long the journal was when it was seen: whatever it rests on is before."""

    at: int
    what: str
    words: tuple


class Events(list):
    def __init__(self, recorder):
        super().__init__()
        self.recorder = recorder

    def append(self, event):
        super().append(Event(self.recorder.position, event[0], event[1:]))


@dataclass
class PlainDisk:
    """Where the data folder lies, when nothing is to be filled."""

    folder: Path
    shim: None = field(default=None)
    is_mounted: bool = field(default=False)

    def close(self):
        pass


@dataclass
class Worked:
    house: House
    load: Load
    disk: Disk
    calls: list
    events: Events

    @property
    def copies(self):
        """Those of the WAL into the content's file after the first acknowledgement."""
        first = next(event.at for event in self.events if event.what == "acknowledged")
        return copies(self.calls, first)


async def work(folder, seconds=3.0):
    """Ordinary work for so long, then much, until the WAL is copied because of its length; the house is killed at the end."""
    plain = PlainDisk(Path(folder) / "disk")
    plain.folder.mkdir(parents=True)
    recorder = Recorder(folder, plain.folder / "house")
    house = House(folder, plain, [recorder])
    began = {}
    house.before_start = lambda: began.update(disk=Disk(recorder.root))
    try:
        await house.begin(EVERYBODY)
        house.events = Events(recorder)
        load = Load(house, "power cut")
        house.admit(True)
        await load.begin()
        watching = asyncio.ensure_future(_watch(house))
        await asyncio.sleep(seconds)
        await _lengthen_the_wal(load, recorder)
        watching.cancel()
        await house.kill()
        await load.end()
        await house.carrier.stop()
    finally:
        house.close()
    return Worked(house, load, began["disk"], recorder.calls(), house.events)


async def _lengthen_the_wal(load, recorder):
    """By long texts, as each is looked for after every cut; decisions rest, as what they delete cuts the WAL."""
    for one in load.senders:
        one.haste, one.length = 4.0, 30_000
    for one in load.deciders:
        one.haste = 0.01
    began = recorder.position
    while not copies(recorder.calls(), began):
        await asyncio.sleep(0.2)
    await asyncio.sleep(0.2)  # for some commits in the WAL that was begun anew


async def _watch(house):
    """Notes each checkpoint that the log shows, as somebody on the web sees it."""
    place, last = house.server.folder / "regions" / "home" / "log" / "1" / "checkpoint", None
    while True:
        try:
            text = place.read_text()
        except FileNotFoundError:
            text = None
        if text and text != last:
            last = text
            house.note("checkpoint", text)
        await asyncio.sleep(0.02)
