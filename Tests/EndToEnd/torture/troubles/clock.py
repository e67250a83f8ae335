"""The wall clock jumps an hour and a day, forwards and backwards; sometimes the server is killed under the wrong time."""

import asyncio

JUMPS = {"+1 h": 3600, "-1 h": -3600, "+1 d": 86400, "-1 d": -86400}


async def befall(house, load, chance):
    jumps = chance.sample(list(JUMPS), 2)
    try:
        for name in jumps:
            house.clock.set(JUMPS[name])
            await asyncio.sleep(chance.uniform(0.5, 1.2))
            if chance.random() < 0.3:
                await house.kill()
                await asyncio.sleep(1)
    finally:
        house.clock.set(0)
    await asyncio.sleep(0.5)
    return " and ".join(jumps)
