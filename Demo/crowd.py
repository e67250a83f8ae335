"""A thousand people for script/demo update: each signs in, says what they want in the chat, and texts."""

import asyncio
import base64
import hashlib
import hmac
import secrets
import time

from harness.people import Person
from harness.process import run
from harness.waiting import seconds
from harness.wirexmpp import CLIENT, Closed, WireSession

ITERATIONS = 4096
NOTICE = "The terms have changed"


class Member:
    """One of the crowd: a person, their connection while they have one, and what they got."""

    def __init__(self, stage, name, password):
        self.stage = stage
        self.person = Person(name, password, stage.server.domain)
        self.session = None
        self.number = None
        self.got = []        # (when, sender, body) of texts
        self.errors = []     # (when, text) of errors
        self.sent = []       # (when, id, acknowledged when or None)
        self._heard = asyncio.Event()

    async def connect(self):
        self.session = WireSession(self.stage.server, self.person, resource="crowd")
        self.session.on_message = self._message
        await self.session.connect()
        await self.session.bind()
        self.session.presence()

    async def leave(self):
        session, self.session = self.session, None
        if session is not None:
            await session.close()

    def _message(self, element):
        sender = element.get("from", "").split("/")[0]
        if element.get("type") == "error":
            text = element.findtext(".//{urn:ietf:params:xml:ns:xmpp-stanzas}text") or ""
            self.errors.append((time.monotonic(), text))
        elif (body := element.findtext(CLIENT + "body")) is not None:
            self.got.append((time.monotonic(), sender, body))
        self._heard.set()

    async def ask(self, sentence, containing):
        """Says something to the server and waits for the answer."""
        start = len(self.got)
        self.session.send_text(self.stage.server.domain, sentence, secrets.token_hex(6))
        await self.session.drain()
        await self.until(lambda: next((b for _, s, b in self.got[start:] if containing in b), None), f"an answer to {sentence!r}")

    async def until(self, holds, what):
        end = time.monotonic() + seconds(20)
        while not (found := holds()):
            if time.monotonic() > end or self.session.closed:
                raise AssertionError(f"no {what} for {self.person.name}; got {self.got[-3:]}, {self.session.closed}")
            self._heard.clear()
            try:
                await asyncio.wait_for(self._heard.wait(), 0.2)
            except asyncio.TimeoutError:
                pass
        return found

    async def text(self, to, words):
        """Sends, and waits until the server has it on disk."""
        began = time.monotonic()
        position = self.session.send_text(to, words, secrets.token_hex(6))
        self.sent.append([began, words, None])
        await self.session.drain()
        await self.session.acknowledged(position)
        self.sent[-1][2] = time.monotonic()

    def notices(self):
        return [body for _, sender, body in self.got if sender == self.stage.server.domain and body.startswith(NOTICE)]


def import_people(stage, names):
    """Adds everybody by one file with ready verifiers, all of one password: deriving is slow on purpose."""
    password = secrets.token_hex(8)
    salt = secrets.token_bytes(16)
    line = "\t".join(_verifier(password, salt, name, text) for name, text in (("sha1", "SCRAM-SHA-1"), ("sha256", "SCRAM-SHA-256")))
    listing = stage.folder / "people.tsv"
    listing.touch(0o600)
    listing.write_text("".join(f"{name}\t{line}\n" for name in names))
    run([stage.server.program, "person", "add", "--from", listing, stage.server.folder], timeout=120)
    listing.unlink()
    return [Member(stage, name, password) for name in names]


def _verifier(password, salt, hash, name):
    """RFC 5803."""
    salted = hashlib.pbkdf2_hmac(hash, password.encode(), salt, ITERATIONS)
    client = hmac.digest(salted, b"Client Key", hash)
    parts = [salt, hashlib.new(hash, client).digest(), hmac.digest(salted, b"Server Key", hash)]
    salt64, stored, server = (base64.b64encode(part).decode() for part in parts)
    return f"{name}${ITERATIONS}:{salt64}${stored}:{server}"


async def in_slices(work, members, at_once=24):
    """Runs `work(member)` for everybody, so many at a time."""
    waiting = list(reversed(members))

    async def one():
        while waiting:
            await work(waiting.pop())

    await asyncio.gather(*(one() for _ in range(at_once)))


class Traffic:
    """People who go on texting, each in turn to the next target, until told to stop; a lost connection is made again."""

    def __init__(self, pace):
        self.pace = pace
        self._tasks = []
        self.is_down = asyncio.Event()
        self.is_up = asyncio.Event()
        self.is_up.set()

    def begin(self, members, target, label):
        for index, member in enumerate(members):
            self._tasks.append(asyncio.ensure_future(self._pour(member, target(index), label, index)))

    async def end(self):
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pour(self, member, to, label, index):
        await asyncio.sleep(self.pace * (index % 16) / 16)
        count = 0
        while True:
            try:
                if member.session is None or member.session.closed:
                    await self.is_up.wait()
                    await member.leave()
                    await member.connect()
                await member.text(to, f"{label} {index}.{count}")
            except (Closed, OSError, EOFError):
                await asyncio.sleep(0.2)
            count += 1
            await asyncio.sleep(self.pace)
