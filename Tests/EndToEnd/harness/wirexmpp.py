"""A small fast XMPP client for load: direct TLS, PLAIN, stream management, nothing it doesn't need.

It keeps the promise a test needs to check a server's: it knows which of its texts were acknowledged, by position.
"""

import asyncio
import base64
import ssl
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from .rawsocket import STREAM

SM = "{urn:xmpp:sm:3}"
CLIENT = "{jabber:client}"
COUNTED = {CLIENT + "message", CLIENT + "presence", CLIENT + "iq"}


class Closed(Exception):
    """The connection ended; the text says with what."""


class WireSession:
    """One stream. `sent` counts our stanzas since `<enabled/>`, `acked` is the newest `h` that came back."""

    def __init__(self, server, person, resource="load"):
        self.server = server
        self.person = person
        self.resource = resource
        self.sent = 0
        self.acked = 0
        self.handled = 0
        self.session_id = None
        self.messages = []
        self.on_message = None
        self.on_ack = None
        self.closed = None
        self.answers_requests = True
        self._answers = {}
        self._special = asyncio.Queue()
        self._acked_event = asyncio.Event()
        self._reader_task = None

    async def connect(self):
        context = ssl.create_default_context(cafile=self.server.ca)
        context.set_alpn_protocols(["xmpp-client"])
        host, port = self.server.xmpps
        self._reader, self._writer = await asyncio.open_connection(host, port, ssl=context, server_hostname="localhost")
        self._parser = ET.XMLPullParser(("start", "end"))
        self._depth, self._root = 0, None
        self._reader_task = asyncio.ensure_future(self._read())
        self.write(STREAM)
        await self._expect("features")
        secret = base64.b64encode(f"\0{self.person.name}\0{self.person.password}".encode()).decode()
        self.write(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>")
        await self._expect("success")
        self.write(STREAM)
        await self._expect("features")
        return self

    async def bind(self, stream_management=True, longest_wait=None):
        """`longest_wait`: how many seconds the server may keep the session for a client that is gone."""
        answer = await self.iq(f"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{self.resource}</resource></bind>", "set")
        self.jid = answer.findtext(".//{urn:ietf:params:xml:ns:xmpp-bind}jid")
        if stream_management:
            most = "" if longest_wait is None else f" max='{longest_wait}'"
            self.write(f"<enable xmlns='urn:xmpp:sm:3' resume='true'{most}/>")
            enabled = await self._expect("enabled")
            self.session_id = enabled.get("id")
            self.sent = self.acked = 0
        return self

    async def resume(self, session_id, handled):
        """("resumed" or "failed", h or None)."""
        self.handled = handled
        self.write(f"<resume xmlns='urn:xmpp:sm:3' previd={quoteattr(session_id)} h='{handled}'/>")
        answer = await self._expect("resumed", "failed")
        h = answer.get("h")
        return answer.tag.split("}")[1], None if h is None else int(h)

    managed = False

    def write(self, text):
        if self.closed:
            raise Closed(self.closed)
        self._writer.write(text.encode())

    def send_text(self, to, body, id, request_ack=True):
        """Queues one text with an origin-id; returns its position, which `acked` reaches when it is acknowledged."""
        self.sent += 1
        self.write(
            f"<message to={quoteattr(to)} type='chat' id={quoteattr(id)}><body>{escape(body)}</body>"
            f"<origin-id xmlns='urn:xmpp:sid:0' id={quoteattr(id)}/></message>"
            + ("<r xmlns='urn:xmpp:sm:3'/>" if request_ack else ""))
        return self.sent

    def presence(self):
        self.sent += 1
        self.write("<presence/>")

    async def drain(self):
        try:
            await self._writer.drain()
        except (ConnectionError, ssl.SSLError) as error:
            raise Closed(str(error)) from None

    async def acknowledged(self, position):
        while self.acked < position:
            if self.closed:
                raise Closed(self.closed)
            self._acked_event.clear()
            await self._acked_event.wait()

    async def iq(self, payload, type="get", to=None):
        self.sent += 1
        id = f"q{self.sent}-{len(self._answers)}"
        future = self._answers[id] = asyncio.get_running_loop().create_future()
        self.write(f"<iq type='{type}' id='{id}'" + (f" to={quoteattr(to)}" if to else "") + f">{payload}</iq>")
        return await future

    async def archive_after(self, after=None, page=250):
        """All archived (archive id, message element) after that id, page by page."""
        rows = []
        while True:
            start = len(self.messages)
            mark = f"<after>{escape(after)}</after>" if after else ""
            answer = await self.iq(
                "<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'>"
                f"<max>{page}</max>{mark}</set></query>", "set")
            if answer.get("type") == "error":
                raise AssertionError(ET.tostring(answer))
            got = [m.find("{urn:xmpp:mam:2}result") for m in self.messages[start:]]
            got = [(r.get("id"), r.find("{urn:xmpp:forward:0}forwarded/" + CLIENT + "message")) for r in got if r is not None]
            rows += got
            if answer.find("{urn:xmpp:mam:2}fin").get("complete") == "true" or not got:
                return rows
            after = got[-1][0]

    async def cut(self):
        """Drops the connection without a goodbye, as a lost network does."""
        await self.close(goodbye=False)

    async def close(self, goodbye=True):
        if self._reader_task is None:
            return
        if goodbye and not self.closed:
            self._writer.write(b"</stream:stream>")
        self._writer.transport.abort()
        self._reader_task.cancel()
        await asyncio.gather(self._reader_task, return_exceptions=True)

    # Reading

    async def _expect(self, *names):
        while True:
            element = await self._special.get()
            if element is None:
                raise Closed(self.closed)
            name = element.tag.split("}")[1]
            if name in names:
                return element
            if name in ("failure", "failed"):
                raise Closed(ET.tostring(element).decode())

    async def _read(self):
        reason = "end of stream"
        try:
            while data := await self._reader.read(65536):
                self._feed(data)
        except (ConnectionError, ssl.SSLError, ET.ParseError) as error:
            reason = repr(error)
        finally:
            self.closed = self.closed or reason
            self._special.put_nowait(None)
            self._acked_event.set()
            for future in self._answers.values():
                if not future.done():
                    future.set_exception(Closed(self.closed))
                    future.exception()

    def _feed(self, data):
        # The header of a stream restarted after sign-in begins a new document.
        if b"<?xml" in data or (self._depth and data.lstrip().startswith(b"<stream:stream")):
            self._parser = ET.XMLPullParser(("start", "end"))
            self._depth = 0
        self._parser.feed(data)
        for event, element in self._parser.read_events():
            if event == "start":
                self._depth += 1
                if self._depth == 1:
                    self._root = element
            else:
                self._depth -= 1
                if self._depth == 1:
                    self._element(element)
                    self._root.clear()

    def _element(self, element):
        tag = element.tag
        if tag in COUNTED and self.managed:
            self.handled += 1
        if tag == CLIENT + "message":
            copy = ET.fromstring(ET.tostring(element))
            self.messages.append(copy)
            if self.on_message:
                self.on_message(copy)
        elif tag == SM + "a":
            self.acked = int(element.get("h"))
            if self.on_ack:
                self.on_ack(self.acked)
            self._acked_event.set()
        elif tag == SM + "r" and self.answers_requests:
            self._writer.write(f"<a xmlns='urn:xmpp:sm:3' h='{self.handled}'/>".encode())
        elif tag == CLIENT + "iq":
            future = self._answers.get(element.get("id"))
            copy = ET.fromstring(ET.tostring(element))
            if element.get("type") in ("result", "error"):
                if future and not future.done():
                    future.set_result(copy)
            elif self.answers_requests:
                self._writer.write(f"<iq type='result' id={quoteattr(element.get('id'))}/>".encode())
        elif tag in (SM + "enabled", SM + "resumed"):
            # Counting begins right here: a stanza may follow in the same packet.
            self.managed = True
            self.handled = 0 if tag == SM + "enabled" else self.handled
            self._special.put_nowait(ET.fromstring(ET.tostring(element)))
        elif tag not in (CLIENT + "presence", SM + "r"):
            if tag.endswith("}error"):
                self.closed = ET.tostring(element).decode()
            self._special.put_nowait(ET.fromstring(ET.tostring(element)))
