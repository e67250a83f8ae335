"""Commit, then deliver, then acknowledge, where commit means the disk said so. The preload shim stands in for the disk."""

import asyncio
import os
import time

import pytest

from harness.waiting import seconds, wait_until
from harness.wirexmpp import CLIENT, Closed, WireSession

DELAY = 0.3
ROUNDS = int(os.environ.get("HOOPOE_FSYNC_ROUNDS", "6"))


def bodies(session):
    return [m.findtext(CLIENT + "body") for m in session.messages if m.find(CLIENT + "body") is not None]


async def pair(server, sender, recipient):
    a, b = WireSession(server, sender), WireSession(server, recipient)
    for one in (a, b):
        await one.connect()
        await one.bind()
        one.presence()
    # Answered requests make sure that both are known to be there before the disk turns slow.
    for one in (a, b):
        await one.iq("<ping xmlns='urn:xmpp:ping'/>", to="localhost")
    return a, b


@pytest.fixture
def house(own_server, join):
    server = own_server(shim=True).start()
    anna, ben = join("anna", "ben", on=server)
    yield server, anna, ben
    server.shim.release()


def test_the_server_syncs_at_all(house, loop):
    """Guards the other tests: a shim that intercepts nothing would let everything pass."""
    server, anna, ben = house

    async def scenario():
        a, b = await pair(server, anna, ben)
        before = len(server.shim.calls())
        await a.acknowledged(a.send_text(ben.jid, "hello", "s1"))
        calls = server.shim.calls()[before:]
        await a.close(), await b.close()
        return calls

    calls = loop.run(scenario(), 20)
    assert any(name in ("fdatasync", "fsync") and result == 0 and str(server.folder) in path
               for _, _, result, name, path in calls), calls


def test_no_acknowledgement_and_no_delivery_before_the_disk(house, loop):
    server, anna, ben = house

    async def scenario():
        a, b = await pair(server, anna, ben)
        server.shim.delay(int(DELAY * 1000))
        for round in range(ROUNDS):
            arrived = {}
            b.on_message = lambda m: m.find(CLIENT + "body") is not None and arrived.setdefault("delivered", time.monotonic())
            sent = time.monotonic()
            position = a.send_text(ben.jid, f"slow {round}", f"slow-{round}")
            await asyncio.wait_for(a.acknowledged(position), seconds(15))
            acked = time.monotonic()
            for _ in range(1000):
                if arrived:
                    break
                await asyncio.sleep(0.01)
            assert acked - sent >= DELAY, f"acknowledged after {acked - sent:.3f} s, before the disk had it"
            assert arrived["delivered"] - sent >= DELAY, f"delivered after {arrived['delivered'] - sent:.3f} s"
            synced = [c for c in server.shim.calls() if c[3] in ("fdatasync", "fsync") and sent <= c[0] and c[1] <= acked and c[2] == 0]
            assert synced, "no sync began after the text was sent and ended before it was acknowledged"
            await asyncio.sleep(0.02 * round)  # another phase against the writer's batches
        server.shim.release()
        await a.close(), await b.close()

    loop.run(scenario(), seconds(60))


def test_many_waiting_share_one_sync(house, loop):
    """Group commit: a hundred texts under a slow disk take a few syncs, not a hundred."""
    server, anna, ben = house

    async def scenario():
        a, b = await pair(server, anna, ben)
        server.shim.delay(int(DELAY * 1000))
        began = time.monotonic()
        before = len(server.shim.calls())
        for n in range(100):
            position = a.send_text(ben.jid, f"g{n}", f"g{n}", request_ack=n == 99)
        await asyncio.wait_for(a.acknowledged(position), seconds(30))
        took = time.monotonic() - began
        assert took >= DELAY
        syncs = len(server.shim.calls()) - before
        assert syncs <= 12, f"{syncs} syncs for 100 texts"
        for _ in range(500):
            if len(bodies(b)) >= 100:
                break
            await asyncio.sleep(0.01)
        assert bodies(b) == [f"g{n}" for n in range(100)]
        server.shim.release()
        await a.close(), await b.close()

    loop.run(scenario(), seconds(60))


def test_a_failing_disk_acknowledges_nothing_ever(house, loop):
    server, anna, ben = house

    async def scenario():
        a, b = await pair(server, anna, ben)
        await asyncio.wait_for(a.acknowledged(a.send_text(ben.jid, "sound", "sound")), seconds(10))
        sound = a.acked
        server.shim.fail()
        try:
            for n in range(5):
                a.send_text(ben.jid, f"lost {n}", f"lost-{n}")
                await a.drain()
                await asyncio.sleep(0.2)
        except (Closed, ConnectionError):
            pass
        await asyncio.sleep(1.0)
        assert a.acked <= sound, "acknowledged although every sync failed"
        assert not [x for x in bodies(b) if x.startswith("lost")], "delivered although every sync failed"
        # A disk that works again must not turn what failed into something acknowledged.
        server.shim.release()
        await asyncio.sleep(1.0)
        assert a.acked <= sound
        assert not [x for x in bodies(b) if x.startswith("lost")]
        refused = a.closed or [m for m in a.messages if m.get("type") == "error"]
        await a.close(), await b.close()
        return refused

    refused = loop.run(scenario(), seconds(60))
    assert refused, "the sender was left without an answer"
    # It stops, or it goes on refusing; either way it says why.
    assert any(word in server.log.lower() for word in ("disk i/o", "i/o error", "fsync", "fdatasync", "sync", "storage")), server.log[-2000:]
    if not server.process.running:
        assert server.process.exit_code not in (0, None)
        assert server.process.exit_code > 0, "it ends by decision, not by a trap"


def test_started_again_after_a_failing_disk(house, loop, client):
    server, anna, ben = house

    async def before():
        a, b = await pair(server, anna, ben)
        await asyncio.wait_for(a.acknowledged(a.send_text(ben.jid, "kept", "kept")), seconds(10))
        server.shim.fail()
        try:
            a.send_text(ben.jid, "doubtful", "doubtful")
            await a.drain()
        except (Closed, ConnectionError):
            pass
        await asyncio.sleep(1.0)
        await a.close(), await b.close()

    loop.run(before(), seconds(30))
    server.close()
    server.shim.release()
    server.start()
    b = client(ben, on=server)
    texts = [m.body for _, m in b.whole_archive()]
    assert texts[0] == "kept" and texts[1:] in ([], ["doubtful"])
    a = client(anna, on=server, stream_management=True)
    id = a.send(ben, "well again")
    a.wait_acked(id)
    wait_until(lambda: "well again" in b.texts(), 10, "the server serves again")
