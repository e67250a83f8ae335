"""The pocket SMSC as a process of its own: a simulated phone network that the server reaches by real SMPP."""

import json
import re

from harness.people import binary
from harness.process import Process
from harness.waiting import wait_until


class Carrier:
    def __init__(self, system_id, password_file):
        self.process = Process(
            [binary(), "smsc", "--listen", "127.0.0.1:0", "--system-id", system_id, "--password-file", password_file, "--json"],
            stdin="")
        ready = self.process.line(lambda line: line.startswith("ready "), timeout=20)
        self.address = json.loads(ready.removeprefix("ready "))["smpp"]

    @property
    def events(self):
        return [json.loads(line) for line in list(self.process.stdout_lines) if line.startswith("{")]

    def texts(self, to=None):
        """What the handsets show, in order; of one handset if its number is given."""
        return [e for e in self.events if e["event"] == "text" and to in (None, e["to"])]

    def wait_bound(self):
        wait_until(lambda: any(e["event"] == "bound" for e in self.events), 20, "the server to sign in at the carrier")

    def wait_text(self, to, containing, timeout=15):
        return wait_until(lambda: next((e for e in self.texts(to) if containing in e["text"]), None), timeout,
                          lambda: f"an SMS with {containing!r} on {to}; there are {self.texts(to)}")

    def wait_code(self, to):
        """The six digits in the newest SMS on that handset."""
        return wait_until(lambda: re.search(r"(?<!\d)\d{6}(?!\d)", (self.texts(to) or [{"text": ""}])[-1]["text"]), 15,
                          lambda: f"a code on {to}; there are {self.texts(to)}")[0]

    def command(self, line):
        """What a person would type at `hoopoe smsc`."""
        self.process.write(line + "\n")
