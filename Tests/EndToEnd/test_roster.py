"""Roster, subscriptions, presence and blocking: RFC 6121 §2–4, XEP-0191."""

import pytest

from harness.waiting import stays, wait_until


def put(client, who, name=None, groups=()):
    name = f' name="{name}"' if name else ""
    groups = "".join(f"<group>{g}</group>" for g in groups)
    client.iq(f'<query xmlns="jabber:iq:roster"><item jid="{who.jid}"{name}>{groups}</item></query>', type="set")


def befriend(a, b):
    """Both subscribe to each other and wait until both rosters say so."""
    for one, other in ((a, b), (b, a)):
        one.presence(type="subscribe", to=other.person.jid)
        other.wait_presence(one.person, "subscribe")
        other.presence(type="subscribed", to=one.person.jid)
        one.wait_presence(other.person, "subscribed")
    wait_until(lambda: all(x.roster().get(y.person.jid, {}).get("subscription") == "both" for x, y in ((a, b), (b, a))),
               10, lambda: f"both; {a.roster()} {b.roster()}")


def test_add_rename_remove_with_pushes(join, client):
    anna, ben = join("anna", "ben")
    a1, a2 = client(anna), client(anna)
    a1.roster(), a2.roster()
    put(a1, ben, "Ben", ["Friends"])
    push = wait_until(lambda: a2.roster_pushes and a2.roster_pushes[-1], 5, "a push to the other resource")
    assert push["jid"] == ben.jid and push["name"] == "Ben" and push["subscription"] == "none"
    assert a2.roster()[ben.jid]["name"] == "Ben"

    put(a2, ben, "Benjamin")
    wait_until(lambda: a1.roster_pushes and a1.roster_pushes[-1].get("name") == "Benjamin", 5, "the new name")

    a1.iq(f'<query xmlns="jabber:iq:roster"><item jid="{ben.jid}" subscription="remove"/></query>', type="set")
    wait_until(lambda: a2.roster_pushes[-1].get("subscription") == "remove", 5, "the removal")
    assert a1.roster() == {}


def test_removing_what_is_not_there(join, client):
    anna, ben = join("anna", "ben")
    a = client(anna)
    refused = a.iq_error(f'<query xmlns="jabber:iq:roster"><item jid="{ben.jid}" subscription="remove"/></query>', type="set")
    assert refused == "item-not-found"


def test_nobody_sets_anothers_roster(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    refused = a.iq_error(f'<query xmlns="jabber:iq:roster"><item jid="{anna.jid}"/></query>', type="set", to=ben.jid)
    assert refused in ("service-unavailable", "forbidden", "not-allowed")
    assert b.roster() == {}


def test_subscribe_presence_unsubscribe(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    a.roster(), b.roster()

    a.presence(type="subscribe", to=ben.jid)
    b.wait_presence(anna, "subscribe")
    assert a.roster()[ben.jid]["ask"] == "subscribe"
    b.presence(type="subscribed", to=anna.jid)
    a.wait_presence(ben, "subscribed")
    assert a.wait_presence(ben, None).get("from") == b.jid
    assert a.roster()[ben.jid]["subscription"] == "to" and b.roster()[anna.jid]["subscription"] == "from"

    b.presence(show="away", status="tea")
    x = wait_until(lambda: [x for f, t, x in a.presences if x.findtext("{jabber:client}show") == "away"], 5, "away")[0]
    assert x.findtext("{jabber:client}status") == "tea"

    a.presence(type="unsubscribe", to=ben.jid)
    b.wait_presence(anna, "unsubscribe")
    wait_until(lambda: a.roster()[ben.jid]["subscription"] == "none", 5, "none")
    quiet = len(a.presences)
    b.presence(show="dnd")
    b.ping(), a.ping()
    assert len(a.presences) == quiet


def test_coming_and_going_is_seen_and_probed(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    befriend(a, b)
    start = len(a.presences)
    b.close()
    a.wait_presence(ben, "unavailable", start=start)

    again = client(ben)
    a.wait_presence(ben, None, start=start)
    # The newcomer learns who is there without asking: the server probes for it.
    assert again.wait_presence(anna, None).get("from") == a.jid


def test_request_waits_for_someone_offline(join, client):
    anna, ben = join("anna", "ben")
    a = client(anna)
    a.presence(type="subscribe", to=ben.jid)
    a.ping()
    b = client(ben)
    b.wait_presence(anna, "subscribe")
    b.presence(type="unsubscribed", to=anna.jid)
    a.wait_presence(ben, "unsubscribed")
    assert a.roster()[ben.jid]["subscription"] == "none"
    assert "ask" not in a.roster()[ben.jid]


def test_presence_is_not_for_strangers(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    b.presence(show="chat")
    a.raw(f'<presence type="probe" to="{ben.jid}"/>')
    a.ping(), b.ping(), a.ping()
    assert not [f for f, t, _ in a.presences if f.startswith(ben.jid) and t is None]


def test_block_and_unblock(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    b2 = client(ben)
    befriend(a, b)
    start = len(a.presences)

    b2.iq('<blocklist xmlns="urn:xmpp:blocking"/>')
    b.iq(f'<block xmlns="urn:xmpp:blocking"><item jid="{anna.jid}"/></block>', type="set")
    wait_until(lambda: b2.block_pushes, 5, "the push to the other resource")
    a.wait_presence(ben, "unavailable", start=start)
    listed = b2.iq('<blocklist xmlns="urn:xmpp:blocking"/>')
    assert [i.get("jid") for i in listed.iter("{urn:xmpp:blocking}item")] == [anna.jid]

    id = a.send(ben, "let me in")
    assert a.wait_error(id).error == "service-unavailable"
    b.ping()
    assert "let me in" not in b.texts() + b2.texts()
    refused = b.send(anna, "from behind the wall")
    error = b.wait_error(refused)
    assert error.error == "not-acceptable"
    assert error.xml.find(".//{urn:xmpp:blocking:errors}blocked") is not None

    b.iq(f'<unblock xmlns="urn:xmpp:blocking"><item jid="{anna.jid}"/></unblock>', type="set")
    a.send(ben, "thank you")
    b.wait_text("thank you")
    assert "let me in" not in b.texts()


def test_blocked_text_is_not_kept_either(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    b.iq(f'<block xmlns="urn:xmpp:blocking"><item jid="{anna.jid}"/></block>', type="set")
    b.close()
    a.wait_error(a.send(ben, "while you are away"))
    again = client(ben)
    stays(lambda: "while you are away" not in again.texts(), 0.3, "nothing held")
    assert "while you are away" not in [m.body for _, m in again.whole_archive()]


@pytest.mark.parametrize("query", ['<block xmlns="urn:xmpp:blocking"/>'])
def test_empty_block_is_refused(join, client, query):
    (anna,) = join("anna")
    assert client(anna).iq_error(query, type="set") == "bad-request"


def test_roster_and_blocklist_survive_a_restart(own_server, join, client):
    server = own_server().start()
    anna, ben, cleo = join("anna", "ben", "cleo", on=server)
    a, b = client(anna, on=server), client(ben, on=server)
    befriend(a, b)
    put(a, ben, "Ben", ["Friends", "Work"])
    a.iq(f'<block xmlns="urn:xmpp:blocking"><item jid="{cleo.jid}"/></block>', type="set")
    server.kill()
    server.start()
    a = client(anna, on=server)
    kept = a.roster()[ben.jid]
    assert kept["subscription"] == "both" and kept["name"] == "Ben"
    listed = a.iq('<blocklist xmlns="urn:xmpp:blocking"/>')
    assert [i.get("jid") for i in listed.iter("{urn:xmpp:blocking}item")] == [cleo.jid]
