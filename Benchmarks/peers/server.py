"""What is compared: a server that is configured, given its accounts once, and started anew for each turn."""

import abc
import socket
import ssl
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from .accounts import DOMAIN
from .child import Child

_READY_SECONDS = 60.0


class ServerFailed(Exception):
    """A server didn't start, or ended by itself."""


@dataclass(frozen=True)
class Place:
    """Where one start of a server lives: its own folder, its own port on loopback, the certificate that all share."""

    folder: Path
    port: int
    certificate: Path
    key: Path
    # Where the generator plays a carrier, in turns that are about SMS.
    carrier: int | None = None


class Server(abc.ABC):
    """One row of the tables."""

    name: ClassVar[str]
    title: ClassVar[str]
    # Debian packages it needs.
    packages: ClassVar[tuple[str, ...]] = ()
    # One sentence of what an acknowledgement of this server promises.
    promise: ClassVar[str]

    @abc.abstractmethod
    def version(self) -> str:
        """What exactly is measured."""

    @abc.abstractmethod
    def prepare(self, template: Path, certificate: Path, key: Path) -> None:
        """Fills a folder with all accounts; each start works on a copy of it."""

    @abc.abstractmethod
    def command(self, place: Place) -> Sequence[str]:
        """Writes the configuration into the folder; returns what serves from it in the foreground."""

    def environment(self, place: Place) -> Mapping[str, str]:
        """What the process needs beside our own environment."""
        del place
        return {}


class Running:
    """A server between its start and its stop."""

    def __init__(self, server: Server, place: Place, wrapper: Sequence[str] = ()) -> None:
        self.server = server
        self.place = place
        command = [*wrapper, *server.command(place)]
        self.child = Child(command, place.folder, server.environment(place))
        try:
            self._wait()
        except BaseException:
            self.child.stop()
            raise

    def _wait(self) -> None:
        limit = time.monotonic() + _READY_SECONDS
        while time.monotonic() < limit:
            self.check()
            if _offers_login(self.place.port):
                return
            time.sleep(0.05)
        raise ServerFailed(f"{self.server.name} offers no log-in within {_READY_SECONDS:.0f} s: {self.child.tail()}")

    def check(self) -> None:
        """Throws if the server ended by itself."""
        if not self.child.running:
            raise ServerFailed(f"{self.server.name} ended: {self.child.tail()}")

    def stop(self) -> None:
        self.child.stop()


def _offers_login(port: int) -> bool:
    """Whether a client gets as far as the features of a stream: ejabberd listens long before it serves."""
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    opening = f"<stream:stream to='{DOMAIN}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as plain, trusting.wrap_socket(plain) as stream:
            stream.sendall(opening.encode())
            answer = b""
            while b"SCRAM-SHA-256" not in answer and (more := stream.recv(4096)):
                answer += more
            return b"SCRAM-SHA-256" in answer
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_certificate(folder: Path, domain: str) -> tuple[Path, Path]:
    """A self-signed certificate (P-256, as Let's Encrypt and certbot give by default) and its key, for all servers alike."""
    certificate, key = folder / "server.pem", folder / "server.key"
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
    subject = ["-subj", f"/CN={domain}", "-addext", f"subjectAltName=DNS:{domain}"]
    made = subprocess.run(
        ["openssl", *words, *subject, "-out", certificate, "-keyout", key], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise ServerFailed(f"openssl made no certificate: {made.stderr.strip()}")
    return certificate, key
