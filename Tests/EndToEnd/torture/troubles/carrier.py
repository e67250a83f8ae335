"""The carrier takes a window without answering, is gone for a while, and comes back."""

import asyncio

from ..broken import hold


async def befall(house, load, chance):
    carrier = house.carrier
    await asyncio.sleep(chance.uniform(0.3, 1))
    carrier.is_silent = True
    before = sum(carrier.submits.values())
    with load.hurry():
        await asyncio.sleep(chance.uniform(0.5, 1.5))
    if chance.random() < 0.5:
        await house.kill()
    await carrier.stop()
    open = sum(carrier.submits.values()) - before
    hold(open > 0, "the carrier was silent, and nothing was on its way to it")
    await asyncio.sleep(chance.uniform(0.5, 2))
    carrier.is_silent = False
    await carrier.start()
    return f"{open} SMS unanswered"
