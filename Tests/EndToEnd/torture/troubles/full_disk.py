"""The disk fills up: the server ends and says why; with room again it serves."""

import asyncio

from ..house import DISK


async def befall(house, load, chance):
    ends = len(house.ends)
    house.allowed = {DISK}
    try:
        # Long texts: what was written once, files have room for without growing.
        with load.hurry(length=4000):
            await asyncio.sleep(chance.uniform(0.2, 0.8))
            house.disk.fill()
            await house.bitten(ends)
        await asyncio.sleep(chance.uniform(1, 2.5))
    finally:
        house.disk.release()
    await asyncio.sleep(0.5)
    house.allowed = set()
    return f"ended {len(house.ends) - ends} times" + ("" if house.disk.is_mounted else ", by the shim")
