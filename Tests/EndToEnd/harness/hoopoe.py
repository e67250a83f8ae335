"""One Hoopoe in a folder of its own: set up, started, stopped, killed, started again on the same ports."""

import json
import os
import signal
from pathlib import Path

from .people import binary
from .process import Process, run
from .secret import write_secret


class Hoopoe:
    """Drives the documented command line; knows nothing else of the program."""

    def __init__(self, folder, domain="localhost", is_new=True):
        self.folder = Path(folder)
        self.domain = domain
        self.program = binary()
        self.process = None
        self.xmpp = None
        self.xmpps = None
        self.https = None
        self.metrics = None
        self.settings = {}
        self.shim = None
        self.wrapper = []  # words before the program's name when it serves
        self._ended = []
        if is_new:
            run([self.program, "init", self.folder, "--domain", domain])

    # People

    def add(self, *people):
        rows = "".join(f"{p.name}\t{p.password}\n" for p in people)
        listing = self.folder.parent / f"{self.folder.name}-people.tsv"
        write_secret(listing, rows)
        try:
            run([self.program, "person", "add", "--from", listing, self.folder])
        finally:
            listing.unlink()

    def add_one(self, person):
        run([self.program, "person", "add", person.name, self.folder], stdin=person.password)

    # Configuration

    @property
    def ca(self):
        return self.folder / "tls" / "ca.pem"

    @property
    def configuration(self):
        return self.folder / "hoopoe.yaml"

    def routes(self, *routes):
        """Replaces the list of routes from the next start on. Each route is a dict with the keys of the configuration."""
        self.settings["routes"] = json.dumps(list(routes))  # JSON is YAML

    # Running

    def start(self, **settings):
        """Serves; `settings` are configuration keys with `__` for the dot and `_` for the hyphen."""
        self.settings.update({k.replace("__", ".").replace("_", "-"): v for k, v in settings.items()})
        at = {"listen.xmpp": self._address(self.xmpp), "listen.xmpps": self._address(self.xmpps),
              "listen.https": self._address(self.https),
              # Two at least, however few cores there are: sessions resume from one loop to another.
              "limits.event-loops": 2}
        argv = [*self.wrapper, self.program, "serve", self.folder]
        for key, value in {**at, **self.settings}.items():
            argv += ["--set", f"{key}={value}"]
        environment = dict(os.environ)
        if self.shim is not None:
            environment.update(self.shim.environment)
        self.process = Process(argv, env=environment)
        ready = json.loads(self.process.line(lambda line: line.startswith("ready "), timeout=30)[len("ready "):])
        self.xmpp = self._split(ready["xmpp"])
        self.xmpps = self._split(ready["xmpps"])
        self.https = self._split(ready["https"]) if "https" in ready else None
        self.metrics = self._split(ready["metrics"]) if "metrics" in ready else None
        return self

    def stop(self):
        """SIGTERM; the exit code after the drain."""
        code = self.process.terminate(timeout=15)
        self._ended.append(self.process)
        self.process = None
        return code

    def kill(self):
        """SIGKILL, at once."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self._ended.append(self.process)
        self.process = None

    def restart(self, **settings):
        if self.process is not None:
            self.stop()
        return self.start(**settings)

    def close(self):
        if self.process is not None:
            self.process.kill()
            self._ended.append(self.process)
            self.process = None

    # Evidence

    @property
    def log(self):
        return "\n".join(p.errors for p in [*self._ended, self.process] if p is not None)

    @property
    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    @staticmethod
    def _address(bound):
        return "127.0.0.1:0" if bound is None else f"{bound[0]}:{bound[1]}"

    @staticmethod
    def _split(address):
        host, port = address.rsplit(":", 1)
        return host, int(port)
