"""Clients are gone without a word: by RST, or with their sockets open and never read again; others never acknowledge."""

import asyncio

from ..client import LOST, Device


async def _ghost(house, person, name):
    """A device that takes no notice of anything it is sent."""
    device = Device(house.server, person, name)
    device.answers_requests = False
    try:
        await device.connect()
        await device.bind()
        device.presence()
        device.is_frozen = True
    except LOST:
        pass
    return device


async def befall(house, load, chance):
    closing = []
    ghosts = [await _ghost(house, house.people["rosa"], f"ghost{n}") for n in range(3)]
    for _ in range(3):
        for one in load.clients:
            if not one.is_up:
                continue
            draw = chance.random()
            if draw < 0.4:
                one.reset()
            elif draw < 0.7:
                closing.append(one.vanish())
        await asyncio.sleep(chance.uniform(0.4, 0.9))
    for close in closing:
        await close()
    for ghost in ghosts:
        await ghost.close(goodbye=False)
    return f"{len(closing)} silent, {len(ghosts)} ghosts"
