"""How our own program behaves as a process: second instance, exit statuses, people, secrets, certificates."""

import json
import os
import socket
import ssl

import pytest

from harness.people import binary, person
from harness.process import run
from harness.waiting import wait_until


def test_second_instance_is_refused(server):
    second = run([binary(), "serve", server.folder, "--set", "listen.xmpp=127.0.0.1:0", "--set", "listen.xmpps=127.0.0.1:0",
                  "--set", "listen.https=127.0.0.1:0"], check=False)
    assert second.returncode == 75
    assert "ready" not in second.output
    assert second.errors.strip()


@pytest.mark.parametrize("setting", ["listen.xmpp=not-an-address", "listen.nonsense=1", "listen.xmpp=127.0.0.1:99999"])
def test_bad_setting_is_named(own_server, setting):
    server = own_server()
    ended = run([binary(), "serve", server.folder, "--set", setting], check=False)
    key, value = setting.split("=")
    assert ended.returncode == 78, ended.errors
    assert key in ended.errors and (value in ended.errors or key == "listen.nonsense")


def test_init_does_not_overwrite(own_server):
    server = own_server()
    before = server.configuration.read_text()
    assert run([binary(), "init", server.folder, "--domain", "localhost"], check=False).returncode == 73
    assert server.configuration.read_text() == before


@pytest.mark.parametrize("key", ["xmpp", "xmpps", "https"])
def test_port_taken_is_said(own_server, key):
    server = own_server()
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        ports = {"xmpp": 0, "xmpps": 0, "https": 0} | {key: port}
        settings = [x for name, port in ports.items() for x in ("--set", f"listen.{name}=127.0.0.1:{port}")]
        ended = run([binary(), "serve", server.folder, *settings], check=False)
    assert ended.returncode == 69
    assert f"listen.{key}: cannot listen on 127.0.0.1:{port}: Address already in use. Stop what holds it" in ended.errors
    assert "damaged" not in ended.errors and "can't" not in ended.errors, "nothing else is wrong"


def test_people_are_listed_and_removed(server, join, client):
    anna, ben = join("anna", "ben")
    listed = run([binary(), "person", "list", server.folder]).output
    assert anna.name in listed and ben.name in listed
    assert anna.password not in listed
    a = client(anna)
    run([binary(), "person", "remove", anna.name, server.folder])
    assert anna.name not in run([binary(), "person", "list", server.folder]).output
    wait_until(lambda: not a.connected, 10, "the removed person's stream to end")
    b = client(ben)
    assert b.wait_error(b.send(anna, "still there?")).error == "service-unavailable"


def test_secrets_are_owner_only_and_logs_impersonal(server, join, client):
    (anna,) = join("anna")
    a = client(anna)
    a.send("nobody-at-all@localhost", "a body that must not be logged")
    a.ping()
    for root, _, names in os.walk(server.folder):
        for name in names:
            path = os.path.join(root, name)
            if "key" in name or "sqlite" in name or "db" in name:
                assert os.stat(path).st_mode & 0o077 == 0, path
    assert anna.password not in server.log
    assert "a body that must not be logged" not in server.log
    assert anna.name not in server.log
    for line in server.process.stderr_lines:
        json.loads(line)


def test_check_finds_a_sound_house(own_server):
    server = own_server().start()
    server.stop()
    run([binary(), "check", server.folder])


def served_certificate(server):
    context = ssl.create_default_context(cafile=server.ca)
    with socket.create_connection(server.xmpps, timeout=5) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            return secure.getpeercert(binary_form=True)


def test_renewed_certificate_is_taken_without_a_restart(own_server, join, client):
    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    a = client(anna, on=server)
    before = served_certificate(server)
    run([binary(), "renew", server.folder])
    wait_until(lambda: served_certificate(server) != before, 15, "the new certificate")
    a.ping()  # who is connected stays connected
    b = client(ben, on=server, tls="direct")
    a.send(ben, "over the new one")
    b.wait_text("over the new one")


def test_ready_comes_when_it_serves(own_server):
    server = own_server()
    someone = person("first")
    server.add(someone)
    server.start()
    for address in (server.xmpp, server.xmpps, server.https):
        with socket.create_connection(address, timeout=5):
            pass
