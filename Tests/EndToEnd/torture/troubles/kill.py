"""SIGKILL under load, sometimes once more while the server starts again."""

import asyncio


async def befall(house, load, chance):
    kills = chance.choice((1, 1, 2, 3))
    with load.hurry():
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0, 1.0))
            await house.kill()
            await until_up(house)
    return f"killed {kills} times"


async def until_up(house):
    while not house.is_up:
        await asyncio.sleep(0.02)
