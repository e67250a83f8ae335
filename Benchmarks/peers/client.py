"""A small XMPP client for the test with SIGKILL: direct TLS, SCRAM-SHA-256, stream management, archive; knows what it was told."""

import asyncio
import base64
import hashlib
import hmac
import re
import secrets
import ssl
import xml.etree.ElementTree as tree
from collections.abc import Callable

from . import accounts

_CLIENT = "{jabber:client}"
_MANAGEMENT = "{urn:xmpp:sm:3}"
_STREAM = (
    f"<?xml version='1.0'?><stream:stream to='{accounts.DOMAIN}' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>"
)
_SASL = "urn:ietf:params:xml:ns:xmpp-sasl"


class Gone(Exception):
    """The connection ended, or the server said no."""


class Client:
    """One signed-in stream. `acknowledged` is the newest `h`; `on_message` is told of each message stanza."""

    def __init__(self, name: str, port: int) -> None:
        self.name, self._port = name, port
        self.acknowledged = 0
        self.on_message: Callable[[tree.Element], None] = lambda message: None
        self._elements: asyncio.Queue[tree.Element | None] = asyncio.Queue()
        self._reading: asyncio.Task[None] | None = None

    @property
    def jid(self) -> str:
        return f"{self.name}@{accounts.DOMAIN}"

    async def connect(self, resource: str) -> "Client":
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, ssl=context)
        self._open()
        await self._next("features")
        await self._sign_in()
        self._reading.cancel() if self._reading else None
        self._open()
        await self._next("features")
        await self.request(f"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{resource}</resource></bind>")
        return self

    def write(self, text: str) -> None:
        self._writer.write(text.encode())

    async def manage(self) -> None:
        """Turns on acknowledgements; from here on the stanzas that are sent count."""
        self.write("<enable xmlns='urn:xmpp:sm:3'/>")
        await self._next("enabled")

    async def request(self, payload: str) -> tree.Element:
        id = secrets.token_hex(4)
        self.write(f"<iq type='set' id='{id}'>{payload}</iq>")
        while True:
            answer = await self._next("iq")
            if answer.get("id") == id:
                if answer.get("type") != "result":
                    raise Gone(tree.tostring(answer, "unicode"))
                return answer

    async def archive(self) -> list[str]:
        """The ids of all messages in the archive, in its order, each as often as it is there."""
        found: list[str] = []
        before, after = self.on_message, ""

        def take(message: tree.Element) -> None:
            inner = message.find("{urn:xmpp:mam:2}result/{urn:xmpp:forward:0}forwarded/" + _CLIENT + "message")
            if inner is None:
                before(message)
            elif id := inner.get("id"):
                found.append(id)

        self.on_message = take
        while True:
            answer = await self.request(
                "<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>50</max>"
                f"{after}</set></query>"
            )
            fin = answer.find("{urn:xmpp:mam:2}fin")
            last = None if fin is None else fin.findtext(".//{http://jabber.org/protocol/rsm}last")
            if fin is None or fin.get("complete") == "true" or not last:
                self.on_message = before
                return found
            after = f"<after>{last}</after>"

    def close(self) -> None:
        if self._reading:
            self._reading.cancel()
        self._writer.transport.abort()

    # Inside

    def _open(self) -> None:
        self._parser = tree.XMLPullParser(("start", "end"))
        self._depth = 0
        self._reading = asyncio.ensure_future(self._read())
        self.write(_STREAM)

    async def _read(self) -> None:
        try:
            while data := await self._reader.read(65536):
                self._parser.feed(data)
                for event, element in self._parser.read_events():
                    self._depth += 1 if event == "start" else -1
                    if event == "end" and self._depth == 1:
                        self._take(element)
                        if _local(element) == "success":
                            return  # a new document follows
        except (OSError, ssl.SSLError, tree.ParseError):
            pass
        self._elements.put_nowait(None)

    def _take(self, element: tree.Element) -> None:
        if element.tag == _CLIENT + "message":
            self.on_message(element)
        elif element.tag == _MANAGEMENT + "a":
            self.acknowledged = int(element.get("h") or 0)
        elif element.tag == _MANAGEMENT + "r":
            self.write("<a xmlns='urn:xmpp:sm:3' h='0'/>")
        elif element.tag != _CLIENT + "presence":
            self._elements.put_nowait(element)

    async def _next(self, name: str) -> tree.Element:
        while True:
            element = await self._elements.get()
            if element is None or _local(element) in ("failure", "failed", "error"):
                raise Gone("closed" if element is None else tree.tostring(element, "unicode"))
            if _local(element) == name:
                return element

    async def _sign_in(self) -> None:
        """SCRAM-SHA-256 (RFC 7677) without channel binding; the server isn't who is tested here."""
        ours = f"n={self.name},r={secrets.token_hex(9)}"
        self.write(f"<auth xmlns='{_SASL}' mechanism='SCRAM-SHA-256'>{_encoded('n,,' + ours)}</auth>")
        theirs = base64.b64decode((await self._next("challenge")).text or "").decode()
        nonce, salt, rounds = (part[2:] for part in theirs.split(",")[:3])
        final = f"c=biws,r={nonce}"
        salted = hashlib.pbkdf2_hmac("sha256", accounts.PASSWORD.encode(), base64.b64decode(salt), int(rounds))
        key = hmac.digest(salted, b"Client Key", "sha256")
        signature = hmac.digest(hashlib.sha256(key).digest(), f"{ours},{theirs},{final}".encode(), "sha256")
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signature, strict=True))).decode()
        self.write(f"<response xmlns='{_SASL}'>{_encoded(f'{final},p={proof}')}</response>")
        await self._next("success")


def _local(element: tree.Element) -> str:
    return re.sub(r"\{.*\}", "", element.tag)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
