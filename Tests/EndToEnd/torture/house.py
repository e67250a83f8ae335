"""The server that is tortured, with its disk, clock and carrier; started again whenever it ends, as an init system does."""

import asyncio
import json
import re
import time
from pathlib import Path

from harness.hoopoe import Hoopoe
from harness.people import person
from harness.secret import write_secret
from harness.shim import ClockShim, Shims, SyncShim
from harness.waiting import seconds

from .broken import Broken, hold
from .carrier import Carrier
from .disk import SmallDisk

# The documented status of a server whose data folder can't be read or written.
DISK = 74
DISK_WORDS = re.compile(r"disk|full|space left|I/O|Input/output", re.I)

SETTINGS = {
    "sms__per_day": 100000, "numbers__new_per_day": 10000, "numbers__country": "DE", "log__interval": "0.5",
    "log__level": "warning", "scram__iterations": 4096,
}


class House:
    """`disk` is where it lies, a small one if none is given; `shims` are put under the server beside its own."""

    def __init__(self, work, disk=None, shims=()):
        self.work = Path(work)
        self.disk = disk or SmallDisk(work)
        self.more = shims
        self.before_start = lambda: None
        self.events = None  # what was promised and shown, in order, if somebody keeps a list
        self.carrier = Carrier(self.note)
        self.clock = ClockShim(work)
        self.syncs = SyncShim(work, is_traced=False)
        self.server = None
        self.allowed = set()  # statuses with which the server may end by itself just now
        self.ends = []  # how it ended each time: a status and its last words
        self.downtime = 0.0
        self._is_open = asyncio.Event()
        self._is_killed = self._is_held = False

    async def begin(self, people):
        await self.carrier.start()
        self.server = await asyncio.to_thread(Hoopoe, self.disk.folder / "house")
        self.server.shim = Shims(*filter(None, (self.clock, self.syncs, self.disk.shim, *self.more)))
        self.people = {name: person(name) for name in people}
        await asyncio.to_thread(self.server.add, *self.people.values())
        write_secret(self.server.folder / "carrier.password", "secret")
        self.server.routes({
            "name": "carrier", "smsc": self.carrier.address, "system-id": "hoopoe", "password-file": "carrier.password",
            "senders": ["+493023125001"], "prefixes": ["+49"], "window": 10, "enquire-link-seconds": 1, "response-seconds": 2,
        })
        self.before_start()
        await asyncio.to_thread(self.server.start, **SETTINGS)

    def note(self, what, *words):
        """Something was promised to somebody, or shown."""
        if self.events is not None:
            self.events.append((what, *words))

    # Whether people may go on with what they do

    async def open(self):
        await self._is_open.wait()

    @property
    def is_open(self):
        return self._is_open.is_set()

    def admit(self, may):
        self._is_open.set() if may else self._is_open.clear()

    # Its process

    @property
    def is_up(self):
        return self.server.process is not None and self.server.process.running

    @property
    def resident(self):
        return self.server.resident_bytes if self.is_up else 0

    async def kill(self):
        """SIGKILL. Whoever watches starts it again."""
        self._is_killed = True
        await asyncio.to_thread(self.server.kill)

    async def stop(self):
        """SIGTERM; its status."""
        self._is_held = True
        try:
            return await asyncio.to_thread(self.server.stop)
        finally:
            self._is_held, self._is_killed = False, True

    async def watch(self):
        """Starts the server again whenever it isn't there; a status that nobody allowed ends the torture."""
        while True:
            await asyncio.sleep(0.05)
            if self._is_held or self.is_up:
                continue
            if self.server.process is not None:
                self._ended(self.server.process)
                await asyncio.to_thread(self.server.close)
            self._is_killed = False
            began = time.monotonic()
            try:
                await asyncio.to_thread(self.server.start)
            except AssertionError:
                process = self.server.process
                if process is None and self._is_killed:
                    continue  # while it started
                if process is None or process.running:
                    raise Broken("the server neither started nor ended") from None
                self._ended(process)
                await asyncio.to_thread(self.server.close)
                await asyncio.sleep(0.3)
            self.downtime += time.monotonic() - began

    async def bitten(self, ends, limit=20.0):
        """Waits until the server has ended once more than `ends` times: whatever befell the disk, the server has met it."""
        until = time.monotonic() + seconds(limit)
        while len(self.ends) == ends:
            hold(time.monotonic() < until, f"the server took no notice of its disk for {seconds(limit):g} s")
            await asyncio.sleep(0.05)

    def _ended(self, process):
        process.wait(5)  # until all that it said is read
        code, words = process.exit_code, process.errors[-2000:]
        self.ends.append((code, words))
        if self._is_killed:
            return
        hold(code in self.allowed, f"the server ended by itself with {code}: {words[-600:]}")
        hold(code != DISK or DISK_WORDS.search(words), f"the server ended with {code} and didn't say why: {words[-600:]}")

    def close(self):
        if self.server is not None:
            self.server.close()
        self.disk.close()

    def evidence(self):
        """What is to be kept of it when a promise was broken."""
        return json.dumps({"ends": self.ends, "people": {name: [one.name, one.password] for name, one in self.people.items()}}, indent=1)
