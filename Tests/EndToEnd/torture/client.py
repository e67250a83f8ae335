"""One device that comes back whenever it is cut off, as an app does: it resumes, and sends again what wasn't acknowledged."""

import asyncio
import random
import socket
import ssl
import struct
from collections import deque
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from harness.waiting import seconds
from harness.wirexmpp import Closed, WireSession

from .broken import hold

LOST = (Closed, OSError, ssl.SSLError, asyncio.TimeoutError, asyncio.IncompleteReadError)


@dataclass
class Text:
    """One text on its way; `place` counts its sender's texts to that recipient, `parts` are the segments of an SMS."""

    id: str
    to: str
    body: str
    place: int = 0
    parts: int = 1
    is_acknowledged: bool = False

    @property
    def is_stored(self):
        """What is said to the server itself is done, and not kept."""
        return "@" in self.to

    @property
    def stanza(self):
        return (f"<message to={quoteattr(self.to)} type='chat' id={quoteattr(self.id)}><body>{escape(self.body)}</body>"
                f"<origin-id xmlns='urn:xmpp:sid:0' id={quoteattr(self.id)}/></message>")


class Device(WireSession):
    """A session that can also stop reading, or read slowly."""

    pause = 0.0
    is_frozen = False

    async def _read(self):
        take = self._reader.read

        async def read(count):
            while self.is_frozen:
                await asyncio.sleep(0.05)
            if self.pause:
                await asyncio.sleep(self.pause)
                count = 2048
            return await take(count)

        self._reader.read = read
        await super()._read()

    @property
    def socket(self):
        return self._writer.transport.get_extra_info("socket")

    async def ended(self):
        await asyncio.wait([self._reader_task])


class Client:
    """Keeps a session up for as long as it runs. Subclasses say what is done with it."""

    comes_online = False

    def __init__(self, house, person, resource):
        self.house, self.person, self.resource = house, person, resource
        self.session = None
        self.outbox = deque()  # what was sent and isn't acknowledged: texts, or None for anything else
        self.acknowledged = 0  # by the server, in this session of stream management
        self.unstored = 0  # the last so many of these aren't kept anywhere
        self.returns = {"resumed": 0, "anew": 0}
        self.failure = None
        self._up = asyncio.Event()
        self._held = None

    @property
    def is_up(self):
        return self._up.is_set()

    async def run(self):
        while True:
            try:
                await asyncio.wait_for(self._connect(), seconds(20))
                await self.session.ended()
            except LOST:
                pass
            finally:
                self._up.clear()
                if self.session is not None and self.session is not self._held:
                    await self.session.close(goodbye=False)
            await asyncio.sleep(random.uniform(0.05, 0.4))

    @property
    def course(self):
        """Where it stands, for whoever looks for what went wrong."""
        session = self.session
        return {
            "acknowledged": self.acknowledged, "returns": self.returns, "closed": session and session.closed,
            "left": [one and one.id for one in self.outbox][:20], "written": session and session.sent, "h": session and session.acked}

    async def up(self):
        await self._up.wait()

    async def may_begin(self):
        """Until there is a session and nobody wants it quiet."""
        while not (self.is_up and self.house.is_open):
            await self.house.open()
            await self.up()

    def send(self, text, request=True):
        """Queues a text; it is written now or when the session is back."""
        self.outbox.append(text)
        if self.is_up:
            self._write(text.stanza, request)

    def request(self):
        if self.is_up:
            self._write("", True, counts=False)

    async def drained(self):
        while self.outbox:
            await asyncio.sleep(0.02)

    # Going away

    def reset(self):
        """The connection ends by RST, without a goodbye."""
        if self.is_up:
            self.session.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.session._writer.transport.abort()

    def vanish(self):
        """The device is gone without a byte, its socket stays open and unread; returns what closes it at last."""
        gone = self._held = self.session
        gone.is_frozen = True
        gone.on_message = gone.on_ack = None
        gone._reader_task.cancel()

        async def close():
            if self._held is gone:
                self._held = None
            await gone.close(goodbye=False)

        return close

    # What came

    def received(self, message):
        """A message stanza, live."""

    # Inside

    async def _connect(self):
        before, self.session = self.session, Device(self.house.server, self.person, self.resource)
        device = self.session
        device.on_message = lambda message: self._received(device, message)
        device.on_ack = lambda handled: self._acknowledge(device, handled)
        await device.connect()
        if before is not None and before.session_id:
            device.session_id = before.session_id
            answer, handled = await device.resume(before.session_id, before.handled)
            if handled is not None:
                # After a crash the count may be short by what nobody needs again.
                hold(handled >= self.acknowledged - (self.unstored if answer == "failed" else 0),
                     f"{self.resource}: h={handled} takes back what was acknowledged, {self.acknowledged}")
                self._acknowledge(device, handled)
            if answer == "resumed":
                self.returns["resumed"] += 1
                return self._send_again()
        device.session_id = None
        device.handled = 0
        await device.bind()
        self.returns["anew"] += 1
        self.acknowledged = self.unstored = 0
        self.outbox = deque(one for one in self.outbox if one is not None)
        if self.comes_online:
            self.outbox.appendleft(None)
        self._send_again()

    def _send_again(self):
        """What is queued from here on is written at once: the turns of the loop until `_connect` has returned are turns to send in."""
        for one in self.outbox:
            self._write("<presence/>" if one is None else one.stanza, False)
        self._write("", True, counts=False)
        self._up.set()

    def _write(self, stanza, request, counts=True):
        self.session.sent += 1 if counts else 0
        try:
            self.session.write(stanza + ("<r xmlns='urn:xmpp:sm:3'/>" if request else ""))
        except LOST:
            pass  # it is sent again when the session is back

    def _acknowledge(self, device, handled):
        if device is not self.session:
            return
        while self.acknowledged < handled:
            if not self.outbox:
                self.failure = f"{self.resource}: h={handled}, and only {self.acknowledged} were sent"
                return
            one = self.outbox.popleft()
            self.acknowledged += 1
            self.unstored = 0 if one is not None and one.is_stored else self.unstored + 1
            if one is not None:
                one.is_acknowledged = True
                self.house.note("acknowledged", one.id)

    def _received(self, device, message):
        device.messages.clear()
        if device is self.session:
            self.received(message)
