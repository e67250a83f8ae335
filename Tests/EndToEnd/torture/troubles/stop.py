"""SIGTERM under load, with people reading their archives: it ends with 0, within its time."""

import asyncio

from harness.wirexmpp import WireSession

from ..broken import hold
from ..client import LOST


async def _read(house, person):
    try:
        session = WireSession(house.server, person, resource="reader")
        await session.connect()
        await session.bind(stream_management=False)
        while True:
            await session.archive_after(page=50)
    except LOST:
        await session.close()


async def befall(house, load, chance):
    readers = [asyncio.ensure_future(_read(house, house.people[name])) for name in ("rosa", "busy", "away", "anna")]
    with load.hurry():
        await asyncio.sleep(chance.uniform(0.5, 1.5))
        status = await house.stop()
    await asyncio.wait(readers, timeout=10)
    hold(status == 0, f"SIGTERM under load ended it with {status}: {house.server.log[-1500:]}")
