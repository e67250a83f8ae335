"""Debian's openssl as a client of each door, and as an authority for certificates of the tests' own."""

import subprocess
from pathlib import Path

from .waiting import seconds

DOORS = ["xmpps", "xmpp", "https"]


def handshake(server, door, *options, stdin=b"", timeout=15):
    """Connects with `openssl s_client` and `options`; returns the finished process, its whole output in `text`."""
    host, port = getattr(server, door)
    argv = ["openssl", "s_client", "-connect", f"{host}:{port}", "-servername", "localhost", "-CAfile", str(server.ca)]
    if door == "xmpp":
        argv += ["-starttls", "xmpp", "-xmpphost", "localhost"]
    elif "-alpn" not in options:
        argv += ["-alpn", {"xmpps": "xmpp-client", "https": "http/1.1"}[door]]
    done = subprocess.run([*argv, *options], input=stdin, capture_output=True, timeout=seconds(timeout))
    done.text = (done.stdout + done.stderr).decode("utf-8", "replace")
    return done


def agreed(done):
    """(protocol, suite) of a handshake that succeeded, or None."""
    for line in done.text.splitlines():
        if line.startswith("New, ") and "Cipher is (NONE)" not in line:
            protocol, suite = line.removeprefix("New, ").split(", Cipher is ")
            return protocol, suite
    return None


def suites(selection):
    """The names of TLS 1.2 and older suites that openssl has for a selection, weak ones included."""
    out = subprocess.run(["openssl", "ciphers", "-tls1_2", f"{selection}:@SECLEVEL=0"], check=True, capture_output=True, timeout=20)
    return [name for name in out.stdout.decode().strip().split(":") if not name.startswith("TLS_")]


class Pairs:
    """Certificates and keys from a server's own authority, with whatever is wrong with them."""

    def __init__(self, server, folder):
        self.server = server
        self.folder = Path(folder)

    def make(self, name, key=("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"), dates=None, names="DNS:localhost"):
        """Paths of a chain and its key; `dates` are (begin, end) as YYYYMMDDHHMMSSZ."""
        tls, out = self.server.folder / "tls", self.folder / name
        out.mkdir(mode=0o700)
        self._run("genpkey", *key, "-out", out / "key")
        self._run("req", "-new", "-key", out / "key", "-subj", "/CN=localhost", "-out", out / "request")
        (out / "extensions").write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n")
        (out / "index").write_text("")
        (out / "ca.conf").write_text(
            "[ca]\ndefault_ca=own\n[own]\ndatabase=%s\nnew_certs_dir=%s\nrand_serial=yes\ndefault_md=sha256\npolicy=any\n"
            "email_in_dn=no\n[any]\ncommonName=supplied\n" % (out / "index", out))
        when = ["-startdate", dates[0], "-enddate", dates[1]] if dates else ["-days", "30"]
        self._run("ca", "-batch", "-notext", "-config", out / "ca.conf", "-cert", tls / "ca.pem", "-keyfile", tls / "ca.key",
                  "-in", out / "request", "-out", out / "leaf", "-extfile", out / "extensions", *when)
        (out / "chain").write_text((out / "leaf").read_text() + (tls / "ca.pem").read_text())
        return out / "chain", out / "key"

    @staticmethod
    def _run(*words):
        done = subprocess.run(["openssl", *map(str, words)], capture_output=True, timeout=seconds(60))
        assert done.returncode == 0, done.stderr.decode()


def client_hello(record):
    """What a TLS ClientHello offers: its suites, versions, signature algorithms and compression methods, as numbers."""
    assert record[0] == 22 and record[5] == 1, record[:8]
    at = 9 + 2 + 32

    def number(size):
        nonlocal at
        value = int.from_bytes(record[at:at + size], "big")
        at += size
        return value

    def numbers(length, size):
        return [number(size) for _ in range(length // size)]

    session = number(1)
    at += session
    offered = {"suites": numbers(number(2), 2), "compression": numbers(number(1), 1), "versions": [], "signatures": []}
    length = number(2)
    end = at + length
    while at < end:
        kind, length = number(2), number(2)
        following = at + length
        if kind == 43:
            offered["versions"] = numbers(number(1), 2)
        elif kind == 13:
            offered["signatures"] = numbers(number(2), 2)
        at = following
    return offered
