"""Transparency logs, checked by our program and by what Go checks its module sums with. The two must agree."""

import http.server
import os
import ssl
import threading
from functools import partial
from pathlib import Path

import pytest

from harness import sumdb, tlog
from harness.people import binary
from harness.process import run
from harness.texting import ask
from harness.waiting import wait_until


@pytest.fixture(scope="module")
def go(tmp_path_factory):
    return sumdb.build(tmp_path_factory.mktemp("sumdb"))


def entries(count, change=None):
    return [f"entry {number}{' changed' if number == change else ''}".encode() for number in range(count)]


def ours(folder, *options):
    return run([binary(), "log", "verify", folder, *options], check=False)


def policy_of(folder):
    return ["--policy", Path(folder) / "policy"]


def refused_by_both(go, folder, earlier=None, ours_says=""):
    status, said = sumdb.check(go, folder, earlier)
    assert status == 1, f"Go found nothing wrong: {said}"
    kept = earlier.read_bytes() if earlier else None
    ended = ours(folder, *policy_of(folder), *(["--checkpoint", earlier] if earlier else []))
    assert ended.returncode == 1, ended.output + ended.errors
    assert ours_says in ended.errors
    if earlier:
        assert earlier.read_bytes() == kept, "the checkpoint seen earlier was replaced by a bad one"


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600, 1025])
def test_a_good_log_passes_and_grows(go, tmp_path, size):
    seen = tmp_path / "seen"
    folder = tlog.write(tmp_path / "log", entries(size))
    assert sumdb.check(go, folder) == (0, f"{size}\n")
    first = ours(folder, *policy_of(folder), "--checkpoint", seen)
    assert first.returncode == 0, first.errors
    named = "1 entry" if size == 1 else f"{size} entries"
    assert f"{named}," in first.output
    assert seen.read_bytes() == (folder / "checkpoint").read_bytes()
    tlog.write(folder, entries(size + 300))
    assert sumdb.check(go, folder, seen)[0] == 0
    second = ours(folder, *policy_of(folder), "--checkpoint", seen)
    assert second.returncode == 0, second.errors
    assert f"grown from the {named}" in second.output
    assert seen.read_bytes() == (folder / "checkpoint").read_bytes()


def test_a_wrong_leaf_fails(go, tmp_path):
    for place in ("tile/entries/000", "tile/0/000", "tile/entries/001.p/44", "tile/0/001.p/44", "tile/1/000.p/1"):
        folder = tlog.write(tmp_path / place.replace("/", "-"), entries(300))
        data = bytearray((folder / place).read_bytes())
        data[5] ^= 1
        (folder / place).write_bytes(data)
        refused_by_both(go, folder)


def test_a_changed_entry_with_tiles_that_fit_fails(go, tmp_path):
    true_root = tlog.root([tlog.leaf(entry) for entry in entries(300)])
    folder = tlog.write(tmp_path / "log", entries(300, change=7), root_hash=true_root)
    refused_by_both(go, folder, ours_says="root hash")


@pytest.mark.parametrize("size", [299, 301, 44, 600])
def test_an_altered_size_fails(go, tmp_path, size):
    refused_by_both(go, tlog.write(tmp_path / "log", entries(300), size=size))


def test_an_unsigned_change_of_the_checkpoint_fails(go, tmp_path):
    folder = tlog.write(tmp_path / "log", entries(300))
    text = (folder / "checkpoint").read_text()
    (folder / "checkpoint").write_text(text.replace("\n300\n", "\n299\n"))
    refused_by_both(go, folder)


@pytest.mark.parametrize("seen_size", [1, 8, 200, 256, 300])
def test_a_forked_log_fails(go, tmp_path, seen_size):
    seen = tmp_path / "seen"
    seen.write_bytes((tlog.write(tmp_path / "one", entries(seen_size)) / "checkpoint").read_bytes())
    forked = tlog.write(tmp_path / "two", entries(300, change=0))
    assert sumdb.check(go, forked)[0] == 0, "by itself the fork is in order"
    refused_by_both(go, forked, seen, ours_says="fork")


@pytest.mark.parametrize("size", [1, 44, 256, 299])
def test_a_replayed_older_checkpoint_fails(go, tmp_path, size):
    seen = tmp_path / "seen"
    seen.write_bytes((tlog.write(tmp_path / "new", entries(300)) / "checkpoint").read_bytes())
    old = tlog.write(tmp_path / "old", entries(size))
    refused_by_both(go, old, seen, ours_says="an old checkpoint is replayed")


def test_another_key_fails(go, tmp_path):
    folder = tlog.write(tmp_path / "log", entries(3))
    (folder / "policy").write_text(f"log {tlog.Key(seed=bytes(32)).vkey}\nquorum none\n")
    refused_by_both(go, folder)


def test_logs_that_the_rooms_tests_wrote(go):
    """Of sizes up to 66,000; script/test has them written."""
    written = os.environ.get("HOOPOE_LOGS")
    if not written:
        pytest.skip("HOOPOE_LOGS names no folder; script/test has logs written and names it")
    sizes = sorted(int(name.name) for name in Path(written).iterdir() if name.is_dir())
    assert len(sizes) >= 8
    for size in sizes:
        folder, earlier = Path(written) / str(size), Path(written) / f"{size}.earlier"
        assert sumdb.check(go, folder, earlier) == (0, f"{size}\n")
        ended = ours(folder, *policy_of(folder))
        assert ended.returncode == 0, ended.errors


def test_without_a_policy_it_says_whom_it_trusts(tmp_path):
    folder = tlog.write(tmp_path / "log", entries(3))
    ended = ours(folder)
    assert ended.returncode == 0
    assert "not whose it is" in ended.errors


def test_what_is_missing_or_malformed_is_said(tmp_path):
    folder = tlog.write(tmp_path / "log", entries(3))
    nowhere = ours(tmp_path / "nowhere")
    assert nowhere.returncode == 66 and "no log" in nowhere.errors
    assert ours(folder, "--policy", tmp_path / "none").returncode == 66
    bad = tmp_path / "policy"
    bad.write_text("# ours\nlog nonsense\nquorum none\n")
    ended = ours(folder, "--policy", bad)
    assert ended.returncode == 65 and "line 2" in ended.errors
    plain = ours("http://localhost/log/")
    assert plain.returncode == 69 and "https" in plain.errors


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def certificate(folder):
    """An authority, and a certificate of it for localhost: (chain, key, authority)."""
    def openssl(*arguments):
        run(["openssl", *arguments, "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "2"])

    authority, chain, key = folder / "ca.pem", folder / "server.pem", folder / "server.key"
    openssl("req", "-x509", "-subj", "/CN=an authority", "-keyout", folder / "ca.key", "-out", authority)
    openssl("req", "-x509", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext",
            "basicConstraints=critical,CA:FALSE", "-CA", authority, "-CAkey", folder / "ca.key", "-keyout", key, "-out", chain)
    return chain, key, authority


@pytest.fixture
def web(tmp_path):
    """Serves tmp_path/web over TLS: (address, authority)."""
    chain, key, authority = certificate(tmp_path)
    (tmp_path / "web").mkdir()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path / "web")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_address[1]}", authority
    server.shutdown()
    server.server_close()


def test_over_the_web(web, tmp_path):
    address, authority = web
    folder = tlog.write(tmp_path / "web" / "log", entries(600))
    good = ours(f"{address}/log", *policy_of(folder), "--ca", authority, "--checkpoint", tmp_path / "seen")
    assert good.returncode == 0, good.errors
    assert "600 entries" in good.output
    # A full tile stands in for the partial one of a checkpoint from before the log grew.
    older = tlog.write(tmp_path / "older", entries(500))
    (folder / "checkpoint").write_bytes((older / "checkpoint").read_bytes())
    (folder / "tile/1/000.p/1").write_bytes((older / "tile/1/000.p/1").read_bytes())
    assert not (folder / "tile/0/001.p").exists()
    again = ours(f"{address}/log/", *policy_of(folder), "--ca", authority)
    assert again.returncode == 0, again.errors
    data = bytearray((folder / "tile/0/000").read_bytes())
    data[9] ^= 1
    (folder / "tile/0/000").write_bytes(data)
    bad = ours(f"{address}/log", *policy_of(folder), "--ca", authority)
    assert bad.returncode == 1 and "tile/0/000" in bad.errors


def test_certificates_are_verified_and_absence_is_told_from_wrongness(web, tmp_path):
    address, authority = web
    folder = tlog.write(tmp_path / "web" / "log", entries(3))
    stranger = ours(f"{address}/log", *policy_of(folder))
    assert stranger.returncode == 69 and "--ca" in stranger.errors
    missing = ours(f"{address}/nothing", *policy_of(folder), "--ca", authority)
    assert missing.returncode == 66
    closed = ours("https://localhost:1/log", *policy_of(folder), "--ca", authority)
    assert closed.returncode == 69


def test_the_servers_own_log(go, own_server, join, client, tmp_path):
    """Decisions made in the chat end up in a log that Go accepts, over the web and from the folder, and that grows."""
    server = own_server().start(log__interval=0.2)
    folder = server.folder / "regions" / "home" / "log" / "1"
    address = f"https://localhost:{server.https[1]}/log/home/1/"
    policy, seen = tmp_path / "policy", tmp_path / "seen"
    (anna,) = join("anna", on=server)
    a = client(anna, on=server)

    def size():
        try:
            return int((folder / "checkpoint").read_text().splitlines()[1])
        except FileNotFoundError:
            return 0

    before = 0
    for sentence in ("on sms", "off sms", "no history"):
        ask(a, sentence)
        wait_until(lambda: size() > before, 15, "the decision to be published")
        before = size()
        policy.write_text(run([binary(), "log", "policy", server.folder]).output)
        status, said = sumdb.check(go, folder, seen if seen.exists() else None)
        assert status == 0, said
        ended = ours(address, "--policy", policy, "--checkpoint", seen, "--ca", server.ca)
        assert ended.returncode == 0, ended.errors
    assert "grown from" in ended.output
    # Somebody who keeps a checkpoint notices when entries are taken back.
    server.stop()
    bundle = folder / "tile/entries/000.p" / str(size())
    data = bytearray(bundle.read_bytes())
    data[5] ^= 1
    bundle.write_bytes(data)
    refused_by_both(go, folder, seen)
