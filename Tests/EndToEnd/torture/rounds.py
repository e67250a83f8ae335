"""Trouble after trouble, and the books after each."""

import asyncio
import random
import time

from harness.waiting import seconds

from .archives import Archives
from .broken import Broken, hold
from .load import Load
from .store import Store
from .troubles import HARMLESS, TROUBLES

BACK = 30.0  # within this everybody is back and has everything
MOST = 400 << 20  # what the server may come to in memory


class Rounds:
    def __init__(self, house, seed, say):
        self.house, self.say = house, say
        self.chance = random.Random(seed)
        self.load = Load(house, seed)
        self.archives = Archives(house)
        self.store = Store(house)
        self.watching = None
        self.done = 0

    async def begin(self):
        self.watching = asyncio.ensure_future(self.house.watch())
        self.house.admit(True)
        await self._guarded(self.load.begin())
        await asyncio.sleep(1)

    async def befall(self, name):
        """One trouble and the reckoning after it; prints a line."""
        began, texts, sms = time.monotonic(), self.load.acknowledged, len(self.load.texter.texts)
        self.house.admit(True)
        words = await self._guarded(TROUBLES[name](self.house, self.load, self.chance))
        over = time.monotonic()
        await self._guarded(self._settle())
        back = time.monotonic() - over
        unknown, failed = await self._guarded(self._reckon())
        hold(name not in HARMLESS or not unknown + failed, f"{unknown} SMS unknown and {failed} failed, and nothing befell their way")
        self.done += 1
        self.say(
            f"{self.done:4} {name:15} {time.monotonic() - began:5.1f} s  {self.load.acknowledged - texts:4} texts, "
            f"{len(self.load.texter.texts) - sms:3} SMS ({unknown} unknown, {failed} failed), settled after {back:.1f} s, "
            f"{self.house.resident >> 20} MiB" + (f"; {words}" if words else ""))

    async def end(self):
        await self.load.end()
        if self.watching is not None:
            self.watching.cancel()
            await asyncio.gather(self.watching, return_exceptions=True)

    async def _guarded(self, step):
        """Runs a step, and ends it at once if the server ended as it must not, or a client saw what it must not see."""
        step = asyncio.ensure_future(step)
        watched = [self.watching, *self.load.tasks]
        while not step.done():
            await asyncio.wait([step, *watched], timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
            for task in watched:
                if task.done():
                    step.cancel()
                    await task
                    raise Broken("somebody went home early")
            for client in self.load.clients:
                if client.failure:
                    step.cancel()
                    raise Broken(client.failure)
        return await step

    async def _settle(self):
        """Nobody begins anything new; everything that was begun is acknowledged and has arrived."""
        self.house.admit(False)
        limit = time.monotonic() + seconds(BACK)

        async def until(condition, what):
            while not condition():
                hold(time.monotonic() < limit, lambda: f"not within {seconds(BACK):g} s: {what()}")
                await asyncio.sleep(0.05)

        load = self.load
        await until(lambda: self.house.is_up, lambda: "the server is back")
        await until(lambda: all(one.is_idle for one in (load.texter, *load.deciders)), lambda: "decisions are answered")
        await until(
            lambda: all(one.is_up and not one.outbox for one in load.clients),
            lambda: "everything is acknowledged; left " + str(
                {one.resource: len(one.outbox) if one.is_up else "not connected" for one in load.clients}))
        for recipient in load.recipients:
            wanted = [one.id for sender in load.senders for one in sender.texts[recipient.person.jid]]
            await until(
                lambda r=recipient, w=wanted: len(r.seen) >= len(w),
                lambda r=recipient, w=wanted: f"{r.resource} has {len(r.seen)} of {len(w)}; "
                f"lacks {[one for one in w if one not in r.seen][:5]}")
        await until(lambda: self.store.waiting() == 0, lambda: f"{self.store.waiting()} SMS wait for the carrier")

    async def _reckon(self):
        await self.archives.check(self.load)
        for _ in range(40):  # what became of the last ones is told right after it is written
            if self.store.all_told(self.load, self.archives.sms):
                break
            await asyncio.sleep(0.05)
        outcomes = self.store.check_sms(self.load, self.archives.sms)
        self.store.check_evidence(self.load)
        await asyncio.to_thread(self.store.check_log)
        await asyncio.to_thread(self.store.check_files)
        hold(self.house.resident < MOST, f"the server takes {self.house.resident >> 20} MiB")
        return outcomes
