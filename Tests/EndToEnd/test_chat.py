"""Two people on slixmpp: sign-in by every mechanism and both kinds of TLS, texts, receipts, carbons, presence of mind."""

import pytest

from harness.xmpp import LoginFailed
from harness.waiting import stays, wait_until


@pytest.mark.parametrize("tls", ["starttls", "direct"])
@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"])
def test_chat_both_ways(join, client, tls, mechanism):
    anna, ben = join("anna", "ben")
    a = client(anna, tls=tls, mechanism=mechanism)
    b = client(ben, tls=tls, mechanism=mechanism)
    assert a.mechanism_used == mechanism
    assert a.tls_version in ("TLSv1.2", "TLSv1.3")

    a.send(ben, "Grüß dich, 你好 & <there>")
    got = b.wait_text("Grüß dich, 你好 & <there>")
    assert got.sender == a.jid and got.to in (ben.jid, b.jid) and got.type == "chat"

    b.send(a.jid, "and back \U0001f426")
    assert a.wait_text("and back \U0001f426").sender == b.jid


def test_offers_strongest_first_and_plain_inside_tls(join, client):
    (anna,) = join("anna")
    a = client(anna)
    assert a.mechanism_used.startswith("SCRAM-SHA-256")


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"])
def test_wrong_password(join, client, mechanism):
    (anna,) = join("anna")
    wrong = type(anna)(anna.name, "not-" + anna.password)
    a = client(wrong, login=False, mechanism=mechanism)
    with pytest.raises(LoginFailed):
        a.login()
    assert "failed_auth" in [name for name, _ in a.events]
    assert b"<not-authorized" in a.wire_in


def test_unknown_person_is_refused_the_same_way(join, client):
    (anna,) = join("anna")
    answers = []
    for who in (type(anna)(anna.name, "wrong"), type(anna)("nobody-" + anna.name, "wrong")):
        c = client(who, login=False, mechanism="SCRAM-SHA-256")
        with pytest.raises(LoginFailed):
            c.login()
        wire = bytes(c.wire_in)
        answers.append((wire.count(b"<challenge"), b"<not-authorized" in wire))
    # The unknown one gets a challenge with a made-up salt, as the known one does.
    assert answers[0] == answers[1] == (1, True)


def test_person_added_while_serving_and_by_name(server, client):
    from harness.people import person

    late = person("late")
    server.add_one(late)
    assert client(late).jid.startswith(late.jid + "/")


def test_receipt_passes(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    id = a.send(ben, "did you get it?", receipt=True)
    got = b.wait_text("did you get it?")
    assert got.xml.find("{urn:xmpp:receipts}request") is not None
    b.send_receipt(got.sender, id)
    assert a.wait_receipt(id).sender == b.jid


def test_chat_state_and_marker_pass_in_order_with_text(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    a.send(b.jid, extra=['<composing xmlns="http://jabber.org/protocol/chatstates"/>'])
    a.send(b.jid, "typed")
    a.send(b.jid, extra=['<paused xmlns="http://jabber.org/protocol/chatstates"/>'])
    b.wait_for(lambda m: m.chat_state == "paused")
    assert [m.chat_state or m.body for m in b.received] == ["composing", "typed", "paused"]


def test_two_resources_and_carbons(join, client):
    anna, ben = join("anna", "ben")
    a1 = client(anna, resource="phone", carbons=True)
    a2 = client(anna, resource="desk", carbons=True)
    a3 = client(anna, resource="plain", carbons=False)
    b = client(ben, resource="phone", carbons=True)

    a1.send(ben, "from the phone")
    b.wait_text("from the phone")
    sent = a2.wait_text("from the phone", carbon="sent")
    assert sent.sender == a1.jid and sent.to.startswith(ben.jid)

    b.send(a1.jid, "to the phone only")
    a1.wait_text("to the phone only")
    copy = a2.wait_text("to the phone only", carbon="received")
    assert copy.sender == b.jid and copy.to == a1.jid
    outer = [m for m in a2.received if m.carbon]
    assert len(outer) == 2

    a1.send(ben, "quiet", extra=['<private xmlns="urn:xmpp:carbons:2"/>', '<no-copy xmlns="urn:xmpp:hints"/>'])
    b.wait_text("quiet")
    a2.ping()
    assert "quiet" not in a2.texts(carbon="sent")
    # The resource without carbons saw none of it, and none came from one's own echo.
    a3.ping()
    assert not [m for m in a3.received if m.carbon]
    assert not [m for m in a1.received if m.carbon]


def test_carbon_comes_from_own_bare_address(join, client):
    """A forged carbon is the classic impersonation hole: wrapped text must come from the account itself."""
    anna, ben = join("anna", "ben")
    a1, a2 = client(anna, carbons=True), client(anna, carbons=True)
    raw = []
    a2.slix.add_filter("in", lambda s: (raw.append(s.xml) or s))
    a1.send(ben, "look")
    a2.wait_text("look", carbon="sent")
    wrapper = next(x for x in raw if x.find("{urn:xmpp:carbons:2}sent") is not None)
    assert wrapper.get("from") == anna.jid
    assert wrapper.get("to") == a2.jid


def test_text_to_bare_address_reaches_every_available_resource(join, client):
    anna, ben = join("anna", "ben")
    a = client(anna)
    b1, b2 = client(ben), client(ben)
    b3 = client(ben, priority=-1)
    a.send(ben, "all of you")
    b1.wait_text("all of you")
    b2.wait_text("all of you")
    b3.ping()
    # A negative priority asks not to get texts for the bare address (RFC 6121 §8.5.2.1.1).
    assert "all of you" not in b3.texts()


def test_unknown_recipient(join, client):
    (anna,) = join("anna")
    a = client(anna)
    id = a.send("nobody-at-all@localhost", "hello?")
    assert a.wait_error(id).error == "service-unavailable"


def test_to_someone_elsewhere(join, client):
    (anna,) = join("anna")
    a = client(anna)
    id = a.send("someone@elsewhere.example", "hello?")
    assert a.wait_error(id, timeout=15).error in ("remote-server-not-found", "service-unavailable", "not-allowed")


def test_same_resource_twice(join, client):
    """RFC 6120 §7.7.2.2: the old session goes with `conflict`, or the new one gets another resource."""
    (anna,) = join("anna")
    first = client(anna, resource="phone")
    second = client(anna, resource="phone")
    assert second.connected
    if second.jid == anna.jid + "/phone":
        wait_until(lambda: not first.connected, 5, "the first session to end")
        assert b"<conflict" in first.wire_in
    else:
        first.ping()


def test_resource_given_by_server(join, client):
    (anna,) = join("anna")
    a = client(anna, resource="")
    assert "/" in a.jid and a.jid.split("/", 1)[1]


def test_many_texts_keep_their_order(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    wanted = [f"text {n}" for n in range(300)]
    for text in wanted:
        a.send(ben, text)
    wait_until(lambda: len(b.texts()) >= 300, 30, lambda: f"300 texts, has {len(b.texts())}")
    stays(lambda: len(b.texts()) == 300, 0.2, "no text twice")
    assert b.texts() == wanted
