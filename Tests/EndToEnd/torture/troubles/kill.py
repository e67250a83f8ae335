"""SIGKILL under load, sometimes once more while the server starts again."""

import asyncio


async def befall(house, load, chance):
    await asyncio.sleep(chance.uniform(0.3, 1.5))
    kills = chance.choice((1, 1, 2, 3))
    for _ in range(kills):
        await house.kill()
        await until_up(house)
        await asyncio.sleep(chance.uniform(0, 0.4))
    return f"killed {kills} times"


async def until_up(house):
    while not house.is_up:
        await asyncio.sleep(0.02)
