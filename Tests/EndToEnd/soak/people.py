"""Pairs who text all the time and come and go while they do; passers-by; and what everybody received."""

import asyncio
import random
import ssl
import time

from harness.wirexmpp import Closed, WireSession

LOST = (Closed, OSError, ssl.SSLError, asyncio.TimeoutError)


class Books:
    """Which texts were acknowledged, which arrived, and how long they took of late."""

    def __init__(self):
        self.acknowledged = set()
        self.arrived = set()
        self.again = 0
        self.logins = 0
        self.resumed = 0
        self.troubles = []
        self._sent_at = {}
        self._latencies = []

    def sent(self, id):
        self._sent_at[id] = time.monotonic()

    def received(self, id, since):
        """`since` is when the recipient's session began: a text sent before that waited for it, and says nothing of the server."""
        if id in self.arrived:
            self.again += 1
            return
        self.arrived.add(id)
        began = self._sent_at.pop(id, None)
        if began is not None and began > since:
            self._latencies.append(time.monotonic() - began)

    def latencies(self):
        """Milliseconds of the texts since the last call: median and 99th percentile."""
        rows, self._latencies = sorted(self._latencies), []
        if not rows:
            return None, None
        return 1000 * rows[len(rows) // 2], 1000 * rows[min(len(rows) - 1, len(rows) * 99 // 100)]

    @property
    def missing(self):
        return self.acknowledged - self.arrived


class Device:
    """Stays for some time, leaves politely or not at all politely, and is soon back, with its session or another."""

    def __init__(self, server, person, books, stay):
        self.server, self.person, self.books, self.stay = server, person, books, stay
        self.session = None
        self.since = 0.0
        self.is_over = False

    async def run(self):
        before = None
        while not self.is_over:
            try:
                before = await asyncio.wait_for(self._connect(before), 60)
                await self.live(time.monotonic() + random.uniform(*self.stay))
                await self._leave()
            except LOST as error:
                self.books.troubles.append(f"{self.person.name}: {error!r}"[:200])
                before = None
            await asyncio.sleep(random.uniform(0.1, 1.0))

    async def _connect(self, before):
        session = WireSession(self.server, self.person, resource="phone")
        session.on_message = self.hear
        await session.connect()
        self.books.logins += 1
        resumed = False
        if before is not None:
            answer, h = await session.resume(before.session_id, before.handled)
            resumed = answer == "resumed"
            if resumed:
                session.session_id, session.sent, session.acked = before.session_id, before.sent, h
                self.books.resumed += 1
            else:
                session.handled = 0
        if not resumed:
            await session.bind()
            session.presence()
        self.session, self.since = session, time.monotonic()
        return session

    async def _leave(self):
        session, self.session = self.session, None
        await session.close(goodbye=random.random() < 0.5)

    def hear(self, message):
        id = message.get("id") or ""
        if message.get("type") == "chat" and id.startswith("soak-"):
            self.books.received(id, self.since)

    async def live(self, until):
        while time.monotonic() < until and not self.is_over:
            if self.session.closed:
                raise Closed(self.session.closed)
            await asyncio.sleep(0.2)


class Sender(Device):
    """Texts one other at an even pace, and leaves only when all is acknowledged."""

    def __init__(self, *common, to, every):
        super().__init__(*common)
        self.to, self.every, self.count = to, every, 0

    async def live(self, until):
        waiting = []
        while time.monotonic() < until and not self.is_over:
            await asyncio.sleep(random.uniform(0.5, 1.5) * self.every)
            self.count += 1
            id = f"soak-{self.person.name}-{self.count}"
            self.books.sent(id)
            self.session.send_text(self.to.jid, "a text of an ordinary length, " * random.randint(1, 8), id)
            waiting.append(id)
            await self.session.drain()
        await asyncio.wait_for(self.session.acknowledged(self.session.sent), 60)
        self.books.acknowledged.update(waiting)


class PasserBy(Device):
    """Logs in, looks at what is there, decides something now and then, and goes."""

    async def run(self):
        turn = 0
        while not self.is_over:
            turn += 1
            try:
                await asyncio.wait_for(self._visit(turn), 60)
            except LOST as error:
                self.books.troubles.append(f"{self.person.name}: {error!r}"[:200])
            await asyncio.sleep(random.uniform(*self.stay))

    async def _visit(self, turn):
        session = WireSession(self.server, self.person, resource=f"visit{turn % 7}")
        await session.connect()
        self.books.logins += 1
        await session.bind(stream_management=turn % 2 == 0)
        session.presence()
        await session.iq("<query xmlns='jabber:iq:roster'/>")
        await session.iq("<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>20</max><before/></set></query>", "set")
        if turn % 5 == 0:
            said = "on history" if turn % 10 else "off history"
            session.write(f"<message to='localhost' type='chat'><body>{said}</body></message>")
            await session.iq("<ping xmlns='urn:xmpp:ping'/>", to="localhost")
        await session.close(goodbye=turn % 3 != 0)
