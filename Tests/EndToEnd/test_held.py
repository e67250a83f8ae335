"""Texts held for someone who is away, stream management, repeats, and the archive that answers from the same rows."""

import time
import uuid

import pytest

from harness.waiting import stays


def test_held_and_delivered_once_with_delay(join, client):
    anna, ben = join("anna", "ben")
    a = client(anna)
    a.send(ben, "one while away")
    a.send(ben, "two while away")
    a.ping()
    b = client(ben, stream_management=True)
    b.wait_text("two while away")
    assert b.texts() == ["one while away", "two while away"]
    for m in b.received:
        assert m.delayed, "a held text says since when"
        assert m.sender == a.jid
    b.wait_asked()
    b.close()
    again = client(ben, stream_management=True)
    stays(lambda: again.texts() == [], 0.5, lambda: f"nothing twice: {again.texts()}")


def test_held_without_stream_management_comes_once_after_the_server_knows(join, client):
    """Without XEP-0198 an answered ping after the text counts as the client's acknowledgement."""
    anna, ben = join("anna", "ben")
    a = client(anna)
    a.send(ben, "plain old client")
    a.ping()
    b = client(ben)
    b.wait_text("plain old client")
    stays(lambda: b.connected, 1.0, "still there to answer the server")
    b.close()
    again = client(ben)
    stays(lambda: again.texts() == [], 0.5, lambda: f"nothing twice: {again.texts()}")


def test_held_across_restart(own_server, join, client):
    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    a = client(anna, on=server, stream_management=True)
    id = a.send(ben, "held over the restart")
    a.wait_acked(id)
    server.kill()
    server.start()
    b = client(ben, on=server, stream_management=True)
    got = b.wait_text("held over the restart")
    assert got.delayed
    b.ping()
    assert b.texts() == ["held over the restart"]


def test_not_held_what_is_not_text(join, client):
    anna, ben = join("anna", "ben")
    a = client(anna)
    a.send(ben, extra=['<composing xmlns="http://jabber.org/protocol/chatstates"/>'])
    a.send(ben, "headline", type="headline")
    a.send(ben, "the text")
    a.ping()
    b = client(ben)
    b.wait_text("the text")
    assert [m.chat_state for m in b.received if m.chat_state and not m.body] == []
    assert "headline" not in b.texts()


def test_acknowledged_text_by_text(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna, stream_management=True), client(ben, stream_management=True)
    ids = [a.send(ben, f"n{n}") for n in range(20)]
    a.wait_acked(ids[-1])
    assert [i for i in a.acked if i in ids] == ids
    b.wait_text("n19")


def test_resumption_loses_and_doubles_nothing(join, client):
    anna, ben = join("anna", "ben")
    a = client(anna, stream_management=True)
    b = client(ben, stream_management=True)
    a.send(ben, "before")
    b.wait_text("before")
    b.cut()
    for n in range(10):
        a.send(ben, f"meanwhile {n}")
    a.ping()
    b.reconnect()
    assert b.resumed
    b.wait_text("meanwhile 9")
    a.send(ben, "after")
    b.wait_text("after")
    assert b.texts() == ["before", *[f"meanwhile {n}" for n in range(10)], "after"]


def test_sender_resumes_and_resends_without_a_second_copy(join, client):
    anna, ben = join("anna", "ben")
    a = client(anna, stream_management=True)
    b = client(ben)
    for n in range(10):
        a.send(ben, f"s{n}", origin_id=uuid.uuid4().hex)
    a.cut()  # some are acknowledged, some not, some perhaps not even sent
    a.reconnect()
    assert a.resumed
    b.wait_text("s9")
    a.ping()
    assert b.texts() == [f"s{n}" for n in range(10)]


def test_unanswered_texts_come_back_after_the_session_is_given_up(join, client):
    """The phone that never returns: a new session gets what the old one didn't acknowledge, without asking the archive."""
    anna, ben = join("anna", "ben")
    a = client(anna, stream_management=True)
    b = client(ben, resource="phone", stream_management=True)
    a.send(ben, "seen")
    b.wait_text("seen")
    b.wait_asked()
    b.cut()
    a.send(ben, "into the void")
    a.ping()
    fresh = client(ben, resource="tablet", stream_management=True)
    assert fresh.wait_text("into the void").delayed
    fresh.ping()
    assert fresh.texts() == ["into the void"]


def test_repeat_by_origin_id_is_acknowledged_and_not_delivered_again(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna, stream_management=True), client(ben, stream_management=True)
    origin = uuid.uuid4().hex
    first = a.send(ben, "only once", origin_id=origin, id=origin)
    a.wait_acked(first)
    a.send(ben, "only once", origin_id=origin, id=origin)
    fence = a.send(ben, "fence")
    a.wait_acked(fence)
    assert a.acked.count(first) == 2, "the repeat is acknowledged too"
    b.wait_text("fence")
    assert b.texts() == ["only once", "fence"]
    assert [m.body for _, m in b.whole_archive()].count("only once") == 1


def test_reused_ids_with_other_words_are_other_texts(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna, stream_management=True), client(ben)
    for text in ("first words", "second words"):
        a.send(ben, text, id="same", origin_id="same")
    b.wait_text("second words")
    assert b.texts() == ["first words", "second words"]


def test_same_words_with_new_ids_are_new_texts(join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna, stream_management=True), client(ben)
    for _ in range(3):
        a.send(ben, "ok", origin_id=uuid.uuid4().hex)
    a.send(ben, "fence")
    b.wait_text("fence")
    assert b.texts() == ["ok", "ok", "ok", "fence"]


def test_every_text_has_a_stanza_id_of_the_recipients_account(join, client):
    anna, ben = join("anna", "ben")
    a, b1, b2 = client(anna), client(ben), client(ben)
    a.send(ben, "numbered", extra=[f'<stanza-id xmlns="urn:xmpp:sid:0" by="{ben.jid}" id="forged"/>'])
    got = b1.wait_text("numbered")
    id = got.stanza_ids.get(ben.jid)
    assert id and id != "forged"
    assert b2.wait_text("numbered").stanza_ids[ben.jid] == id
    assert (id, "numbered") in [(i, m.body) for i, m in b1.whole_archive()]


# The archive (XEP-0313) with result sets (XEP-0059)


@pytest.fixture
def conversation(join, client):
    anna, ben, cleo = join("anna", "ben", "cleo")
    a, b, c = client(anna), client(ben), client(cleo)
    for n in range(12):
        a.send(ben, f"a{n}")
        b.wait_text(f"a{n}")
    c.send(ben, "from cleo")
    b.wait_text("from cleo")
    b.send(anna, "reply")
    a.wait_text("reply")
    return a, b, c


def test_archive_both_sides(conversation):
    a, b, c = conversation
    all_of_ben = [f"a{n}" for n in range(12)] + ["from cleo", "reply"]
    rows = b.whole_archive(page=5)
    assert [m.body for _, m in rows] == all_of_ben
    assert len({i for i, _ in rows}) == len(rows)
    assert all(m.delayed for _, m in rows)
    assert [m.body for _, m in a.whole_archive()] == [f"a{n}" for n in range(12)] + ["reply"]
    assert rows[-1][1].bare == b.person.jid, "the owner's own text"
    assert [m.body for _, m in c.whole_archive()] == ["from cleo"]


def test_archive_pages_forward_and_backward(conversation):
    _, b, _ = conversation
    rows, fin = b.archive(max=5)
    assert [m.body for _, m in rows] == ["a0", "a1", "a2", "a3", "a4"]
    assert fin.get("complete") in (None, "false")
    page = fin.find("{http://jabber.org/protocol/rsm}set")
    assert page.findtext("{http://jabber.org/protocol/rsm}first") == rows[0][0]
    assert page.findtext("{http://jabber.org/protocol/rsm}last") == rows[-1][0]

    onward, _ = b.archive(max=3, after=rows[-1][0])
    assert [m.body for _, m in onward] == ["a5", "a6", "a7"]

    newest, fin = b.archive(max=3, before="")
    assert [m.body for _, m in newest] == ["a11", "from cleo", "reply"]
    older, _ = b.archive(max=2, before=newest[0][0])
    assert [m.body for _, m in older] == ["a9", "a10"]
    last, fin = b.archive(max=50, after=newest[-1][0])
    assert last == [] and fin.get("complete") == "true"


def test_archive_filters(conversation):
    a, b, c = conversation
    assert [m.body for _, m in b.whole_archive(with_=c.person)] == ["from cleo"]
    assert [m.body for _, m in b.whole_archive(with_=a.person, page=4)] == [f"a{n}" for n in range(12)] + ["reply"]
    assert b.whole_archive(with_="stranger@localhost") == []
    time.sleep(1.1)  # stamps may be whole seconds
    a.send(b.person, "later")
    b.wait_text("later")
    moment = next(m.delayed for _, m in b.whole_archive() if m.body == "later")
    assert [m.body for _, m in b.archive(start=moment)[0]] == ["later"]
    assert "a0" in [m.body for _, m in b.archive(end=moment)[0]]
    earlier, _ = b.archive(end="2001-01-01T00:00:00Z")
    assert earlier == []


def test_archive_refuses(conversation):
    a, b, _ = conversation
    assert a.iq_error('<query xmlns="urn:xmpp:mam:2"/>', type="set", to=b.person.jid) in (
        "forbidden", "service-unavailable", "not-allowed")
    bad = '<query xmlns="urn:xmpp:mam:2"><set xmlns="http://jabber.org/protocol/rsm"><after>no-such-id</after></set></query>'
    assert a.iq_error(bad, type="set") == "item-not-found"
    odd = ('<query xmlns="urn:xmpp:mam:2"><x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE"><value>urn:xmpp:mam:2'
           '</value></field><field var="start"><value>yesterday</value></field></x></query>')
    assert a.iq_error(odd, type="set") == "bad-request"


def test_archive_by_slixmpps_own_iteration(conversation):
    _, b, _ = conversation

    async def collect():
        texts = []
        async for message in b.slix.plugin["xep_0313"].iterate(rsm={"max": 4}):
            texts.append(message["mam_result"]["forwarded"]["stanza"]["body"])
        return texts

    assert b.run(collect(), 20) == [f"a{n}" for n in range(12)] + ["from cleo", "reply"]


def test_archive_after_restart(own_server, join, client):
    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    a, b = client(anna, on=server, stream_management=True), client(ben, on=server)
    ids = [a.send(ben, f"kept {n}") for n in range(5)]
    a.wait_acked(ids[-1])
    b.wait_text("kept 4")
    before = [(i, m.body) for i, m in b.whole_archive()]
    assert [t for _, t in before] == [f"kept {n}" for n in range(5)]
    server.stop()
    server.start()
    b = client(ben, on=server)
    assert [(i, m.body) for i, m in b.whole_archive()] == before


def test_archive_ids_can_be_sorted(join, client):
    """Ids grow with time, so that a client and a merge of nodes can order by them."""
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    for n in range(3):
        a.send(ben, f"k{n}")
        b.wait_text(f"k{n}")
        time.sleep(0.01)
    ids = [i for i, _ in b.whole_archive()]
    assert ids == sorted(ids)


def test_archive_page_beside_a_message_that_is_not_there_is_refused(conversation):
    """An id of the right form that this archive never gave: the client must learn that its place is lost."""
    from slixmpp.exceptions import IqError

    a, b = conversation[0], conversation[1]
    rows, _ = b.archive(max=1)
    missing = f"{int(rows[0][0], 16) - 1:016x}"
    with pytest.raises((IqError, AssertionError)) as refused:
        b.archive(max=5, after=missing)
    assert "item-not-found" in str(getattr(refused.value, "condition", refused.value))
