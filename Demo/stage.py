"""Where the story is played: a server in a fresh folder, a carrier, and people signed in. Closing leaves nothing."""

import secrets
import shutil
import socket
import tempfile
from pathlib import Path

from harness.hoopoe import Hoopoe
from harness.loop import LoopThread
from harness.people import Person
from harness.xmpp import Client

from carrier import Carrier
from kept import Kept

DOMAIN = "localhost"
GRACE = 3  # seconds; two minutes by default


class Stage:
    def __init__(self, senders, prefix):
        self.folder = Path(tempfile.mkdtemp(prefix="hoopoe-demo-"))
        self.folder.chmod(0o700)
        self.server = self.carrier = self._loop = None
        self._senders, self._prefix = senders, prefix
        self._clients = []

    def open(self, host, usual_ports, **settings):
        """Starts both; at the usual XMPP ports if they are wanted and free."""
        self._loop = LoopThread()
        self.server = Hoopoe(self.folder / "house", DOMAIN)
        password = self.server.folder / "carrier.password"
        password.touch(0o600)
        password.write_text(secrets.token_hex(4))
        self.carrier = Carrier("hoopoe", password)
        self.server.routes({
            "name": "carrier", "smsc": self.carrier.address, "system-id": "hoopoe", "password-file": password.name,
            "senders": self._senders, "prefixes": [self._prefix],
        })
        ports = (5222, 5223) if usual_ports and _are_free(host, 5222, 5223) else (0, 0)
        self.server.xmpp, self.server.xmpps = ((host, port) for port in ports)
        self.server.start(sms__grace_seconds=GRACE, numbers__country="DE", **settings)
        self.carrier.wait_bound()

    @property
    def kept(self):
        return Kept(self.server.folder / "regions" / "home")

    def add(self, name):
        person = Person(name, secrets.token_hex(6), DOMAIN)
        self.server.add_one(person)
        return person

    def sign_in(self, person):
        client = Client(self._loop, self.server, person, resource="demo", stream_management=True, carbons=True)
        self._clients.append(client)
        return client.login()

    def close(self):
        for client in self._clients:
            client.close()
        if self.server is not None and self.server.process is not None:
            self.server.stop()
        if self.carrier is not None:
            self.carrier.process.terminate()
        if self._loop is not None:
            self._loop.close()

    def remove(self):
        """The last thing, whatever went before."""
        for process in (self.server and self.server.process, self.carrier and self.carrier.process):
            if process is not None and process.running:
                process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def _are_free(host, *ports):
    try:
        for port in ports:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
    except OSError:
        return False
    return True
