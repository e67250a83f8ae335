"""What the server says about itself, pings, and how its process behaves: ready line, second instance, drain, bad configuration."""

import json
import os
import socket
import ssl

import pytest

from harness.people import binary, person
from harness.process import Process, run
from harness.waiting import wait_until

ACCOUNT_FEATURES = {"urn:xmpp:mam:2", "urn:xmpp:sid:0"}
SERVER_FEATURES = {
    "http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items", "urn:xmpp:ping", "urn:xmpp:carbons:2",
    "urn:xmpp:blocking",
}


def features(client, to):
    query = client.iq('<query xmlns="http://jabber.org/protocol/disco#info"/>', to=to)[0]
    return ({e.get("var") for e in query.iter("{http://jabber.org/protocol/disco#info}feature")},
            {(e.get("category"), e.get("type")) for e in query.iter("{http://jabber.org/protocol/disco#info}identity")})


def test_disco_of_server_and_account(join, client):
    (anna,) = join("anna")
    a = client(anna)
    said, identities = features(a, "localhost")
    assert SERVER_FEATURES <= said, SERVER_FEATURES - said
    assert ("server", "im") in identities
    said, identities = features(a, anna.jid)
    assert ACCOUNT_FEATURES <= said, ACCOUNT_FEATURES - said
    assert ("account", "registered") in identities
    a.iq('<query xmlns="http://jabber.org/protocol/disco#items"/>', to="localhost")


def test_disco_of_a_stranger_tells_nothing(join, client):
    anna, ben = join("anna", "ben")
    a = client(anna)
    unknown = a.iq_error('<query xmlns="http://jabber.org/protocol/disco#info"/>', to="nobody-there@localhost")
    known = a.iq_error('<query xmlns="http://jabber.org/protocol/disco#info"/>', to=ben.jid)
    assert unknown == known


def test_stream_features(join, client):
    (anna,) = join("anna")
    a = client(anna, tls="starttls")
    wire = bytes(a.wire_in)
    plain, rest = wire.split(b"<proceed", 1)
    assert b"<required" in plain and b"<mechanism" not in plain
    for wanted in (b"SCRAM-SHA-256", b"SCRAM-SHA-1", b"PLAIN", b"urn:xmpp:sm:3", b"urn:ietf:params:xml:ns:xmpp-bind"):
        assert wanted in rest, wanted


def test_ping_server_and_own_account(join, client):
    (anna,) = join("anna")
    a = client(anna)
    a.ping()
    a.iq('<ping xmlns="urn:xmpp:ping"/>', to=anna.jid)
    a.iq('<ping xmlns="urn:xmpp:ping"/>')


def test_unknown_request_gets_an_answer(join, client):
    anna, ben = join("anna", "ben")
    a = client(anna)
    for to in ("localhost", None, ben.jid, f"{ben.jid}/nowhere", "nobody-there@localhost"):
        assert a.iq_error('<query xmlns="urn:example:unknown"/>', to=to) in ("service-unavailable", "feature-not-implemented")


def test_iq_between_full_addresses(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    a.iq('<ping xmlns="urn:xmpp:ping"/>', to=b.jid)


def test_drain_says_goodbye(own_server, join, client):
    server = own_server().start()
    (anna,) = join("anna", on=server)
    a = client(anna, on=server)
    assert server.stop() == 0
    wait_until(lambda: not a.connected, 5, "the stream to end")
    assert b"</stream:stream>" in a.wire_in, bytes(a.wire_in[-300:])


def only_hoopoe():
    return pytest.mark.skipif(os.environ.get("HOOPOE_PEER") == "prosody", reason="about our own program")


@only_hoopoe()
def test_second_instance_is_refused(server):
    second = run([binary(), "serve", server.folder, "--set", "listen.xmpp=127.0.0.1:0", "--set", "listen.xmpps=127.0.0.1:0"], check=False)
    assert second.returncode == 75
    assert "ready" not in second.output
    assert second.errors.strip()


@only_hoopoe()
@pytest.mark.parametrize("setting", ["listen.xmpp=not-an-address", "listen.nonsense=1", "listen.xmpp=127.0.0.1:99999"])
def test_bad_setting_is_named(own_server, setting):
    server = own_server()
    ended = run([binary(), "serve", server.folder, "--set", setting], check=False)
    key, value = setting.split("=")
    assert ended.returncode == 78, ended.errors
    assert key in ended.errors and (value in ended.errors or key == "listen.nonsense")


@only_hoopoe()
def test_init_does_not_overwrite(own_server):
    server = own_server()
    before = server.configuration.read_text()
    assert run([binary(), "init", server.folder, "--domain", "localhost"], check=False).returncode == 73
    assert server.configuration.read_text() == before


@only_hoopoe()
def test_port_taken_is_said(own_server):
    server = own_server()
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        ended = run([binary(), "serve", server.folder, "--set", f"listen.xmpp=127.0.0.1:{port}",
                     "--set", "listen.xmpps=127.0.0.1:0"], check=False)
    assert ended.returncode == 69
    assert str(port) in ended.errors


@only_hoopoe()
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


@only_hoopoe()
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


@only_hoopoe()
def test_check_finds_a_sound_house(own_server):
    server = own_server().start()
    server.stop()
    run([binary(), "check", server.folder])


def served_certificate(server):
    context = ssl.create_default_context(cafile=server.ca)
    with socket.create_connection(server.xmpps, timeout=5) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            return secure.getpeercert(binary_form=True)


@only_hoopoe()
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


@only_hoopoe()
def test_ready_comes_when_it_serves(own_server):
    server = own_server()
    someone = person("first")
    server.add(someone)
    server.start()
    for address in (server.xmpp, server.xmpps):
        with socket.create_connection(address, timeout=5):
            pass
    assert isinstance(server.process, Process)
