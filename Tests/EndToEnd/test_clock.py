"""A wall clock that is set forwards and back while the server runs: nobody waits for it, and what has had its time goes."""

import asyncio
import os
import time

from harness.shim import ClockShim
from harness.waiting import seconds, wait_until
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


DAY, MEBIBYTE = 86_400, 1 << 20


def content_size(server):
    """How many bytes the content and its WAL take."""
    file = server.folder / "regions" / "home" / "content.sqlite"
    return sum(os.stat(path).st_size for path in (file, f"{file}-wal") if os.path.exists(path))


def test_texts_whose_window_has_ended_give_their_room_back(own_server, join, client, tmp_path):
    """The house is kept at every start and every hour. Of what is free, 4 MiB stay for what comes next."""
    server = own_server()
    server.shim = ClockShim(tmp_path)
    anna, ben = join("anna", "ben", on=server)
    server.start()
    a = client(anna, on=server, stream_management=True)
    old = [f"{n} " + "x" * 100_000 for n in range(100)]
    ids = [a.send(ben, text) for text in old]
    a.wait_acked(ids[-1], 30)
    server.shim.set(9 * DAY)
    a.wait_acked(a.send(ben, "a new one"))
    a.close()
    assert server.stop() == 0
    full = content_size(server)
    assert full > 10 * MEBIBYTE

    server.start()
    wait_until(lambda: content_size(server) < 6 * MEBIBYTE, 30, lambda: f"{content_size(server)} bytes of {full} are left")
    for one in (anna, ben):
        assert [m.body for _, m in client(one, on=server, resource="books").whole_archive()] == ["a new one"]
    assert server.stop() == 0
    assert content_size(server) < 6 * MEBIBYTE
