"""Every sync fails with EIO for a while: nothing is acknowledged, the server ends and says why; later it serves."""

import asyncio

from ..house import DISK


async def befall(house, load, chance):
    ends = len(house.ends)
    house.allowed = {DISK}
    try:
        with load.hurry():
            await asyncio.sleep(chance.uniform(0.2, 0.8))
            house.syncs.fail(chance.choice(("", "", "content.sqlite", "keys.sqlite")))
            await house.bitten(ends)
        await asyncio.sleep(chance.uniform(1, 2.5))
    finally:
        house.syncs.release()
    await asyncio.sleep(0.5)
    house.allowed = set()
    return f"ended {len(house.ends) - ends} times"
