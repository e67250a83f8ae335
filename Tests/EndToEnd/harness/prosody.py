"""Debian's Prosody behind the same face as `Hoopoe`: proves the harness, and shows where a test asks more than a peer gives.

Run it with HOOPOE_PEER=prosody. The durability and texting tests ask for promises that Prosody doesn't make.
"""

import os
import secrets
import signal
import socket
import subprocess
from pathlib import Path

from .process import Process
from .waiting import wait_until

MODULES = """roster saslauth tls disco carbons pep blocklist vcard4 vcard_legacy ping
mam smacks csi_simple bookmarks offline posix time version"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prosody:
    def __init__(self, folder, domain="localhost"):
        self.folder = Path(folder)
        self.domain = domain
        self.process = None
        self.shim = None
        self._ended = []
        (self.folder / "data").mkdir(parents=True)
        (self.folder / "tls").mkdir()
        self._certificates()
        self.xmpp = ("127.0.0.1", free_port())
        self.xmpps = ("127.0.0.1", free_port())

    @property
    def ca(self):
        return self.folder / "tls" / "ca.pem"

    def _certificates(self):
        tls = self.folder / "tls"

        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=tls, check=True, capture_output=True, timeout=30)

        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test CA", "-days", "2")
        openssl("req", *curve, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
        (tls / "ext").write_text("subjectAltName=DNS:localhost\n")
        openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-extfile", "ext", "-days", "2", "-out", "server.pem")

    def add(self, *people):
        accounts = self.folder / "data" / self.domain / "accounts"
        accounts.mkdir(parents=True, exist_ok=True)
        for p in people:
            name = "".join(c if c.isalnum() else f"%{ord(c):02x}" for c in p.name)
            (accounts / f"{name}.dat").write_text(f'return {{ ["password"] = "{p.password}"; }};\n')

    def add_one(self, person):
        self.add(person)

    def start(self, **_):
        modules = ", ".join(f'"{m}"' for m in MODULES.split())
        f = self.folder
        (f / "prosody.cfg.lua").write_text(f"""
run_as_root = true
pidfile = "{f}/prosody.pid"; data_path = "{f}/data"; certificates = "{f}/tls"
interfaces = {{ "127.0.0.1" }}; c2s_ports = {{ {self.xmpp[1]} }}; c2s_direct_tls_ports = {{ {self.xmpps[1]} }}; s2s_ports = {{}}
modules_enabled = {{ {modules} }}; modules_disabled = {{ "s2s" }}
ssl = {{ key = "{f}/tls/server.key"; certificate = "{f}/tls/server.pem" }}
c2s_require_encryption = true; authentication = "internal_plain"; storage = "internal"; allow_unencrypted_plain_auth = false
log = {{ info = "*console" }}
VirtualHost "{self.domain}"
""")
        self.process = Process(["prosody", "-F", "--config", f / "prosody.cfg.lua"], env={**os.environ, "TERM": "dumb", "RUN": secrets.token_hex(4)})

        def listens():
            for address in (self.xmpp, self.xmpps):
                with socket.socket() as probe:
                    if probe.connect_ex(address) != 0:
                        return False
            return True

        wait_until(listens, 15, lambda: "Prosody listening\n" + self.process.output)
        return self

    def stop(self):
        code = self.process.terminate(timeout=15)
        self._ended.append(self.process)
        self.process = None
        return code

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self._ended.append(self.process)
        self.process = None

    def restart(self, **_):
        if self.process is not None:
            self.stop()
        return self.start()

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process = None

    @property
    def log(self):
        return "\n".join(p.output + p.errors for p in [*self._ended, self.process] if p is not None)

    @property
    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
