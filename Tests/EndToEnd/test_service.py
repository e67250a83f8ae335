"""What the server says about itself, what it answers, and how it says goodbye."""

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
