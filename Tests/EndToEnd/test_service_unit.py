"""The unit for systemd: judged by systemd itself, and lived under, with each forbidden system call the server's end."""

import os
import re
import signal
import socket
import subprocess

import pytest

from harness import sandbox
from harness.people import binary
from harness.process import run
from harness.texting import House, alias, ask, number, turn_on_number
from harness.waiting import seconds, stays, wait_until
from harness.web import Browser


def test_systemd_finds_it_tight():
    """At most 1.4 of 10."""
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=14", "--no-pager", sandbox.UNIT],
        capture_output=True, timeout=seconds(60))
    said = judged.stdout.decode()
    found = re.search(r"Overall exposure level for hoopoe.service: ([0-9.]+)", said)
    assert found, said + judged.stderr.decode()
    assert float(found[1]) <= 1.4 and judged.returncode == 0, said


def test_systemd_understands_every_line(tmp_path):
    unit = tmp_path / "hoopoe.service"
    unit.write_text(sandbox.UNIT.read_text().replace("/usr/local/bin/hoopoe", "/bin/true"))
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, timeout=seconds(60))
    said = [line for line in verified.stderr.decode().splitlines() if "hoopoe.service" in line]
    assert not said, said


def test_the_manual_says_how_to_install_it():
    manual = (sandbox.UNIT.parents[1] / "docs" / "running.md").read_text()
    unit = sandbox.settings()
    assert "Deployment/hoopoe.service" in manual
    assert unit["ExecStart"] == ["/usr/local/bin/hoopoe serve /var/lib/hoopoe"] and "/var/lib/hoopoe" in manual
    assert f"useradd --system --home-dir /var/lib/hoopoe --shell /usr/sbin/nologin {unit['User'][0]}" in manual


@pytest.mark.skipif(not sandbox.usable, reason="numbers of system calls are known for x86_64 here")
def test_the_filter_ends_what_it_forbids(tmp_path):
    """The walls stand: what the unit forbids is refused to a program that tries."""
    tries = {
        "import ctypes; ctypes.CDLL(None).mlockall(3)": -signal.SIGSYS,
        "import mmap; mmap.mmap(-1, 4096, prot=7)": -signal.SIGSYS,
        "import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)": -signal.SIGSYS,
        "import os; os.setuid(0)": -signal.SIGSYS,
        "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)": 1,
        "open('/var/lib/anything', 'w')": 1,
        "import os; os.fork() or os._exit(0); os.wait()": 0,
    }
    for program, status in tries.items():
        ended = subprocess.run([*sandbox.wrapper(tmp_path, tmp_path), "python3", "-c", program], capture_output=True, timeout=seconds(20))
        assert ended.returncode in (status, 128 - status if status < 0 else status), (program, ended)


@pytest.mark.skipif(not sandbox.usable, reason="numbers of system calls are known for x86_64 here")
def test_the_server_lives_under_it(own_server, loop, join, client, tmp_path):
    """A day of a server: people by all doors, texts, SMS, exports, a new certificate, a restart. Nothing forbidden is needed."""
    server = own_server()
    server.wrapper = sandbox.wrapper(tmp_path, server.folder)
    house = House(server, loop, listen__metrics="127.0.0.1:0", log__interval=1)
    try:
        pid = sandbox.inner(server.process.pid)
        status = dict(line.split(":\t", 1) for line in open(f"/proc/{pid}/status").read().splitlines())
        assert status["NoNewPrivs"].strip() == "1" and status["Seccomp"].strip() == "2" and int(status["CapEff"], 16) == 0
        anna, ben = join("anna", "ben", on=server)
        a = client(anna, on=server, stream_management=True)
        b = client(ben, on=server, tls="direct")
        mine, strangers = number(), number()
        turn_on_number(a, mine, house.smsc)
        ask(b, "on sms"), ask(b, "on history")
        b.send(alias(mine), "by number")
        a.wait_text("by number")
        b.send(alias(strangers), "by SMS")
        house.smsc.wait_text(strangers, "by SMS")
        link = re.search(r"https://\S+", ask(b, "export"))[0]
        assert Browser(server).ask(link).status == 200
        assert Browser(server).ask("/").status == 200
        with socket.create_connection(server.metrics, timeout=5) as asked:
            asked.sendall(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            assert b"200" in asked.recv(64)
        run([binary(), "renew", server.folder]), run([binary(), "reload", server.folder])
        run([binary(), "backup", server.folder, tmp_path / "content", "--keys", tmp_path / "keys"])
        wait_until(lambda: "tlog-proof" in ask(b, "receipt 1") or b.received[-1].body.startswith("c2sp.org/tlog-proof"), 15, "a proof")
        a.ping(), b.ping()
        os.kill(pid, signal.SIGTERM)
        assert server.process.wait(timeout=20) == 0
        server.process = None
        server.start()
        assert client(ben, on=server).whole_archive()
    finally:
        house.close()


class Manager:
    """What systemd is to a service of Type=notify: a datagram socket, and ears."""

    def __init__(self, folder, abstract=False):
        path = f"\0hoopoe-test-{os.getpid()}" if abstract else str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.socket.settimeout(seconds(20))
        self.address = path.replace("\0", "@")

    def hears(self):
        return self.socket.recv(4096).decode()


@pytest.mark.parametrize("abstract", [False, True])
def test_the_manager_is_told(own_server, tmp_path, monkeypatch, abstract):
    manager = Manager(tmp_path, abstract)
    monkeypatch.setenv("NOTIFY_SOCKET", manager.address)
    monkeypatch.setenv("WATCHDOG_USEC", "2000000")
    server = own_server().start()
    heard = [manager.hears() for _ in range(4)]
    assert heard.count("READY=1") == 1 and set(heard) == {"READY=1", "WATCHDOG=1"}, heard
    os.kill(server.process.pid, signal.SIGTERM)
    while (last := manager.hears()) != "STOPPING=1":
        assert last == "WATCHDOG=1"
    assert server.process.wait() == 0
    server.process = None


def test_a_store_that_hangs_is_not_called_alive(own_server, tmp_path, monkeypatch):
    """The manager ends a server whose disk doesn't answer; it hears nothing from one."""
    manager = Manager(tmp_path)
    monkeypatch.setenv("NOTIFY_SOCKET", manager.address)
    monkeypatch.setenv("WATCHDOG_USEC", "1200000")
    server = own_server(shim=True)
    server.start()
    while manager.hears() != "WATCHDOG=1":
        pass
    server.shim.delay(20_000)
    adding = subprocess.Popen([binary(), "person", "add", "late", server.folder], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    adding.stdin.write(b"a password"), adding.stdin.close()
    manager.socket.settimeout(2.5)
    try:
        # One may be on its way; then there is silence.
        with pytest.raises(TimeoutError):
            for _ in range(8):
                manager.hears()
    finally:
        server.shim.release()
        adding.kill()
        adding.wait()
    stays(lambda: server.process.running, 0.2)
    server.kill()
