"""A blocking socket that says exactly the bytes it is told to, for tests that misbehave."""

import base64
import re
import socket
import ssl
import time

from .waiting import TimedOut, seconds

STREAM = ("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
          "to='localhost' version='1.0'>")
STREAMS = "urn:ietf:params:xml:ns:xmpp-streams"


class RawSocket:
    def __init__(self, server, tls=None, source=None):
        """`source` is the address to come from: all of 127/8 is this machine, and one server sees many hosts."""
        self.server = server
        self.read = b""
        # What came by each read: of TLS, never more than one record.
        self.pieces = []
        address = server.xmpps if tls == "direct" else server.xmpp
        self._socket = socket.create_connection(address, seconds(10), (source, 0) if source else None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls == "direct":
            self.start_tls(alpn=True)

    def start_tls(self, alpn=False):
        context = ssl.create_default_context(cafile=self.server.ca)
        if alpn:
            context.set_alpn_protocols(["xmpp-client"])
        self._socket = context.wrap_socket(self._socket, server_hostname="localhost")

    def send(self, data):
        self._socket.sendall(data if isinstance(data, bytes) else data.encode())

    def send_if_possible(self, data):
        """False if the other side has hung up already."""
        try:
            self.send(data)
            return True
        except (OSError, ssl.SSLError):
            return False

    def until(self, pattern, timeout=10.0, start=0):
        """Reads until the pattern (a regular expression) is in what came from `start` on; returns the match."""
        limit = time.monotonic() + seconds(timeout)
        pattern = re.compile(pattern if isinstance(pattern, bytes) else pattern.encode(), re.DOTALL)
        while True:
            found = pattern.search(self.read, start)
            if found:
                return found
            if not self._more(limit):
                raise AssertionError(f"closed before {pattern.pattern!r}: {self.read[start:][-600:]!r}")

    def until_closed(self, timeout=10.0):
        """Reads to the end; returns everything that came."""
        limit = time.monotonic() + seconds(timeout)
        while self._more(limit):
            pass
        return self.read

    def _more(self, limit):
        left = limit - time.monotonic()
        if left <= 0:
            raise TimedOut(f"still open and silent; got {self.read[-600:]!r}")
        self._socket.settimeout(left)
        try:
            data = self._socket.recv(65536)
        except (TimeoutError, socket.timeout):
            raise TimedOut(f"still open and silent; got {self.read[-600:]!r}") from None
        except (ConnectionResetError, BrokenPipeError, ssl.SSLError):
            return False
        self.read += data
        self.pieces.append(data)
        return bool(data)

    def open_stream(self):
        self.send(STREAM)
        start = len(self.read)
        self.until("</stream:features>|<stream:features/>", start=start)
        return self

    def login(self, person):
        """PLAIN inside TLS, then a bound resource; returns the full address."""
        self.open_stream()
        secret = base64.b64encode(f"\0{person.name}\0{person.password}".encode()).decode()
        self.send(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>")
        self.until("<success")
        self.read = b""
        self.open_stream()
        self.send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
        return self.until("<jid>([^<]+)</jid>")[1].decode()

    def stream_error(self, timeout=10.0):
        """The condition of the stream error that must come; the server must then close."""
        found = self.stream_error_if_any(timeout)
        assert found, f"no stream error in {self.read[-600:]!r}"
        return found

    def stream_error_if_any(self, timeout=10.0):
        """As `stream_error`, but None if the connection closed without one that could be read."""
        found = re.search(rb"<stream:error[^>]*>\s*<([a-z-]+)[^>]*" + STREAMS.encode(), self.until_closed(timeout))
        return found and found[1].decode()

    def close(self):
        self._socket.close()
