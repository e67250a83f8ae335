"""A connection of an attacker: says what it is told to, from the address it is told to."""

import asyncio
import base64
import re
import socket
import ssl
from contextlib import suppress

OPENING = (
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
    "to='{domain}' version='1.0'>"
)
_CONDITION = re.compile(rb"<stream:error[^>]*>\s*<([a-z-]+)|<failure[^>]*>\s*<([a-z-]+)")


def _context() -> ssl.SSLContext:
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    return trusting


_TRUSTING = _context()


def addresses(count: int) -> list[str]:
    """So many hosts: all of 127/8 is this machine, and the server sees an address."""
    return [f"127.1.{number // 250}.{number % 250 + 1}" for number in range(count)]


class Wire:
    """One connection; everything that goes wrong with it is an ``OSError`` or ``EOFError``."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, domain: str) -> None:
        self._reader = reader
        self._writer = writer
        self._domain = domain
        self.read = b""

    @classmethod
    async def connect(cls, port: int, domain: str, source: str, *, tls: bool) -> "Wire":
        plain = socket.socket()
        plain.setblocking(False)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Thousands of connections from one address: the port is chosen when it is known where to.
        plain.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
        try:
            plain.bind((source, 0))
            await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", port))
            name = domain if tls else None
            made = await asyncio.wait_for(
                asyncio.open_connection(sock=plain, ssl=_TRUSTING if tls else None, server_hostname=name, limit=1 << 20), 20
            )
        except BaseException:
            plain.close()
            raise
        return cls(*made, domain)

    async def send(self, data: str | bytes) -> None:
        self._writer.write(data.encode() if isinstance(data, str) else data)
        await self._writer.drain()

    async def until(self, pattern: bytes, seconds: float = 30.0) -> bytes:
        """What was read up to and with the pattern, which is forgotten then."""
        search = re.compile(pattern)
        while not (found := search.search(self.read)):
            more = await asyncio.wait_for(self._reader.read(65536), seconds)
            if not more:
                raise EOFError(self.condition())
            self.read += more
        taken, self.read = self.read[: found.end()], self.read[found.end() :]
        return taken

    async def ended(self, seconds: float = 90.0) -> str:
        """Reads to the end; why it ended."""
        with suppress(OSError, ssl.SSLError, TimeoutError):
            while more := await asyncio.wait_for(self._reader.read(65536), seconds):
                self.read = (self.read + more)[-4096:]
        return self.condition()

    def condition(self) -> str:
        """The stream error or failure that came, in the standard's word."""
        found = _CONDITION.findall(self.read)
        return next((part.decode() for part in reversed(found[-1]) if part), "") if found else "closed"

    async def open(self) -> None:
        await self.send(OPENING.format(domain=self._domain))
        await self.until(rb"</stream:features>")

    async def plain(self, name: str, password: str) -> str:
        secret = base64.b64encode(f"\0{name}\0{password}".encode()).decode()
        await self.send(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>")
        answer = await self.until(rb"<success[^>]*/>|</failure>")
        return "success" if b"<success" in answer else next(p.decode() for p in _CONDITION.findall(answer)[-1] if p)

    async def login(self, name: str, password: str, resource: str = "attacker") -> bool:
        """Whether a resource was bound."""
        await self.open()
        if await self.plain(name, password) != "success":
            raise ConnectionError("not let in")
        await self.open()
        bind = f"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{resource}</resource></bind>"
        await self.send(f"<iq type='set' id='b'>{bind}</iq>")
        return b"</jid>" in await self.until(rb"</bind></iq>|</error></iq>")

    async def ask(self, number: int, payload: str, kind: str = "get") -> None:
        """An iq to the own account, and its answer."""
        await self.send(f"<iq type='{kind}' id='q{number}'>{payload}</iq>")
        # An answer's id follows its other attributes or goes before them.
        await self.until(rb"<iq[^>]*id='q%d'[^>]*(/>|>.*?</iq>)" % number)
        if len(self.read) > 1 << 20:
            self.read = self.read[-4096:]

    def close(self) -> None:
        self._writer.transport.abort()
