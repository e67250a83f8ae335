"""Backups made beside a serving program, checked, damaged, interrupted, and restored as on another machine."""

import asyncio
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import time

import pytest

from harness.canary import Canary
from harness.hoopoe import Hoopoe
from harness.process import run
from harness.texting import alias, ask, number, turn_on_number
from harness.waiting import seconds
from harness.wirexmpp import Closed, WireSession

ROUNDS = int(os.environ.get("HOOPOE_BACKUP_ROUNDS", "8"))


class Place:
    """A folder for backups of one server, and the folders restored from it."""

    def __init__(self, server, folder, *keys):
        self.server, self.folder, self.keys = server, folder, keys
        self.made = []

    def hoopoe(self, *words, check=True, **options):
        return run([self.server.program, *words], check=check, timeout=60, **options)

    def write(self, *words, check=True):
        done = self.hoopoe("backup", self.server.folder, self.folder, "--json", *self.keys, *words, check=check)
        return json.loads(done.output) if done.returncode == 0 else done

    def verify(self, *words):
        """(status, findings by their state)."""
        done = self.hoopoe("backup", "verify", self.folder, "--json", *(words or self.keys), check=False)
        report = json.loads(done.output)
        assert report["ok"] == (done.returncode == 0)
        return done.returncode, report["findings"]

    def whole(self):
        status, findings = self.verify()
        assert status == 0, findings
        return {f["id"]: f["message"] for f in findings}

    def restore(self, to, *words, check=True):
        return self.hoopoe("restore", self.folder, to, *(words or self.keys), check=check)

    def elsewhere(self, *words):
        """The server as it comes to life on another machine; not started."""
        folder = self.folder.parent / f"elsewhere{len(self.made)}"
        self.restore(folder, *words)
        server = Hoopoe(folder, is_new=False)
        self.made.append(server)
        return server

    @property
    def stamps(self):
        return sorted(p.name for p in (self.folder / "content").iterdir())

    def bytes(self):
        # But for the lock, which names the process that took it last.
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in self.folder.rglob("*") if p.is_file() and p.name != "lock"}


@pytest.fixture
def place(tmp_path):
    made = []

    def make(server, *keys):
        made.append(Place(server, tmp_path / f"backups{len(made)}", *keys))
        return made[-1]

    yield make
    for one in made:
        for server in one.made:
            server.close()


async def fill(server, sender, to, count, prefix="old"):
    """`count` texts, all acknowledged."""
    session = WireSession(server, sender, resource="fill")
    await session.connect()
    await session.bind()
    for n in range(count):
        session.send_text(to.jid, f"text {prefix}{n}", f"{prefix}{n}", request_ack=n % 100 == 99 or n == count - 1)
        if n % 100 == 99:
            await session.drain()
    await session.acknowledged(count)
    await session.close()


async def archived(server, person):
    reader = WireSession(server, person, resource="reader")
    await reader.connect()
    await reader.bind(stream_management=False)
    rows = await reader.archive_after()
    await reader.close()
    return [m.find("{urn:xmpp:sid:0}origin-id").get("id") for _, m in rows]


def test_under_load_and_restored_elsewhere(own_server, join, loop, place):
    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    loop.run(fill(server, anna, ben, 2000), timeout=seconds(60))
    backups = place(server)

    async def under_load():
        session = WireSession(server, anna, resource="load")
        await session.connect()
        await session.bind()
        ids, stop, pauses = [], asyncio.Event(), []

        async def pour():
            while not stop.is_set():
                while session.sent - session.acked >= 16:
                    before = time.monotonic()
                    await session.acknowledged(session.sent - 15)
                    pauses.append(time.monotonic() - before)
                ids.append(f"new{len(ids)}")
                session.send_text(ben.jid, f"text {ids[-1]}", ids[-1])
                await session.drain()
                await asyncio.sleep(0)

        pouring = asyncio.ensure_future(pour())
        while session.acked < 50:
            await asyncio.sleep(0.01)
        promised = []
        for _ in range(3):
            acked = session.acked
            written = await asyncio.to_thread(backups.write)
            promised.append((written["stamp"], ids[:acked]))
            assert session.acked > acked, "the server went on meanwhile"
        status, findings = await asyncio.to_thread(backups.verify)
        assert status == 0, findings
        stop.set()
        await pouring
        await session.acknowledged(session.sent)
        await session.close()
        return promised, ids, max(pauses)

    promised, ids, longest = loop.run(under_load(), timeout=seconds(120))
    assert longest < seconds(2), "nobody waits for a backup"
    assert loop.run(archived(server, ben), timeout=seconds(60)) == [f"old{n}" for n in range(2000)] + ids
    published = (server.folder / "regions/home/log/1/checkpoint").exists()
    server.stop()

    for stamp, acknowledged in promised:
        other = backups.elsewhere("--stamp", stamp)
        other.start()
        got = loop.run(archived(other, ben), timeout=seconds(60))
        new = got[2000:]
        assert got[:2000] == [f"old{n}" for n in range(2000)]
        assert new[:len(acknowledged)] == acknowledged, "what was acknowledged before the backup began is in it"
        assert new == ids[:len(new)], "and what came after is a beginning without a gap"
        loop.run(fill(other, ben, anna, 5, "life goes on "), timeout=seconds(30))
        assert loop.run(archived(other, anna), timeout=seconds(60))[-5:] == [f"life goes on {n}" for n in range(5)]
        log = other.folder / "regions/home/log"
        assert (log / "2/checkpoint").exists(), "the log goes on under the next number"
        assert (log / "1/checkpoint").exists() == published
        other.stop()


def test_without_a_server_and_with_keys_apart(own_server, join, loop, place, tmp_path):
    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    loop.run(fill(server, anna, ben, 20), timeout=seconds(30))
    server.stop()
    before = {p.name for p in server.folder.rglob("*")}
    backups = place(server, "--keys", tmp_path / "safe" / "keys")
    written = backups.write()
    assert written["rows"]["message"] == 40
    assert {p.name for p in server.folder.rglob("*")} - before <= {"content.sqlite-wal", "content.sqlite-shm", "keys.sqlite-wal", "keys.sqlite-shm"}
    secret = (server.folder / "regions/home/region.key").read_bytes()
    assert not [name for name, data in backups.bytes().items() if secret in data], "content has no key"
    assert "40 messages" not in backups.whole()["keys"]
    assert "2 of 2 people, and 2 messages" in backups.whole()["keys"]
    plain = backups.hoopoe("backup", "verify", backups.folder, check=False)
    assert plain.returncode == 1 and "--keys" in plain.output
    other = backups.elsewhere()
    other.start()
    assert loop.run(archived(other, ben), timeout=seconds(30)) == [f"old{n}" for n in range(20)]


def test_damage_is_named(own_server, join, loop, place, tmp_path):
    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    loop.run(fill(server, anna, ben, 30), timeout=seconds(30))
    backups = place(server)
    backups.write()
    old_keys = tmp_path / "old-keys"
    shutil.copytree(backups.folder / "keys", old_keys)
    join("carol", on=server)
    stamp = backups.write("--keep", "1")["stamp"]
    server.stop()
    whole = backups.bytes()
    target = tmp_path / "restored"

    def refused(named, *words):
        status, findings = backups.verify(*words)
        failed = [f["message"] for f in findings if f["state"] == "failed"]
        assert status == 1 and len(failed) == 1, findings
        assert named in failed[0]
        done = backups.restore(target, *words, check=False)
        assert done.returncode not in (0, 70), done.errors
        assert named in done.errors, done.errors
        assert not target.exists(), "nothing half restored"

    for name, data in whole.items():
        if name == "lock":
            continue
        path = backups.folder / name
        for broken in (data[:len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1:], data[:-1]):
            path.write_bytes(broken)
            refused(name)
        path.unlink()
        if name not in ("backup.json", f"content/{stamp}/manifest.json", "keys/manifest.json"):
            refused(name)
        else:
            refused("there is no backup")
        path.write_bytes(data)
    assert backups.bytes() == whole
    assert backups.whole()

    # The keys of another store, and those of before.
    other = own_server()
    strange = place(other)
    strange.write()
    refused("another store", "--keys", strange.folder / "keys")
    refused("never seen", "--keys", old_keys)
    assert not [p for p in (tmp_path / "..").glob("hoopoe-verify-*")]

    # What is there already is left alone.
    target.mkdir()
    (target / "mine").write_text("precious")
    done = backups.restore(target, check=False)
    assert done.returncode == 73 and "not empty" in done.errors
    assert [p.name for p in target.iterdir()] == ["mine"]
    done = backups.restore(tmp_path / "x", "--stamp", "1999", check=False)
    assert done.returncode == 66 and stamp in done.errors


def test_sigkill_leaves_the_one_before(own_server, join, loop, place):
    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    loop.run(fill(server, anna, ben, 3000), timeout=seconds(90))
    backups = place(server)
    began = time.monotonic()
    backups.write()
    took = time.monotonic() - began
    kept = {name: data for name, data in backups.bytes().items() if name.startswith("content/")}
    cut = 0
    for round in range(ROUNDS):
        ask_to = [server.program, "backup", server.folder, backups.folder]
        child = subprocess.Popen(ask_to, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(took * random.uniform(0.05, 1.0))
        child.send_signal(signal.SIGKILL)
        child.communicate(timeout=seconds(30))
        cut += child.returncode == -signal.SIGKILL
        assert {n: d for n, d in backups.bytes().items() if n in kept} == kept, f"round {round}"
        assert backups.whole()["tables"], f"round {round}"
    assert cut, "at least one was cut off"
    backups.write()
    left = [n for n in backups.bytes() if n.endswith((".new", ".old")) or ".partial" in n or ".next" in n]
    assert left == []
    backups.whole()
    print(f"{cut} of {ROUNDS} backups cut off, the ones before whole")


def test_no_room_leaves_the_one_before(own_server, join, loop, place):
    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    loop.run(fill(server, anna, ben, 200), timeout=seconds(30))
    backups = place(server)
    backups.write()
    whole = backups.bytes()

    # As much of a full disk as a test can have without mounting one: no file may grow beyond this.
    def tight():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run([server.program, "backup", server.folder, backups.folder], capture_output=True, timeout=seconds(60),
                          preexec_fn=tight, restore_signals=False)
    assert done.returncode == 74, done.stderr
    assert str(backups.folder).encode() in done.stderr
    assert backups.bytes() == whole
    assert backups.whole()
    server.stop()


def test_what_was_withdrawn_does_not_come_back(house, join, client, place):
    h = house()
    quin, pia = join("quin", "pia", on=h.server)
    q, p = client(quin, on=h.server), client(pia, on=h.server, stream_management=True)
    n, contact = number(), number()
    turn_on_number(q, n, h.smsc)
    ask(q, "on sms")
    ask(q, "on history")
    q.send(alias(contact), "a text of quin's")
    h.smsc.wait_text(contact, "a text of quin's")
    p.wait_acked(p.send(quin, "a text of pia's"))
    canary = Canary(n, contact)
    routes = "--set", f"routes={h.server.settings['routes']}"
    backups = place(h.server)
    before = backups.write(*routes)["stamp"]
    assert not canary.files(backups.folder), "sealed, like everything at rest"
    password = h.password.encode()
    assert {name for name, data in backups.bytes().items() if password in data} == {"keys/files/carrier.password"}

    ask(q, "off sms")
    ask(q, "off number-texting")
    keys_before = (backups.folder / "keys/keys.sqlite").read_bytes()
    backups.write(*routes)
    assert (backups.folder / "keys/keys.sqlite").read_bytes() != keys_before
    h.server.stop()

    # Content of before the withdrawal, keys of after.
    other = backups.elsewhere("--stamp", before)
    assert not canary.files(other.folder), "before the first start"
    other.start(numbers__country="DE")
    q2 = client(quin, on=other)
    known = ask(q2, "what do you know")
    assert n not in known and contact not in known
    p2 = client(pia, on=other, stream_management=True)
    assert p2.wait_error(p2.send(alias(n), "anyone?")).error == "item-not-found"
    assert [m.body for _, m in q2.whole_archive() if m.body == "a text of pia's"]
    assert not [m.body for _, m in q2.whole_archive() if m.body == "a text of quin's"], "it was sealed under sms"
    other.stop()
    assert not canary.files(other.folder) + canary.files(backups.folder)
