"""Talking to the server's own address, and a server with a way out to SMS."""

import itertools
import json
import secrets

from .canary import Canary
from .secret import write_secret
from .smsc import Smsc
from .waiting import wait_until

_serial = itertools.count(100)

# The range that the German regulator keeps for films; long enough for the canary to be sure of a hit.
def number():
    """A fictional mobile number nobody has used in this run."""
    return f"+4917604069{next(_serial):03d}"


SENDERS = ["+493023125001", "+493023125002"]


def alias(number, domain="localhost"):
    return f"{number}@{domain}"


def ask(client, sentence, timeout=10.0):
    """Says something to the server and returns its whole first answer."""
    start = len(client.received)
    client.send("localhost", sentence)
    return client.wait_for(lambda m: m.bare == "localhost" and m.body and m.carbon is None, timeout,
                           f"an answer to {sentence!r}", start).body


def say(client, sentence):
    """Asks, and makes sure that it was not answered with help."""
    answer = ask(client, sentence)
    assert "help" != answer.strip().lower()
    return answer


def turn_on_number(client, number, smsc):
    """`on number-texting`, the code by SMS, `code`: as a person does it."""
    before = len(smsc.texts(number))
    ask(client, f"on number-texting {number}")
    code = smsc.wait_code(number, after=before)
    return ask(client, f"code {code}")


class House:
    """A server with one route to an SMSC double whose every byte is on record."""

    def __init__(self, server, loop, **settings):
        self.server = server
        self.smsc = Smsc(loop)
        self.password = secrets.token_hex(4)
        write_secret(server.folder / "carrier.password", self.password)
        route = {
            "name": "carrier", "smsc": self.smsc.address, "system-id": "hoopoe", "password-file": "carrier.password",
            "senders": SENDERS, "prefixes": ["+49"], "enquire-link-seconds": 1, "response-seconds": 3,
        }
        route.update(settings.pop("route", {}))
        server.routes(route)
        server.start(**{"sms__grace_seconds": 2, "numbers__country": "DE", "numbers__new_per_day": 200, **settings})
        self.smsc.wait_bound()

    def restart(self, kill=False):
        server = self.server
        server.kill() if kill else server.stop()
        self.smsc.sessions.clear()
        server.start()
        self.smsc.wait_bound()

    def close(self):
        self.smsc.close()

    def watch(self, *numbers):
        return Canary(*numbers)


def rows_with(server, needle):
    """Names of files in the data folder holding these bytes; for asserting where something is not."""
    return [str(p) for p in server.folder.rglob("*") if p.is_file() and needle in p.read_bytes()]


def no_more_submits(smsc, count, during=1.0):
    """The SMSC has been sent exactly that many segments and gets no more."""
    import time

    time.sleep(during)
    assert len(smsc.attempts) == count, json.dumps([[s.destination, s.payload.hex()] for s in smsc.attempts[count:]])


def wait_submits(smsc, count, timeout=10.0):
    wait_until(lambda: len(smsc.attempts) >= count, timeout, lambda: f"{count} segments, has {len(smsc.attempts)}")
