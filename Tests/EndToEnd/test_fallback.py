"""Nobody there (stage 2): after the grace time the text goes as SMS, and a client that returns sees it once."""

import time

import pytest

from harness.texting import alias, ask, number, turn_on_number
from harness.waiting import stays


@pytest.fixture
def two(house, join, client):
    """P has `sms`; Q has a number; both are here."""
    h = house(sms__grace_seconds=2)
    p, q = (client(x, on=h.server, stream_management=True) for x in join("pia", "quin", on=h.server))
    ask(p, "on sms")
    n = number()
    turn_on_number(q, n, h.smsc)
    return h, p, q, n


def bodies(h, n):
    return [t for _, _, t in h.smsc.texts(n)]


def test_someone_away_gets_it_by_sms_and_sees_it_once_later(two, client):
    h, p, q, n = two
    q.close()
    sent = time.monotonic()
    id = p.send(alias(n), "where are you?", receipt=True)
    p.wait_acked(id)
    h.smsc.wait_text(n, "where are you?", timeout=20)
    assert time.monotonic() - sent >= 1.9, "not before the grace time"
    p.wait_receipt(id)
    q = client(q.person, on=h.server, stream_management=True)
    q.wait_text("where are you?")
    time.sleep(3)
    assert q.texts().count("where are you?") == 1
    assert [m.body for _, m in q.whole_archive()].count("where are you?") == 1
    assert len([b for b in bodies(h, n) if "where are you?" in b]) == 1
    assert [m.receipt_of for m in p.received].count(id) == 1


def test_someone_who_refused_sms_fallback_gets_no_sms_and_the_text_waits(two, client):
    h, p, q, n = two
    ask(q, "off fallback")
    q.close()
    p.wait_acked(p.send(alias(n), "waits here"))
    stays(lambda: not any("waits here" in b for b in bodies(h, n)), 4, "no SMS")
    q = client(q.person, on=h.server, stream_management=True)
    q.wait_text("waits here")
    ask(q, "on fallback")
    q.close()
    p.send(alias(n), "may be an SMS")
    h.smsc.wait_text(n, "may be an SMS", timeout=20)


def test_someone_who_acknowledges_gets_no_sms(two):
    h, p, q, n = two
    p.send(alias(n), "you are here")
    q.wait_text("you are here")
    q.ping()
    stays(lambda: not any("you are here" in b for b in bodies(h, n)), 4, "no SMS")


def test_someone_back_within_the_grace_time_gets_no_sms(two, client):
    h, p, q, n = two
    q.close()
    p.wait_acked(p.send(alias(n), "quick return"))
    q = client(q.person, on=h.server, stream_management=True)
    q.wait_text("quick return")
    q.ping()
    stays(lambda: not any("quick return" in b for b in bodies(h, n)), 4, "no SMS")


def test_a_dead_connection_counts_as_away(two):
    """A zombie: the connection stands, nobody acknowledges."""
    h, p, q, n = two
    q.cut()
    p.send(alias(n), "to a zombie")
    h.smsc.wait_text(n, "to a zombie", timeout=20)
    q.reconnect()
    q.wait_text("to a zombie")
    q.ping()
    assert q.texts().count("to a zombie") == 1


def test_timer_survives_a_restart(two):
    h, p, q, n = two
    q.close()
    p.wait_acked(p.send(alias(n), "over the restart"))
    h.restart(kill=True)
    h.smsc.wait_text(n, "over the restart", timeout=20)
    time.sleep(1)
    assert len([b for b in bodies(h, n) if "over the restart" in b]) == 1


def test_without_sms_of_the_sender_it_is_held_only(two, client):
    h, p, q, n = two
    ask(p, "off sms")
    q.close()
    p.wait_acked(p.send(alias(n), "held only"))
    stays(lambda: not any("held only" in b for b in bodies(h, n)), 4, "no SMS")
    q = client(q.person, on=h.server)
    q.wait_text("held only")


def test_encrypted_text_waits_and_is_not_sent_in_clear(two, client):
    h, p, q, n = two
    q.close()
    p.wait_acked(p.send(alias(n), "I sent you an encrypted message", extra=[
        '<encrypted xmlns="eu.siacs.conversations.axolotl"><header sid="1"/><payload>AAAA</payload></encrypted>',
        '<encryption xmlns="urn:xmpp:eme:0" namespace="eu.siacs.conversations.axolotl"/>']))
    stays(lambda: not any("encrypted" in b for b in bodies(h, n)), 4, "no SMS")
    q = client(q.person, on=h.server)
    got = q.wait_text("I sent you an encrypted message")
    assert got.xml.find("{eu.siacs.conversations.axolotl}encrypted") is not None


def test_withdrawal_of_the_recipient_cancels_the_timer_and_the_text_still_arrives(two, client):
    h, p, q, n = two
    q2 = client(q.person, on=h.server, available=False)
    q.close()
    p.wait_acked(p.send(alias(n), "held text"))
    ask(q2, "off number-texting")
    q2.close()
    stays(lambda: not any("held text" in b for b in bodies(h, n)), 4, "no SMS")
    q = client(q.person, on=h.server)
    assert q.wait_text("held text").bare == p.person.jid


def test_text_to_an_address_never_becomes_an_sms(two):
    h, p, q, n = two
    q.close()
    p.wait_acked(p.send(q.person, "to the address"))
    stays(lambda: not any("to the address" in b for b in bodies(h, n)), 4, "no SMS")
