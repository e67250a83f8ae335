"""A busy account gets megabytes; one of its devices reads slowly, another doesn't read at all: neither costs others their time."""

import asyncio
import time

from ..broken import hold
from ..client import Device

TEXTS = 400
SIZE = 4000
GROWTH = 64 << 20


async def befall(house, load, chance):
    busy = load.recipient("busy")
    before = house.resident
    stuck = Device(house.server, busy.person, "stuck")
    slow = Device(house.server, busy.person, "slow")
    for device in (stuck, slow):
        await device.connect()
        await device.bind(stream_management=device is slow)
        device.presence()
    stuck.is_frozen = True
    slow.pause = 0.05
    sender = chance.choice(load.senders)
    await sender.up()
    began = time.monotonic()
    for n in range(TEXTS):
        last = sender.text(busy.person, SIZE)
        sender.send(last, request=n % 20 == 19)
        if n % 20 == 19:
            await asyncio.sleep(0.02)
    while last.id not in busy.seen:
        await asyncio.sleep(0.05)
        hold(time.monotonic() - began < 60, "the account's other device waits for the slow ones")
    took = time.monotonic() - began
    grown = house.resident - before
    hold(grown < GROWTH, f"{grown >> 20} MiB more for two slow devices")
    for device in (stuck, slow):
        await device.close(goodbye=False)
    return f"{TEXTS * SIZE >> 20} MiB in {took:.1f} s beside it, {grown >> 20:+d} MiB"
