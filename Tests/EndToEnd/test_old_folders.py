"""Data folders of earlier versions, kept in `folders/`: opened, migrated, whole; and what can't be opened is left as it was."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing

import pytest

from harness import oldfolder
from harness.hoopoe import Hoopoe
from harness.oldfolder import ADA, ADAS_NUMBER, BEN, CLEO, DORA, FOLDERS
from harness.people import binary, person
from harness.process import run
from harness.texting import alias
from harness.waiting import seconds
from harness.xmpp import Client

from powercut.journal import SYNC, TRUNCATE, WRITE, Recorder

VERSIONS = sorted(path.name.removesuffix(".tar.xz") for path in FOLDERS.glob("*.tar.xz"))
FILES = ("keys.sqlite", "content.sqlite")


@pytest.fixture
def old(tmp_path, own_server):
    """Unpacks the folder of a version; a server that is not started, and what must be found in it."""

    def make(version=VERSIONS[0]):
        oldfolder.unpack(FOLDERS / f"{version}.tar.xz", tmp_path / "old")
        server = Hoopoe(tmp_path / "old", is_new=False)
        own_server.made.append(server)
        return server, json.loads((FOLDERS / f"{version}.json").read_text())

    return make


def stored(server):
    """Every row of both databases, and their forms."""
    found = {}
    for name in FILES:
        file = server.folder / "regions" / "home" / name
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
            found[name] = list(database.iterdump())
    return found


def change(server, name, sql):
    with closing(sqlite3.connect(server.folder / "regions" / "home" / name)) as database:
        database.executescript(sql)


def serve(server, timeout=30, **options):
    """Runs a server that should not come up; the finished process."""
    at = [word for key in ("xmpp", "xmpps", "https") for word in ("--set", f"listen.{key}=127.0.0.1:0")]
    try:
        done = subprocess.run([binary(), "serve", server.folder, *at], capture_output=True, timeout=seconds(timeout), **options)
    except subprocess.TimeoutExpired:
        raise AssertionError("it serves") from None
    done.errors = done.stderr.decode()
    assert b"ready" not in done.stdout
    return done


def policy(server):
    return server.folder / "regions" / "home" / "log" / "1" / "policy"


def test_there_is_a_folder_of_the_first_version():
    assert "0.1" in VERSIONS
    assert all((FOLDERS / f"{v}.json").exists() and (FOLDERS / f"{v}.tar.xz").stat().st_size < 200_000 for v in VERSIONS)


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_is_found(old, loop, client, join, tmp_path, version):
    server, expected = old(version)
    server.start()
    assert oldfolder.contents(server, loop) == expected["contents"]

    # Receipts are proven, also of somebody who left; and the log goes on from where it was.
    for who, count in ((ADA, 2), (BEN, 4)):
        pairs = oldfolder.proofs(server, loop, who, count)
        assert [receipt for receipt, _ in pairs] == expected["contents"][who.name]["receipts"]
        for receipt, proof in pairs:
            verify(tmp_path, server, receipt, proof)
    verify(tmp_path, server, *expected["left"])
    assert policy(server).read_text() == expected["policy"]
    seen = tmp_path / "seen"
    seen.write_text(expected["checkpoint"])
    run([binary(), "log", "verify", policy(server).parent, "--policy", policy(server), "--checkpoint", seen])

    # Life goes on: by number, by old password, with new people.
    (fay,) = join("fay", on=server)
    ada, b, f = client(ADA, on=server), client(BEN, on=server), client(fay, on=server)
    client(DORA, on=server)
    f.send(alias(ADAS_NUMBER), "by the old number")
    ada.wait_text("by the old number")
    b.send(ADA, "as before")
    ada.wait_text("as before")
    assert "as before" in [m.body for _, m in ada.whole_archive()]
    assert server.stop() == 0
    run([binary(), "renew", server.folder])
    for finding in json.loads(run([binary(), "check", server.folder, "--json"]).output)["findings"]:
        assert finding["state"] == "ok" or finding["id"].startswith("listen"), finding

    # Once more, as everything that was to be migrated is.
    server.start()
    assert client(ADA, on=server, resource="again").whole_archive()


def verify(folder, server, receipt, proof):
    (folder / "r.receipt.jws").write_text(receipt)
    (folder / "r.tlog-proof").write_text(proof)
    run([binary(), "receipt", "verify", folder / "r.receipt.jws", folder / "r.tlog-proof", "--policy", policy(server)])


@pytest.mark.parametrize("version", VERSIONS)
def test_it_can_be_backed_up_and_restored(old, loop, tmp_path, version):
    server, expected = old(version)
    run([binary(), "backup", server.folder, tmp_path / "content", "--keys", tmp_path / "keys"])
    run([binary(), "restore", tmp_path / "content", tmp_path / "restored", "--keys", tmp_path / "keys"])
    restored = Hoopoe(tmp_path / "restored", is_new=False).start()
    try:
        found = oldfolder.contents(restored, loop)
        assert {name: what["archive"] for name, what in found.items()} == {
            name: what["archive"] for name, what in expected["contents"].items()}
    finally:
        restored.close()


@pytest.mark.parametrize("name", FILES)
def test_a_folder_of_a_later_version_is_refused_and_left_alone(old, name):
    """A step back: the newer program has migrated, and the older one must not guess."""
    server, _ = old()
    change(server, name, "INSERT INTO grdb_migrations VALUES ('99 of a later version')")
    before = stored(server)
    for verb in (None, ["person", "list"]):
        ended = serve(server) if verb is None else run([binary(), *verb, server.folder], check=False)
        assert ended.returncode == 78, ended.errors
        assert f"{name} was written by a newer version of this program. Nothing was changed" in ended.errors
    assert stored(server) == before


def behind(server):
    """As before the last step of each file, with texts enough that the step has something to write."""
    change(server, "keys.sqlite", "DROP INDEX tombstone_decision; DELETE FROM grdb_migrations WHERE identifier = '3 decisions'")
    change(server, "content.sqlite", """
        DROP TABLE entry; DROP TABLE conversation; DROP TABLE acknowledged; DROP TABLE mark;
        ALTER TABLE message DROP COLUMN waits;
        CREATE INDEX message_owner ON message (owner, id, correspondent, digest);
        DELETE FROM high_water WHERE name = 'indexed';
        DELETE FROM grdb_migrations WHERE identifier > '4';""")


def test_a_migration_without_room_changes_nothing_and_says_so(old, loop):
    """Neither file is touched, so that the version before opens the folder; with room, this one does."""
    server, expected = old()
    behind(server)
    before = stored(server)

    def little_room():
        # Enough for the index of a write-ahead log (32 KiB), and for eight pages in the log.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (33_000, 33_000))

    ended = serve(server, preexec_fn=little_room)
    assert ended.returncode == 74, ended.errors
    assert "content.sqlite can't be brought to the form that this version needs" in ended.errors, ended.errors
    assert "Nothing was changed; the version before this one opens the folder as it was" in ended.errors
    assert stored(server) == before
    server.start()
    assert oldfolder.contents(server, loop) == expected["contents"]


def copied(server, folder):
    """The same folder once more."""
    folder.mkdir()
    shutil.copytree(server.folder, folder / "old")
    return Hoopoe(folder / "old", is_new=False)


def migration(server, folder):
    """What a whole start writes and syncs until content is migrated and its log cut, and both files' rows after a migration."""
    started, listed = copied(server, folder / "started"), copied(server, folder / "listed")
    started.shim = recorder = Recorder(folder, started.folder)
    try:
        started.start()
    finally:
        started.close()
    run([binary(), "person", "list", listed.folder])
    calls = recorder.calls()
    end = next(n for n, call in enumerate(calls) if call.kind == TRUNCATE and call.path.endswith("content.sqlite-wal"))
    return calls[:end + 1], stored(listed)


def moments(calls):
    """After how many calls it is killed: right before and after each sync, and a few in between."""
    syncs = [n for n, call in enumerate(calls) if call.kind == SYNC]
    return sorted({*syncs, *(n + 1 for n in syncs), *range(1, len(calls), 20), len(calls)})


def killed(server, count):
    """Its start ends by SIGKILL right after so many calls; how much of each file is migrated then."""
    shim = Recorder(server.folder.parent, server.folder, last=count)
    ended = serve(server, env={**os.environ, **shim.environment})
    assert ended.returncode == -signal.SIGKILL, ended.errors
    assert len(shim.calls()) == count
    return stored(server)


def opens(server, loop, expected):
    """It starts, and everybody finds their texts."""
    try:
        server.start()
        for one in (ADA, BEN, CLEO):
            client = Client(loop, server, one, resource="reader").login()
            assert oldfolder.archive(client) == expected["contents"][one.name]["archive"]
            client.close()
    finally:
        server.close()


# Which of `FILES` are migrated. Content is committed first; a kill between the two commits is made up for by the next start.
NEITHER, CONTENT, BOTH = (False, False), (False, True), (True, True)


def test_a_kill_in_the_middle_of_a_migration_changes_nothing_or_all(old, loop, tmp_path):
    """Killed at many moments of the start, each time in a copy of its own; whatever it was, the next start has everything."""
    server, expected = old()
    behind(server)
    before = stored(server)
    calls, after = migration(server, tmp_path)
    outcomes = {}
    for count in moments(calls):
        one = copied(server, tmp_path / f"killed-{count}")
        found = killed(one, count)
        assert all(found[name] in (before[name], after[name]) for name in FILES), f"after {count} of {len(calls)} calls"
        outcomes[count] = tuple(found[name] == after[name] for name in FILES)
        opens(one, loop, expected)
    print(outcomes)
    assert {NEITHER, BOTH} <= set(outcomes.values()) <= {NEITHER, CONTENT, BOTH}
    assert list(outcomes.values()) == sorted(outcomes.values())
    written = [n for n in outcomes if calls[n - 1].kind == WRITE and calls[n - 1].path.endswith("content.sqlite-wal")]
    assert any(outcomes[n] == NEITHER for n in written[1:]), "none while content was being migrated"
    # All else as well, where the one file was migrated and the other wasn't.
    half = copied(server, tmp_path / "half")
    killed(half, next(n for n, outcome in outcomes.items() if outcome != NEITHER))
    half.start()
    try:
        assert oldfolder.contents(half, loop) == expected["contents"]
    finally:
        half.close()


def test_a_stranger_can_join_an_old_folder_that_nobody_serves(old):
    server, _ = old()
    server.add(person("gus"))
    assert "gus" in run([binary(), "person", "list", server.folder]).output
