"""A wall clock that is set forwards and back while the server runs: nobody waits for it."""

import asyncio
import time

from harness.shim import ClockShim
from harness.waiting import seconds
from harness.wirexmpp import WireSession


def test_nobody_waits_for_a_clock_that_was_set_back(own_server, join, loop, tmp_path):
    """Under the shim the kernel's wall clock is behind the program's, as it is for a wait that began before the step."""
    server = own_server()
    server.shim = ClockShim(tmp_path)
    anna, ben = join("anna", "ben", on=server)
    server.start()

    async def scenario():
        a = await WireSession(server, anna).connect()
        await a.bind()
        took = []
        for offset in (0, 3600, 0, 86400, -3600):
            server.shim.set(offset)
            for n in range(10):
                began = time.monotonic()
                # Two at once: the writer waits a moment for more after the first.
                a.send_text(ben.jid, f"{n}", f"a{offset}.{n}")
                await a.drain()
                position = a.send_text(ben.jid, f"{n}", f"b{offset}.{n}")
                await asyncio.wait_for(a.acknowledged(position), seconds(10))
                took.append(time.monotonic() - began)
        await a.close()
        return took

    took = loop.run(scenario(), seconds(60))
    print(f"acknowledged after {max(took) * 1000:.0f} ms at most")
    assert max(took) < seconds(5)
