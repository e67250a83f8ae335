"""What the machine around the server may see of it: files, memory, environment, command line, the control socket."""

import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest

from harness.hoopoe import Hoopoe
from harness.people import binary, person
from harness.process import Process, run
from harness.texting import House, alias, ask, number, turn_on_number
from harness.waiting import wait_until


@pytest.fixture
def open_handed():
    """A umask that takes nothing away: what a careless caller leaves a program with."""
    before = os.umask(0)
    yield
    os.umask(before)


class Watch:
    """Looks at every file below some folders again and again, and remembers those that others may touch."""

    def __init__(self, *roots):
        self.roots = roots
        self.exposed = {}
        self.seen = set()
        self._ends = False
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self):
        while not self._ends:
            self.look()

    def look(self):
        for root in self.roots:
            for folder, names, files in os.walk(root):
                for path in [folder, *(os.path.join(folder, n) for n in [*names, *files])]:
                    try:
                        mode = os.lstat(path).st_mode
                    except OSError:
                        continue
                    self.seen.add(path)
                    if mode & 0o077 and not stat.S_ISLNK(mode):
                        self.exposed[path] = oct(mode)

    def end(self):
        self._ends = True
        self._thread.join()
        self.look()


def test_every_file_is_its_owners_only(open_handed, own_server, loop, client, tmp_path, monkeypatch):
    """Whatever the umask: made by init, serve, person, backup, restore, renew and log, at rest and for a moment."""
    place = tmp_path / "place"
    place.mkdir(mode=0o700)
    (place / "tmp").mkdir(mode=0o700)
    monkeypatch.setenv("TMPDIR", str(place / "tmp"))
    watch = Watch(place)
    server = Hoopoe(place / "house")
    own_server.made.append(server)
    house = House(server, loop, log__interval=1)
    try:
        anna, ben = person("anna"), person("ben")
        server.add_one(anna), server.add_one(ben)
        a, b = client(anna, on=server), client(ben, on=server, tls="direct")
        mine = number()
        turn_on_number(a, mine, house.smsc)
        ask(a, "on history"), ask(b, "on sms")
        b.send(alias(mine), "by number"), b.send(alias(number()), "by SMS")
        a.wait_text("by number")
        ask(a, "export")
        run([binary(), "renew", server.folder]), run([binary(), "reload", server.folder])
        run([binary(), "backup", server.folder, place / "content", "--keys", place / "keys", "--keep", "2"])
        run([binary(), "backup", server.folder, place / "content", "--keys", place / "keys", "--keep", "2"])
        run([binary(), "backup", "verify", place / "content", "--keys", place / "keys"])
        run([binary(), "restore", place / "content", place / "again", "--keys", place / "keys"])
        run([binary(), "person", "remove", "--yes", ben.name, server.folder, "--receipt", place / "final"])
        terms = run([binary(), "terms", "show", server.folder]).output
        assert "version 1" in terms
        wait_until(lambda: (server.folder / "regions" / "home" / "log" / "1" / "checkpoint").exists(), 15, "the log")
        server.restart()
        assert server.stop() == 0
    finally:
        house.close()
        watch.end()
    names = {os.path.basename(path) for path in watch.seen}
    assert {"hoopoe.yaml", "region.key", "keys.sqlite", "content.sqlite", "content.sqlite-wal", "control.sock", "lock", "ca.key",
            "server.key", "checkpoint", "1.json", "final.receipt.jws"} <= names, names
    assert not watch.exposed


def test_a_folder_that_was_there_becomes_its_owners_only(open_handed, tmp_path):
    (tmp_path / "house").mkdir(mode=0o755)
    run([binary(), "init", tmp_path / "house", "--domain", "localhost"])
    assert stat.S_IMODE((tmp_path / "house").stat().st_mode) == 0o700


def test_a_region_key_that_others_can_read_is_refused(own_server):
    server = own_server()
    key = server.folder / "regions" / "home" / "region.key"
    key.chmod(0o640)
    ended = run([binary(), "serve", server.folder, "--set", "listen.xmpp=127.0.0.1:0"], check=False)
    assert ended.returncode == 78 and f"chmod 600 {key}" in ended.errors
    checked = run([binary(), "check", server.folder], check=False)
    assert checked.returncode == 1 and f"chmod 600 {key}" in checked.output


def test_check_names_what_others_can_read(own_server):
    server = own_server()
    key = server.folder / "tls" / "server.key"
    key.chmod(0o644)
    server.folder.chmod(0o755)
    said = run([binary(), "check", server.folder]).output
    assert f"chmod 600 {key}" in said and f"chmod 700 {server.folder}" in said


# The process


def secrets_of(server, house):
    """Bytes that must be nowhere but in files and memory: passwords, keys, in the forms they are written in."""
    region = (server.folder / "regions" / "home" / "region.key").read_bytes()
    key = (server.folder / "tls" / "server.key").read_text()
    return [house.password.encode(), region, region.hex().encode(), key.splitlines()[1].encode()]


def test_no_secret_in_environment_or_command_line(own_server, loop):
    server = own_server()
    house = House(server, loop)
    try:
        one = person("anna")
        adding = Process([binary(), "person", "add", one.name, server.folder], stdin=one.password)
        held = []
        while adding.running:
            held += [_proc(adding.pid, name) for name in ("environ", "cmdline")]
            if any(held):
                adding._child.stdin.close()
                break
        adding.wait()
        held += [_proc(server.process.pid, name) for name in ("environ", "cmdline")]
        assert any(held)
        for secret in [*secrets_of(server, house), one.password.encode()]:
            assert not [bytes for bytes in held if secret in bytes]
    finally:
        house.close()


def _proc(pid, name):
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


@pytest.fixture
def of_its_own():
    """A folder served by a user of its own (the tests' user where that isn't root): the server's process, and that user."""
    root = os.geteuid() == 0
    user = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
    place = Path(tempfile.mkdtemp(prefix="hoopoe-secrecy-", dir="/tmp"))
    place.chmod(0o755)
    program = binary()
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if root else {}
    children = []

    def start(*argv, **options):
        child = subprocess.Popen([str(a) for a in argv], cwd=place, **{**as_user, **options})
        children.append(child)
        return child

    if root:
        os.chown(place, user.pw_uid, user.pw_gid)
    try:
        subprocess.run([program, "--help"], check=True, capture_output=True, timeout=60, **as_user)
    except (PermissionError, subprocess.CalledProcessError):
        # The repository lies where that user can't go.
        program = shutil.copy(program, place / "hoopoe")
    house = place / "house"
    subprocess.run([program, "init", house, "--domain", "localhost"], check=True, capture_output=True, cwd=place, timeout=60, **as_user)

    def serve(**options):
        at = [word for key in ("xmpp", "xmpps", "https") for word in ("--set", f"listen.{key}=127.0.0.1:0")]
        child = start(program, "serve", house, *at, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        assert child.stdout.readline().startswith(b"ready ")
        return child

    yield start, serve, place
    for child in children:
        child.kill()
        child.wait()
    shutil.rmtree(place)


def test_another_process_of_the_same_user_sees_nothing_of_it(of_its_own):
    start, serve, place = of_its_own
    server = serve()
    other = start("sleep", "60")
    time.sleep(0.1)
    for name in ("environ", "mem", "maps", "auxv"):
        looks = {pid: start("head", "-c", "1", f"/proc/{pid}/{name}", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                 for pid in (server.pid, other.pid)}
        assert b"Permission denied" in looks[server.pid].communicate()[1], name
        if name != "mem":
            assert looks[other.pid].communicate()[1] == b"", f"the tool itself must be able to read {name}"
    # Its own owner's warning about root is not said to a user of its own.
    server.send_signal(signal.SIGTERM)
    assert b"serving as root" not in server.communicate()[1] and server.returncode == 0


@pytest.mark.parametrize("ending", [signal.SIGSEGV, signal.SIGABRT, signal.SIGQUIT])
def test_a_crash_leaves_no_core(of_its_own, ending):
    import resource

    start, serve, place = of_its_own

    def generous():
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    server = serve(preexec_fn=generous)
    assert re.search(r"Max core file size +0 +0 ", Path(f"/proc/{server.pid}/limits").read_text())
    server.send_signal(ending)
    ended = wait_until(lambda: os.waitid(os.P_PID, server.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG), 10, "the end")
    assert ended.si_code == os.CLD_KILLED, "killed, and nothing dumped"
    server.wait()
    assert not [path for path in place.rglob("*core*")]


def test_a_server_of_root_says_that_it_is(own_server):
    server = own_server().start()
    assert ("serving as root" in server.log) == (os.geteuid() == 0)
