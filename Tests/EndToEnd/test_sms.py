"""SMS by SMPP (stage 2): out, receipts, answers, long texts, STOP, throttling, timeouts, and what must never go out."""

import time

import pytest

from harness.smsc import BAD_DESTINATION, QUEUE_FULL, THROTTLED
from harness import sms
from harness.texting import SENDERS, alias, ask, no_more_submits, number, turn_on_number, wait_submits
from harness.waiting import stays, wait_until

TEXTS = {
    "short": "hello by SMS",
    "exactly 160": "x" * 160,
    "161": "x" * 161,
    "extension": "{[€]}^~|\\" * 12,
    "escape at the cut": "a" * 152 + "€" + "b" * 20,
    "long": "The quick brown fox, 0123456789. " * 20,
    "umlauts and greek": "Äpfel über ñandú Δelta ",
    "emoji": "\U0001f426" * 70 + "!",
    "family": "\U0001f468‍\U0001f469‍\U0001f467‍\U0001f466 " * 12,
    "right to left": "שלום, זאת הודעה ארוכה מאוד. " * 8,
    "arabic": "مرحبا بكم في بيتنا الجديد. " * 8,
    "70 units": "я" * 70,
    "71 units": "я" * 71,
    "newlines": "first\nsecond\r\nthird",
}


@pytest.fixture
def visitor(shared_house, join, client):
    """One with `sms` on, in the house that many tests share: look only at segments to a number of your own."""
    p = client(join("pia", on=shared_house.server)[0], on=shared_house.server, stream_management=True)
    ask(p, "on sms")
    return shared_house, p


@pytest.fixture
def pair(house, join, client):
    h = house()
    p, q = (client(x, on=h.server, stream_management=True) for x in join("pia", "quin", on=h.server))
    ask(p, "on sms")
    return h, p, q


def test_out_receipt_and_answer(visitor):
    h, p = visitor
    n = number()
    id = p.send(alias(n), "hello by SMS", receipt=True)
    source, destination, text = h.smsc.wait_text(n, "hello by SMS")
    assert text == "hello by SMS" and destination.lstrip("+") == n[1:] and "+" + source.lstrip("+") in SENDERS
    segment = h.smsc.segments(n)[-1]
    assert (segment.destination_ton, segment.destination_npi) == (1, 1)
    assert p.wait_receipt(id).bare == alias(n)
    assert h.smsc.from_handset(n, source, "an answer by SMS") == 0
    got = p.wait_text("an answer by SMS")
    assert got.bare == alias(n) and got.type == "chat"
    p.ping()
    assert [m.receipt_of for m in p.received].count(id) == 1
    assert p.texts(alias(n)) == ["an answer by SMS"]


@pytest.mark.parametrize("kind", TEXTS)
def test_every_kind_of_text_both_ways(visitor, kind):
    h, p = visitor
    n, text = number(), TEXTS[kind]
    id = p.send(alias(n), text, receipt=True)
    source, _, sent = h.smsc.wait_text(n, lambda words: True)
    assert sent == text.replace("\r\n", "\n") or sent == text
    for segment in h.smsc.segments(n):
        assert sms.fits(segment), (segment.octets, segment.total)
        assert segment.registered_delivery & 1, "a receipt is asked for on every segment"
    assert p.wait_receipt(id).bare == alias(n)
    assert [m.receipt_of for m in p.received].count(id) == 1, "one receipt for all segments"
    for wide in (False, True):
        answer = text + ("" if wide else " ")
        assert h.smsc.from_handset(n, source, answer, wide_reference=wide) == 0
        p.wait_for(lambda m: m.bare == alias(n) and m.body in (answer, answer.replace("\r\n", "\n")))


def test_plain_gsm_text_is_not_sent_as_ucs2(visitor):
    h, p = visitor
    n = number()
    p.send(alias(n), "Price: 5 € @ café_1 Δ {ok}")
    h.smsc.wait_text(n, "Price")
    (segment,) = h.smsc.segments(n)
    assert segment.data_coding == 0 and segment.total == 1


def test_segments_out_of_order_and_doubled_from_the_handset(visitor, loop):
    h, p = visitor
    n = number()
    p.send(alias(n), "bind us")
    source, _, _ = h.smsc.wait_text(n, "bind us")
    text = "one of three parts, " * 20
    parts = sms.split(text, 0x77)
    assert len(parts) == 3

    async def deliver():
        for coding, esm_class, octets in (parts[2], parts[0], parts[0], parts[1]):
            await h.smsc._session().deliver_sm(source, octets, source_addr=n[1:], source_addr_ton=1, source_addr_npi=1,
                                               esm_class=esm_class, data_coding=coding)

    loop.run(deliver())
    p.wait_text(text)
    p.ping()
    assert p.texts(alias(n)).count(text) == 1


def test_undelivered_is_shown_as_an_error(visitor):
    h, p = visitor
    n = number()
    h.smsc.receipt = "UNDELIV"
    id = p.send(alias(n), "into a wall", receipt=True)
    error = p.wait_error(id)
    assert error.bare == alias(n)
    assert not [m for m in p.received if m.receipt_of == id]


def test_bad_destination_is_shown_at_once_and_the_next_one_goes(visitor):
    h, p = visitor
    bad, good = number(), number()
    h.smsc.answer = lambda segment: BAD_DESTINATION if segment.destination.endswith(bad[1:]) else "accept"
    id = p.send(alias(bad), "no such subscriber")
    p.wait_error(id)
    p.send(alias(good), "this one is fine")
    h.smsc.wait_text(good, "this one is fine")
    assert len(h.smsc.segments(bad)) == 1


def test_receipt_before_the_response(visitor):
    h, p = visitor
    h.smsc.answer = lambda segment: "receipt-first"
    n = number()
    id = p.send(alias(n), "early receipt", receipt=True)
    assert p.wait_receipt(id).bare == alias(n)


@pytest.mark.parametrize("wording", [
    "id:{id} sub:001 dlvrd:001 submit date:{date} done date:{date} stat:{state} err:{error} text:hello by",
    "stat:{state} id:{id} err:{error}",
    "ID:{id} SUB:000 DLVRD:000 SUBMIT DATE:YYMMDDhhmm DONE DATE:YYMMDDhhmm STAT:{state} ERR:{error} TEXT:",
])
def test_receipts_in_other_wordings(visitor, wording):
    h, p = visitor
    h.smsc.receipt_text = wording
    n = number()
    id = p.send(alias(n), "receipt please", receipt=True)
    assert p.wait_receipt(id).bare == alias(n)


@pytest.mark.parametrize("status", [THROTTLED, QUEUE_FULL])
def test_throttling_pauses_and_keeps_the_order(pair, status):
    h, p, _ = pair
    n = number()
    refusals = []

    def answer(segment):
        if segment.payload.startswith(b"t03") and len(refusals) < 2:
            refusals.append(time.monotonic())
            return status
        return "accept"

    h.smsc.answer = answer
    wanted = [f"t{k:02d}" for k in range(12)]
    for text in wanted:
        p.send(alias(n), text)

    def on_the_wire():
        return [(s.payload.decode(), status) for s, status in h.smsc.wire_submits() if s.destination.endswith(n[1:])]

    wait_until(lambda: [status for _, status in on_the_wire()].count(0) >= 12, 60, on_the_wire)
    landed = on_the_wire()
    accepted = [text for text, status in landed if status == 0]
    assert sorted(accepted) == wanted, "each exactly once"
    # What was in the window when the refusal came may have passed; nothing that started later may overtake.
    first_refusal = next(i for i, (text, _) in enumerate(landed) if text == "t03")
    window_end = first_refusal + 10
    late = [text for text, status in landed[window_end:] if status == 0]
    assert late == sorted(late)
    assert accepted.index("t03") < accepted.index("t11") or window_end >= 12


def test_throttling_with_window_one_is_strictly_in_order(house, join, client):
    h = house(route={"window": 1})
    (p,) = (client(x, on=h.server) for x in join("pia", on=h.server))
    ask(p, "on sms")
    n, times = number(), []

    def answer(segment):
        if segment.payload == b"t2" and len(times) < 2:
            times.append(time.monotonic())
            return THROTTLED
        return "accept"

    h.smsc.answer = answer
    for k in range(6):
        p.send(alias(n), f"t{k}")
    wait_until(lambda: len(h.smsc.texts(n)) >= 6, 60, lambda: str(h.smsc.texts(n)))
    landed = [s.payload.decode() for s, status in h.smsc.wire_submits() if s.destination.endswith(n[1:])]
    assert landed == ["t0", "t1", "t2", "t2", "t2", "t3", "t4", "t5"]


def test_no_answer_is_unknown_and_never_sent_again(pair):
    h, p, _ = pair
    n = number()
    h.smsc.answer = lambda segment: "silent" if b"quiet" in segment.payload else "accept"
    p.send(alias(n), "the quiet one", receipt=True)
    wait_submits(h.smsc, 1)
    time.sleep(4)  # response-seconds is 3
    p.send(alias(n), "the next one")
    h.smsc.wait_text(n, "the next one", timeout=30)
    h.restart()
    time.sleep(2)
    payloads = [s.payload for s, _ in h.smsc.wire_submits() if s.destination.endswith(n[1:])]
    assert payloads.count(b"the quiet one") == 1


def test_cut_connection_resends_nothing_that_may_have_arrived(pair):
    h, p, _ = pair
    n = number()
    h.smsc.answer = lambda segment: "silent" if b"in flight" in segment.payload else "accept"
    p.send(alias(n), "in flight")
    wait_submits(h.smsc, 1)
    h.smsc.relay.cut()
    h.smsc.answer = lambda segment: "accept"
    p.send(alias(n), "after the cut")
    h.smsc.wait_text(n, "after the cut", timeout=30)
    time.sleep(1)
    payloads = [s.payload for s, _ in h.smsc.wire_submits() if s.destination.endswith(n[1:])]
    assert payloads.count(b"in flight") == 1


def test_carrier_away_keeps_the_queue_and_order_over_a_kill(pair, client):
    h, p, _ = pair
    n = number()
    h.smsc.stop()
    h.smsc.relay.cut()
    ids = [p.send(alias(n), f"queued {k}", receipt=True) for k in range(5)]
    p.wait_acked(ids[-1])
    h.server.kill()
    h.smsc.start()
    h.server.start()
    h.smsc.wait_bound(30)

    def landed():
        return [s.payload.decode() for s, status in h.smsc.wire_submits() if s.destination.endswith(n[1:]) and status == 0]

    wait_until(lambda: len(landed()) >= 5, 30, landed)
    assert landed() == [f"queued {k}" for k in range(5)]
    p = client(p.person, on=h.server)
    wait_until(lambda: {m.receipt_of for m in p.received} >= set(ids), 20, "the receipts")


def test_stop_and_start_over_restarts(pair, client):
    h, p, _ = pair
    n = number()
    p.send(alias(n), "first contact")
    source, _, _ = h.smsc.wait_text(n, "first contact")
    h.smsc.from_handset(n, source, " Stop ")
    p.ping()
    time.sleep(0.5)
    before = len(h.smsc.texts(n))  # a single confirmation may have gone out
    assert before <= 2
    p.wait_error(p.send(alias(n), "after stop"))
    for kill in (False, True):
        h.restart(kill=kill)
        p = client(p.person, on=h.server)
        p.wait_error(p.send(alias(n), "still stopped"))
    assert not [t for _, _, t in h.smsc.texts(n)[before:]]
    h.smsc.from_handset(n, source, "START")
    time.sleep(0.5)
    p.send(alias(n), "welcome back")
    h.smsc.wait_text(n, "welcome back")


def test_stop_holds_for_everybody_on_that_sender_and_for_codes(pair, client, join):
    h, p, q = pair
    n = number()
    p.send(alias(n), "hello")
    source, _, _ = h.smsc.wait_text(n, "hello")
    h.smsc.from_handset(n, source, "STOP")
    time.sleep(0.5)
    before = len(h.smsc.texts(n))
    answer = ask(q, f"on number-texting {n}")
    time.sleep(1)
    sent_by_source = [t for s, _, t in h.smsc.texts(n)[before:] if s == source]
    assert not sent_by_source, answer


def test_withdrawal_of_sms(visitor):
    h, p = visitor
    n = number()
    p.send(alias(n), "while it is on")
    source, _, _ = h.smsc.wait_text(n, "while it is on")
    ask(p, "off sms")
    error = p.wait_error(p.send(alias(n), "after it is off"))
    assert error.error == "item-not-found" and "on sms" in (error.error_text or "")
    # The binding is gone with the conversation: an answer finds nobody.
    h.smsc.from_handset(n, source, "anyone there?")
    p.ping()
    time.sleep(0.5)
    assert "anyone there?" not in p.texts()
    assert not [t for _, _, t in h.smsc.texts(n) if t == "after it is off"]


def test_unsent_segments_die_with_withdrawal(visitor):
    h, p = visitor
    n = number()
    h.smsc.answer = lambda segment: THROTTLED
    p.send(alias(n), "to be withdrawn")
    wait_until(lambda: h.smsc.segments(n), 10, "the first attempt")
    ask(p, "off sms")
    count = len(h.smsc.segments(n))
    h.smsc.forget_script()
    time.sleep(3)
    assert h.smsc.texts(n) == []
    assert len(h.smsc.segments(n)) <= count + 1


def test_prefixes_are_denied_unless_named(visitor):
    h, p = visitor
    error = p.wait_error(p.send(alias("+447700900123"), "to Britain"))
    assert error.error == "service-unavailable" and "SMS route" in (error.error_text or "")
    stays(lambda: not h.smsc.segments("+447700900123"), 0.5, "nothing goes out")


def test_a_routes_own_number_is_refused(visitor):
    h, p = visitor
    p.wait_error(p.send(alias(SENDERS[0]), "hello carrier"))
    stays(lambda: not h.smsc.segments(SENDERS[0]), 0.5, "nothing goes out")


def test_quota_per_person_and_day(house, join, client):
    h = house(sms__per_day=3)
    (p,) = (client(x, on=h.server) for x in join("pia", on=h.server))
    ask(p, "on sms")
    n = number()
    for k in range(3):
        p.send(alias(n), f"within {k}")
        h.smsc.wait_text(n, f"within {k}")
    error = p.wait_error(p.send(alias(n), "one too many"))
    assert error.error in ("policy-violation", "resource-constraint", "not-allowed")
    no_more_submits(h.smsc, 3, 0.5)


def test_spend_cap(house, join, client):
    h = house(sms__spend_cap_per_day="0.10", route={"price-per-segment": 0.04})
    (p,) = (client(x, on=h.server) for x in join("pia", on=h.server))
    ask(p, "on sms")
    n = number()
    for k in range(2):
        p.send(alias(n), f"paid {k}")
        h.smsc.wait_text(n, f"paid {k}")
    p.wait_error(p.send(alias(n), "too dear"))
    no_more_submits(h.smsc, 2, 0.5)


def test_two_people_text_one_number_from_two_senders_and_answers_go_home(pair, client, join):
    h, p, q = pair
    ask(q, "on sms")
    n = number()
    p.send(alias(n), "this is pia")
    q.send(alias(n), "this is quin")
    from_p = h.smsc.wait_text(n, "this is pia")[0]
    from_q = h.smsc.wait_text(n, "this is quin")[0]
    assert from_p != from_q
    h.smsc.from_handset(n, from_q, "hello quin")
    h.smsc.from_handset(n, from_p, "hello pia")
    q.wait_text("hello quin"), p.wait_text("hello pia")
    p.ping(), q.ping()
    assert "hello quin" not in p.texts() and "hello pia" not in q.texts()

    third = client(join("rosa", on=h.server)[0], on=h.server)
    ask(third, "on sms")
    error = third.wait_error(third.send(alias(n), "a third"))
    assert "no sending number free" in (error.error_text or "").lower()
    assert n not in (error.error_text or "")


def test_sms_out_of_the_blue_goes_to_nobody(pair):
    h, p, q = pair
    stranger = number()
    h.smsc.from_handset(stranger, SENDERS[0], "is anyone there?")
    p.ping(), q.ping()
    time.sleep(0.5)
    assert "is anyone there?" not in p.texts() + q.texts()
    assert len(h.smsc.texts(stranger)) <= 1, "answered once at most"
    h.smsc.from_handset(stranger, SENDERS[0], "hello?")
    time.sleep(0.5)
    assert len(h.smsc.texts(stranger)) <= 1


def test_sms_from_a_members_number_stays_apart_from_the_ip_conversation(pair):
    h, p, q = pair
    nq = number()
    p.send(alias(nq), "before quin joins")
    source, _, _ = h.smsc.wait_text(nq, "before quin joins")
    turn_on_number(q, nq, h.smsc)
    h.smsc.from_handset(nq, source, "claims to be quin")
    got = p.wait_text("claims to be quin")
    assert got.bare == f"{nq}@sms.localhost"


ENCRYPTED = {
    "eme": '<encryption xmlns="urn:xmpp:eme:0" namespace="urn:example:some-new-one" name="New"/>',
    "axolotl": '<encrypted xmlns="eu.siacs.conversations.axolotl"><header sid="1"/><payload>AAAA</payload></encrypted>',
    "omemo 2": '<encrypted xmlns="urn:xmpp:omemo:2"><header sid="1"/><payload>AAAA</payload></encrypted>',
    "openpgp": '<openpgp xmlns="urn:xmpp:openpgp:0">AAAA</openpgp>',
    "old pgp": '<x xmlns="jabber:x:encrypted">AAAA</x>',
}


@pytest.mark.parametrize("kind", [*ENCRYPTED, "otr"])
def test_encrypted_never_goes_out(visitor, kind):
    h, p = visitor
    n = number()
    if kind == "otr":
        id = p.send(alias(n), "?OTR:AAMDJ+MVmSfjFZcAAAAAAQAAAAIAAADA1g5IjD1ZGLDVQEyCgCyn9hbrL3KAbGDdzE2ZkMyTKl7XfkSxh8YJnudstiB74i4BzT0W2haClg6dMary.")
    else:
        id = p.send(alias(n), "I sent you an encrypted message", extra=[ENCRYPTED[kind]])
    p.wait_error(id)
    stays(lambda: not h.smsc.segments(n), 0.5, "nothing goes out")


def test_bind_is_kept_alive_and_comes_back(pair):
    h, p, _ = pair
    wait_until(lambda: any(command == 0x15 for sent, _ in h.smsc.relay.connections for _, command, *_ in _pdus(sent)), 10,
               "an enquire_link")
    h.smsc.relay.cut()
    h.smsc.sessions.clear()
    h.smsc.wait_bound(15)
    n = number()
    p.send(alias(n), "bound again")
    h.smsc.wait_text(n, "bound again", timeout=20)


def test_unbinds_when_it_drains(pair):
    h, _, _ = pair
    assert h.server.stop() == 0
    assert any(command == 0x06 for sent, _ in h.smsc.relay.connections for _, command, *_ in _pdus(sent)), "an unbind"


def _pdus(stream):
    from harness.smsc import pdus

    return pdus(stream)


def test_the_password_is_on_the_wire_only_in_the_bind(pair):
    h, _, _ = pair
    sent = h.smsc.relay.from_client
    assert sent.count(h.password.encode()) == len([1 for s, _ in h.smsc.relay.connections for _, c, *_ in _pdus(s) if c in (1, 2, 9)])
    assert h.password not in h.server.log
