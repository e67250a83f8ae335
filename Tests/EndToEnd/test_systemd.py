"""The unit under a real systemd, installed by the manual: begins, reloads, comes back, refuses, ends."""

import json
import re
from types import SimpleNamespace

import pytest

from harness import sandbox, systemd
from harness.people import binary, person
from harness.waiting import wait_until

FOLDER = "/var/lib/hoopoe"
UNIT = "hoopoe"


@pytest.fixture
def machine(tmp_path):
    if not systemd.usable():
        pytest.skip("needs root, namespaces and systemd")
    one = systemd.Machine(tmp_path / "machine", binary())
    try:
        yield one
    finally:
        one.close()


def install(machine):
    """What docs/running.md says, but for ports that are free and a shorter wait before a new start."""
    machine.run("install", "-m", "755", binary(), "/usr/local/bin/hoopoe")
    machine.run("useradd", "--system", "--home-dir", FOLDER, "--shell", "/usr/sbin/nologin", "hoopoe")
    machine.run("install", "-d", "-m", "700", "-o", "hoopoe", "-g", "hoopoe", FOLDER)
    as_hoopoe(machine, "init", FOLDER, "--domain", "localhost")
    settings = machine.path(f"{FOLDER}/hoopoe.yaml")
    text = settings.read_text()
    for port in ("5222", "5223", "5443"):
        assert f"127.0.0.1:{port}" in text
        text = text.replace(f"127.0.0.1:{port}", "127.0.0.1:0")
    settings.write_text(text)
    machine.path(f"/etc/systemd/system/{UNIT}.service").write_text(sandbox.UNIT.read_text())
    machine.path(f"/etc/systemd/system/{UNIT}.service.d").mkdir()
    machine.path(f"/etc/systemd/system/{UNIT}.service.d/sooner.conf").write_text("[Service]\nRestartSec=100ms\n")
    machine.run("systemctl", "daemon-reload")


def as_hoopoe(machine, *words, **options):
    return machine.run("runuser", "-u", "hoopoe", "--", "hoopoe", *words, **options)


def served(machine, tmp_path):
    """Where the server listens now, for clients."""
    ready = json.loads([line for line in machine.journal(UNIT) if line.startswith("ready ")][-1][len("ready "):])
    ca = tmp_path / "ca.pem"
    ca.write_bytes(machine.path(f"{FOLDER}/tls/ca.pem").read_bytes())
    address = {name: tuple([ready[name].rsplit(":", 1)[0], int(ready[name].rsplit(":", 1)[1])]) for name in ready}
    return SimpleNamespace(domain="localhost", ca=ca, **address)


def threads(machine):
    """(name, niceness) of each of the server's threads."""
    stats = machine.run("sh", "-c", f"cat /proc/{machine.show(UNIT, 'MainPID')}/task/*/stat").output.splitlines()
    return [(re.search(r"\((.*)\)", line)[1], int(line.rpartition(")")[2].split()[16])) for line in stats]


def test_the_unit_lives_under_systemd(machine, client, tmp_path):
    install(machine)
    machine.run("systemctl", "enable", "--now", UNIT)
    assert machine.show(UNIT, "ActiveState") == "active", "it is, as soon as the command returns"
    assert machine.show(UNIT, "StatusErrno") == "0" and machine.show(UNIT, "WatchdogUSec") == "5min"
    pid = machine.show(UNIT, "MainPID")
    status = dict(line.split(":\t", 1) for line in machine.run("cat", f"/proc/{pid}/status").output.splitlines())
    assert int(status["CapEff"], 16) == 0 and status["NoNewPrivs"] == "1" and status["Seccomp"] == "2" and status["Uid"].split()[0] != "0"

    # People are let in and text; who checks passwords gives way to who carries texts.
    anna, ben = person("anna"), person("ben")
    for one in (anna, ben):
        as_hoopoe(machine, "person", "add", one.name, FOLDER, stdin=one.password)
    server = served(machine, tmp_path)
    a = client(anna, on=server, mechanism="PLAIN")
    b = client(ben, on=server, tls="direct")
    a.send(ben.jid, "under systemd")
    b.wait_text("under systemd")
    assert ("TP-#0", 5) in threads(machine) or ("TP-#1", 5) in threads(machine), threads(machine)

    # A new certificate is taken up; one that is no good fails the reload and nothing else.
    as_hoopoe(machine, "renew", FOLDER)
    machine.run("systemctl", "reload", UNIT)
    key = machine.path(f"{FOLDER}/tls/server.key")
    good = key.read_bytes()
    key.write_bytes(b"")
    assert machine.run("systemctl", "reload", UNIT, check=False).returncode != 0
    assert machine.show(UNIT, "ActiveState") == "active" and machine.show(UNIT, "MainPID") == pid
    a.ping(), b.ping()

    # What can't heal by itself isn't tried again, and says why.
    assert machine.run("systemctl", "restart", UNIT, check=False).returncode != 0
    assert machine.show(UNIT, "ActiveState") == "failed" and machine.show(UNIT, "ExecMainStatus") == "78"
    assert any("server.key" in line and "holds no PEM private key" in line for line in machine.journal(UNIT))
    key.write_bytes(good)
    machine.run("systemctl", "start", UNIT)

    # What kills it brings it back, with what was said.
    pid = machine.show(UNIT, "MainPID")
    machine.run("kill", "-KILL", pid)
    wait_until(lambda: machine.show(UNIT, "ActiveState") == "active" and machine.show(UNIT, "MainPID") not in ("0", pid), 20, "a new start")
    again = client(ben, on=served(machine, tmp_path))
    assert "under systemd" in [message.body for _, message in again.whole_archive()]

    machine.run("systemctl", "stop", UNIT)
    assert machine.show(UNIT, "Result") == "success" and machine.show(UNIT, "ExecMainStatus") == "0"

    # The journal is the server's: its JSON, where it listens, and what its commands said. Of the run-time library's complaint that it
    # may not raise a priority there is one line a process at most, not one a thread.
    lines = machine.journal(UNIT)
    complaints = [line for line in lines if "thread priority" in line]
    processes = len([line for line in lines if line.startswith("ready ")]) + len([line for line in lines if "certificate" in line])
    assert len(complaints) <= processes, complaints
    assert not [line for line in lines if anna.name in line or ben.name in line]
