"""Killed under load, again and again: what was acknowledged is there, once, in order, and `h` never leads the disk.

Surviving SIGKILL shows that nothing acknowledged was only in the program's memory. That it was on the disk and not only in
the page cache is what `test_fsync.py` shows.
"""

import asyncio
import os
import random

import pytest

from harness.wirexmpp import CLIENT, Closed, WireSession
from harness.waiting import seconds

ROUNDS = int(os.environ.get("HOOPOE_SIGKILL_ROUNDS", "20"))
SENDERS = int(os.environ.get("HOOPOE_SIGKILL_SENDERS", "4"))
WINDOW = 16


class Sender:
    """One person's load in one round, and what the server said about it."""

    def __init__(self, server, person, index, round):
        self.session = WireSession(server, person, resource="load")
        self.person = person
        self.index = index
        self.round = round
        self.ids = []

    async def start(self):
        await self.session.connect()
        await self.session.bind()

    async def pour(self, to):
        """Sends until the server dies, with at most WINDOW unacknowledged. Only texts, so `h` counts texts."""
        try:
            while True:
                while self.session.sent - self.session.acked >= WINDOW:
                    await self.session.acknowledged(self.session.sent - WINDOW + 1)
                id = f"{self.round}-{self.index}-{len(self.ids)}"
                self.ids.append(id)
                self.session.send_text(to.jid, f"text {id}", id)
                await self.session.drain()
                await asyncio.sleep(0)
        except (Closed, ConnectionError):
            pass


async def one_round(server, round, senders, recipients, reached):
    """Load, SIGKILL at a random moment, restart, then the books are compared. Returns how many were acknowledged."""
    load = [Sender(server, person, n, round) for n, person in enumerate(senders)]
    live = []
    watchers = []
    for person in recipients[:1]:  # one recipient is there, the other is away
        watcher = WireSession(server, person, resource="watch")
        watcher.on_message = live.append
        await watcher.connect()
        await watcher.bind()
        watcher.presence()
        watchers.append(watcher)
    await asyncio.gather(*(s.start() for s in load))
    pouring = [asyncio.ensure_future(s.pour(recipients[s.index % len(recipients)])) for s in load]
    while not all(s.session.acked for s in load):
        assert not all(s.session.closed for s in load), f"load stopped: {[s.session.closed for s in load]}"
        await asyncio.sleep(0.005)
    await asyncio.sleep(random.uniform(0.02, 0.6))
    await asyncio.to_thread(server.kill)
    await asyncio.wait(pouring, timeout=10)
    for one in [*watchers, *(s.session for s in load)]:
        await one.close()

    await asyncio.to_thread(server.start)

    archived = {}
    for person in recipients:
        reader = WireSession(server, person, resource="reader")
        await reader.connect()
        await reader.bind(stream_management=False)
        rows = await reader.archive_after(reached.get(person.name))
        if rows:
            reached[person.name] = rows[-1][0]
        archived[person.name] = [m.find("{urn:xmpp:sid:0}origin-id").get("id") for _, m in rows]
        stanza_ids = [i for i, _ in rows]
        assert len(set(stanza_ids)) == len(stanza_ids)
        await reader.close()

    everything = [i for ids in archived.values() for i in ids]
    assert len(set(everything)) == len(everything), f"round {round}: twice: {[i for i in everything if everything.count(i) > 1][:5]}"
    stored = set(everything)

    # Delivered means stored: commit comes first.
    delivered = [m.get("id") for m in live if m.find(CLIENT + "body") is not None]
    assert not [i for i in delivered if i not in stored and i.startswith(f"{round}-")], f"round {round}: delivered, not stored"

    for s in load:
        mine = [i for i in everything if i.startswith(f"{round}-{s.index}-")]
        acked = s.session.acked
        lost = [i for i in s.ids[:acked] if i not in stored]
        assert not lost, f"round {round}: acknowledged and found nowhere: {lost[:5]} of {acked}"
        assert mine == s.ids[:len(mine)], f"round {round}: not a prefix in order, sender {s.index}: {mine[:5]}…"

        again = WireSession(server, s.person, resource="load")
        await again.connect()
        answer, h = await again.resume(s.session.session_id, s.session.handled)
        await again.close()
        assert h is not None, f"round {round}: <{answer}/> without h"
        assert acked <= h, f"round {round}: h={h} takes back what was acknowledged, {acked}"
        assert h <= len(mine), f"round {round}: h={h} leads the disk, {len(mine)} stored"
        # Nothing but texts was sent, so the two are one number.
        assert h == len(mine), f"round {round}: h={h}, stored {len(mine)}"
    return sum(s.session.acked for s in load)


@pytest.mark.parametrize("rounds", [ROUNDS])
def test_acknowledged_survives_sigkill(own_server, join, loop, rounds):
    server = own_server().start()
    senders = join(*[f"sender{n}" for n in range(SENDERS)], on=server)
    recipients = join("there", "away", on=server)
    reached = {}
    total = 0
    for round in range(rounds):
        total += loop.run(one_round(server, round, senders, recipients, reached), timeout=seconds(60), what=f"round {round}")
    print(f"{rounds} rounds, {total} texts acknowledged, none lost, none twice")
    assert total > rounds * SENDERS


def test_sigkill_while_draining(own_server, join, loop):
    """A held queue that is cut off in the middle of its delivery comes whole the next time, in order."""
    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    count = 300

    async def scenario():
        a = WireSession(server, anna)
        await a.connect()
        await a.bind()
        for n in range(count):
            a.send_text(ben.jid, f"held {n}", f"h{n}", request_ack=n % 50 == 49)
        await a.acknowledged(count)
        await a.close()

        b = WireSession(server, ben)
        first = asyncio.Event()
        b.on_message = lambda _: first.set()
        await b.connect()
        await b.bind()
        b.presence()
        await asyncio.wait_for(first.wait(), 10)
        await asyncio.to_thread(server.kill)
        await b.close()
        await asyncio.to_thread(server.start)

        # Nothing was acknowledged by the client before the kill, unless the server asked within that moment.
        seen = [m.get("id") for m in b.messages]
        b2 = WireSession(server, ben)
        await b2.connect()
        await b2.bind()
        b2.presence()
        for _ in range(200):
            if b2.messages and b2.messages[-1].get("id") == f"h{count - 1}":
                break
            await asyncio.sleep(0.05)
        again = [m.get("id") for m in b2.messages if m.find(CLIENT + "body") is not None]
        wanted = [f"h{n}" for n in range(count)]
        assert again == wanted[wanted.index(again[0]):], "in order, to the end, without a gap or a double"
        assert set(again) | set(seen) == set(wanted)
        await b2.close()

    loop.run(scenario(), timeout=seconds(60))
