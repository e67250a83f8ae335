"""The transparency log under SIGKILL and under a disk that refuses: a checkpoint never covers what isn't on disk."""

import asyncio
import os
import random
import threading
import time

import pytest

from harness.logfolder import LogFolder, leaf_hash, root_of
from harness.waiting import seconds, wait_until
from harness.wirexmpp import Closed, WireSession

ROUNDS = int(os.environ.get("HOOPOE_LOG_ROUNDS", "8"))


class Watch:
    """Collects every checkpoint that the log shows, as somebody on the web would."""

    def __init__(self, folder):
        self.folder = folder
        self.seen = {}
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._ends.is_set():
            self.look()
            time.sleep(0.02)

    def look(self):
        one = self.folder.checkpoint()
        if one is not None:
            known = self.seen.setdefault(one.size, one)
            assert known.root == one.root, f"two trees of {one.size}"
        return one

    def close(self):
        self._ends.set()
        self._thread.join()


async def decide(server, people, until):
    """People change their minds all the time, until the server dies or `until` says so; how many decisions were answered."""
    async def one(person):
        session = WireSession(server, person)
        count = 0
        try:
            await session.connect()
            await session.bind()
            session.presence()
            while not until():
                session.send_text("localhost", "on sms" if count % 2 == 0 else "off sms", f"d{count}")
                answers = len(session.messages)
                while len(session.messages) == answers:
                    if session.closed or until():
                        raise Closed("")
                    await asyncio.sleep(0.002)
                count += 1
        except (Closed, ConnectionError):
            pass
        finally:
            await session.close()
        return count

    return sum(await asyncio.gather(*map(one, people)))


def check_at_rest(folder, seen):
    """What lies there: the newest checkpoint is of entries that are in the tiles and in the store, and all were of one history."""
    newest = folder.checkpoint()
    stored = folder.stored()
    if newest is None:
        return None
    assert newest.size <= len(stored), f"signed {newest.size}, stored {len(stored)}"
    entries = folder.entries(newest.size)
    assert entries == stored[:newest.size]
    hashes = [leaf_hash(entry) for entry in entries]
    assert root_of(hashes) == newest.root
    for size, one in seen.items():
        assert size <= newest.size, f"a checkpoint of {size} was taken back to {newest.size}"
        assert root_of(hashes[:size]) == one.root, f"not the history that the checkpoint of {size} signed"
    return newest


def test_checkpoints_survive_sigkill(own_server, join, loop):
    server = own_server()
    people = join("anna", "ben", "cleo", "dora", on=server)
    server.start(log__interval="0.2")
    folder = LogFolder(server)
    watch = Watch(folder)
    sizes = []
    try:
        for round in range(ROUNDS):
            if server.process is None:
                server.start()
            began = len(folder.stored())  # those that wait are published at the start
            pouring = asyncio.run_coroutine_threadsafe(decide(server, people, lambda: False), loop.loop)
            wait_until(lambda: watch.seen and max(watch.seen) > began, 20, "a checkpoint over new decisions")
            time.sleep(random.uniform(0, 0.6))
            server.kill()
            pouring.result(20)
            newest = check_at_rest(folder, watch.seen)
            sizes.append((newest.size, len(folder.stored())))
        server.start()
        wait_until(lambda: (watch.look().size == len(folder.stored())), 20, "what waited is published")
        server.stop()
        check_at_rest(folder, watch.seen)
    finally:
        watch.close()
    print(f"{ROUNDS} rounds, {len(watch.seen)} checkpoints of one history; (signed, stored) after each kill: {sizes}")
    assert max(watch.seen) > ROUNDS
    assert any(stored > signed for signed, stored in sizes), "no kill came between a decision and its publication"


def test_nothing_is_signed_over_tiles_that_the_disk_refuses(own_server, join, loop):
    """Only the folders of tiles fail to sync: people go on deciding, the checkpoint stands still, and later all is published.

    The checkpoint itself could be synced, so a server that signs first is found out.
    """
    server = own_server(shim=True)
    (anna,) = join("anna", on=server)
    server.start(log__interval="0.2")
    folder = LogFolder(server)
    watch = Watch(folder)
    try:
        wait_until(lambda: watch.seen, 10, "a first checkpoint")
        server.shim.fail("/tile/")
        time.sleep(0.5)
        still = watch.look()
        ends = time.monotonic() + 2
        decided = loop.run(decide(server, [anna], lambda: time.monotonic() > ends), seconds(30))
        assert decided > 2
        assert watch.look().size == still.size, "signed although the disk refused"
        assert len(folder.stored()) >= still.size + decided
        assert "log can't be published" in server.log
        refused = [call for call in server.shim.calls() if call[2] != 0]
        assert refused and all("/log/1/tile/" in call[4] for call in refused), refused
        check_at_rest(folder, watch.seen)
        server.shim.release()
        wait_until(lambda: watch.look().size >= still.size + decided, 10, "what waited is published")
        server.stop()
        check_at_rest(folder, watch.seen)
    finally:
        server.shim.release()
        watch.close()


def test_no_checkpoint_before_the_disk_has_the_tiles(own_server, join, loop):
    """Under a slow disk, each sync of a tile has ended before the checkpoint that covers it is even written."""
    server = own_server(shim=True)
    (anna,) = join("anna", on=server)
    server.start(log__interval="0.2")
    folder = LogFolder(server)
    watch = Watch(folder)
    try:
        wait_until(lambda: watch.seen, 10, "a first checkpoint")
        time.sleep(0.5)
        before, size = len(server.shim.calls()), watch.look().size
        server.shim.delay(50)
        ends = time.monotonic() + 1
        loop.run(decide(server, [anna], lambda: time.monotonic() > ends), seconds(30))
        wait_until(lambda: watch.look().size > size, 20, "a checkpoint under the slow disk")
        signed = time.monotonic()
        calls = [call for call in server.shim.calls()[before:] if "/log/1" in call[4] and call[1] <= signed]
        server.shim.release()
        folders = [call for call in calls if call[4].endswith(("/tile/0/000.p", "/tile/entries/000.p"))]
        last = [call for call in calls if call[4].endswith("/log/1")]
        files = [call for call in calls if "/.new/" in call[4]]
        assert len(folders) >= 2 and files and last, calls
        assert max(c[1] for c in folders[:2]) <= last[-1][0], "the folders of tiles are synced before the checkpoint's"
        assert all(call[2] == 0 for call in calls)
    finally:
        server.shim.release()
        watch.close()
