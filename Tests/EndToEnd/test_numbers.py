"""Number aliases (stage 2): a number shows itself only to who texts it, and only while its person wants that."""

import statistics
import time

import pytest

from harness.texting import alias, ask, number, turn_on_number
from harness.waiting import stays, wait_until


@pytest.fixture
def three(shared_house, join, client):
    """Three people: P who texts, Q and R whose numbers are texted. The house is shared: nobody restarts it."""
    h = shared_house
    p, q, r = join("pia", "quin", "rosa", on=h.server)
    return h, *(client(x, on=h.server) for x in (p, q, r))


def refusal(client, to, text="hello"):
    """The error that a text to this address gets, without what must differ."""
    error = client.wait_error(client.send(to, text))
    return error.error, error.error_type, (error.error_text or "").replace(to.split("@")[0], "NUMBER")


def test_unknown_number_is_answered_with_what_to_do(three):
    _, p, _, _ = three
    condition, kind, text = refusal(p, alias(number()))
    assert condition == "item-not-found"
    assert "on sms" in text


def test_on_code_text_both_ways_in_one_conversation(three):
    h, p, q, _ = three
    n = number()
    before = refusal(p, alias(n))
    turn_on_number(q, n, h.smsc)
    submits = len(h.smsc.segments(n))

    id = p.send(alias(n), "over IP", receipt=True)
    got = q.wait_text("over IP")
    assert got.bare == p.person.jid and got.to.split("/")[0] == q.person.jid
    q.send_receipt(got.sender, id)
    assert p.wait_receipt(id).bare == alias(n)
    q.send(got.bare, "and back")
    assert p.wait_text("and back").bare == alias(n)
    assert n.encode() not in q.wire_in[q.wire_in.index(b"over IP") - 500:], "Q sees addresses, not the own number again"
    assert len(h.smsc.segments(n)) == submits, "free, no SMS"
    assert before[0] == "item-not-found"


def test_face_of_a_sender_with_a_number(three):
    h, p, q, _ = three
    np, nq = number(), number()
    turn_on_number(p, np, h.smsc)
    turn_on_number(q, nq, h.smsc)
    p.send(alias(nq), "from a number to a number")
    got = q.wait_text("from a number to a number")
    assert got.bare == alias(np)
    q.send(got.bare, "right back")
    assert p.wait_text("right back").bare == alias(nq)


def test_chat_states_markers_and_carbons_by_alias(three, client):
    h, p, q, _ = three
    n = number()
    turn_on_number(q, n, h.smsc)
    p2 = client(p.person, on=h.server, carbons=True)
    q2 = client(q.person, on=h.server, carbons=True)
    p.send(alias(n), extra=['<composing xmlns="http://jabber.org/protocol/chatstates"/>'])
    p.send(alias(n), "one", extra=['<active xmlns="http://jabber.org/protocol/chatstates"/>',
                                   '<markable xmlns="urn:xmpp:chat-markers:0"/>'])
    got = q.wait_text("one")
    assert q.wait_for(lambda m: m.chat_state == "composing").bare == p.person.jid
    assert p2.wait_text("one", carbon="sent").to == alias(n)
    q.send(got.sender, extra=[f'<displayed xmlns="urn:xmpp:chat-markers:0" id="{got.id}"/>'])
    shown = p.wait_for(lambda m: m.xml.find("{urn:xmpp:chat-markers:0}displayed") is not None)
    assert shown.bare == alias(n)
    q.send(got.bare, "two")
    assert p2.wait_text("two").bare == alias(n)
    assert q2.wait_text("two", carbon="sent").to.split("/")[0] == got.bare


def test_archive_shows_the_number_to_who_typed_it_and_the_address_to_the_other(three):
    h, p, q, _ = three
    n = number()
    turn_on_number(q, n, h.smsc)
    p.send(alias(n), "kept")
    q.wait_text("kept")
    q.send(p.person.jid, "kept too")
    p.wait_text("kept too")
    rows = [(m.bare, m.to.split("/")[0], m.body) for _, m in p.whole_archive(with_=alias(n))]
    assert rows == [(p.person.jid, alias(n), "kept"), (alias(n), p.person.jid, "kept too")]
    rows = [(m.bare, m.to.split("/")[0], m.body) for _, m in q.whole_archive(with_=p.person.jid)]
    assert rows == [(p.person.jid, q.person.jid, "kept"), (q.person.jid, p.person.jid, "kept too")]


def test_requests_and_presence_to_any_alias_get_one_answer(three):
    h, p, q, _ = three
    n = number()
    turn_on_number(q, n, h.smsc)
    q.ping()
    start = len(q.presences)
    answers = set()
    for to in (alias(n), alias(number())):
        for payload in ('<query xmlns="http://jabber.org/protocol/disco#info"/>', '<ping xmlns="urn:xmpp:ping"/>',
                        '<pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="eu.siacs.conversations.axolotl.devicelist"/></pubsub>'):
            answers.add(p.iq_error(payload, to=to))
        p.presence(type="subscribe", to=to)
        p.presence(to=to)
    p.ping(), q.ping()
    assert len(answers) == 1
    stays(lambda: len(q.presences) == start, 0.3, "no presence reaches the person behind the number")
    errors = {(t, f.split("/")[0] == alias(n)) for f, t, _ in p.presences if f.startswith("+")}
    assert len({t for t, _ in errors}) <= 1


def test_unknown_unconsented_withdrawn_and_blocking_answer_alike(three):
    """In words and in time. P has no `sms`, so all four are `item-not-found` with the same sentence."""
    h, p, q, r = three
    withdrawn, blocking, unproven, unknown = number(), number(), number(), number()
    turn_on_number(q, withdrawn, h.smsc)
    ask(q, "off number-texting")
    turn_on_number(r, blocking, h.smsc)
    r.iq(f'<block xmlns="urn:xmpp:blocking"><item jid="{p.person.jid}"/></block>', type="set")
    ask(q, f"on number-texting {unproven}")  # asked for, never confirmed
    h.smsc.wait_code(unproven)

    kinds = {"withdrawn": withdrawn, "blocking": blocking, "unproven": unproven, "unknown": unknown}
    words = {name: refusal(p, alias(n)) for name, n in kinds.items()}
    assert len(set(words.values())) == 1, words

    times = {name: [] for name in kinds}
    for _ in range(60):
        for name, n in kinds.items():
            start = len(p.received)
            began = time.perf_counter()
            id = p.send(alias(n), "ding")
            while not any(m.id == id for m in p.received[start:]):
                assert time.perf_counter() - began < 10
                time.sleep(0.0001)
            times[name].append(time.perf_counter() - began)
    r.ping(), q.ping()
    assert "ding" not in r.texts() + q.texts()
    medians = {name: round(statistics.median(rows) * 1000, 2) for name, rows in times.items()}
    for name in kinds:
        # How often one is slower than unknown: a half means that time tells nothing. Chance alone stays within 0.2.
        slower = statistics.mean((a > b) + (a == b) / 2 for a in times[name] for b in times["unknown"])
        assert 0.25 < slower < 0.75, f"{name} is told from unknown by its time: {slower:.2f}; medians {medians} ms"


def test_blocking_number_with_sms_on_goes_the_sms_way_as_unknown_does(three):
    h, p, _, r = three
    blocking = number()
    turn_on_number(r, blocking, h.smsc)
    r.iq(f'<block xmlns="urn:xmpp:blocking"><item jid="{p.person.jid}"/></block>', type="set")
    ask(p, "on sms")
    p.send(alias(blocking), "by SMS then")
    h.smsc.wait_text(blocking, "by SMS then")
    r.ping()
    assert "by SMS then" not in r.texts()


def test_withdrawal_ends_the_alias_at_once(three):
    h, p, q, _ = three
    n = number()
    at_start = refusal(p, alias(n))
    turn_on_number(q, n, h.smsc)
    p.send(alias(n), "while it stands")
    q.wait_text("while it stands")
    ask(q, "off number-texting")
    assert refusal(p, alias(n)) == at_start
    q.send(p.person.jid, "from my address")
    assert p.wait_text("from my address").bare == q.person.jid


def test_a_text_that_waits_for_a_device_shows_no_number_that_was_withdrawn(three, client):
    """The device is away and may resume: it hears of the number only after its person has withdrawn it."""
    h, p, q, _ = three
    n = number()
    turn_on_number(p, n, h.smsc)
    b = client(q.person, on=h.server, resource="phone", stream_management=True)
    q.close()
    b.ping()
    b.cut()
    p.send(q.person, "while you were away")
    ask(p, "off number-texting")
    start = len(b.wire_in)
    b.reconnect()
    assert b.resumed
    assert b.wait_text("while you were away").bare == p.person.jid
    assert n.encode() not in b.wire_in[start:]


def test_alias_stands_after_a_restart_and_withdrawal_too(house, join, client):
    h = house()
    p, q = (client(x, on=h.server) for x in join("pia", "quin", on=h.server))
    n = number()
    turn_on_number(q, n, h.smsc)
    h.restart(kill=True)
    p, q = client(p.person, on=h.server), client(q.person, on=h.server)
    p.send(alias(n), "after the restart")
    q.wait_text("after the restart")
    ask(q, "off number-texting")
    h.restart(kill=True)
    p = client(p.person, on=h.server)
    assert refusal(p, alias(n))[0] == "item-not-found"


def test_number_may_be_typed_in_other_spellings(three):
    h, p, q, _ = three
    n = number()
    before = len(h.smsc.texts(n))
    ask(q, f"on number-texting 0{n[3:6]} {n[6:]}")
    ask(q, f"code {h.smsc.wait_code(n, after=before)}")
    p.send(alias(n), "same number")
    q.wait_text("same number")


def test_wrong_codes_run_out(three):
    h, p, q, _ = three
    n = number()
    ask(q, f"on number-texting {n}")
    code = h.smsc.wait_code(n)
    wrong = "000000" if code != "000000" else "111111"
    answers = [ask(q, f"code {wrong}") for _ in range(5)]
    assert len(answers) == 5
    ask(q, f"code {code}")  # too late: five tries are used up
    assert refusal(p, alias(n))[0] == "item-not-found"


def test_somebody_elses_code_is_of_no_use(three):
    h, p, q, r = three
    n = number()
    ask(q, f"on number-texting {n}")
    code = h.smsc.wait_code(n)
    ask(r, f"code {code}")
    assert refusal(p, alias(n))[0] == "item-not-found"


def test_proving_a_number_that_another_holds(three):
    """Alike until the code; then the old holder's alias ends and they are told."""
    h, p, q, r = three
    n, fresh = number(), number()
    turn_on_number(q, n, h.smsc)
    first = ask(r, f"on number-texting {fresh}").replace(fresh, "NUMBER")
    start = len(q.received)
    before = len(h.smsc.texts(n))
    second = ask(r, f"on number-texting {n}").replace(n, "NUMBER")
    assert first == second, "asking tells nothing about who holds it"
    ask(r, f"code {h.smsc.wait_code(n, after=before)}")
    q.wait_for(lambda m: m.bare == "localhost" and m.body, what="word that the number has moved", start=start)
    p.send(alias(n), "who has it?")
    r.wait_text("who has it?")
    q.ping()
    assert "who has it?" not in q.texts()


def test_codes_are_limited_per_number(three):
    h, _, q, _ = three
    n = number()
    for _ in range(15):
        ask(q, f"on number-texting {n}")
    time.sleep(1)
    assert 1 <= len(h.smsc.texts(n)) <= 5


def test_texting_new_numbers_is_limited(house, join, client):
    h = house(numbers__new_per_day=5)
    p, q = (client(x, on=h.server) for x in join("pia", "quin", on=h.server))
    n = number()
    turn_on_number(q, n, h.smsc)
    p.send(alias(n), "the first")
    q.wait_text("the first")
    answers = [refusal(p, alias(number())) for _ in range(8)]
    assert answers[0][0] == "item-not-found"
    assert answers[-1][0] in ("policy-violation", "resource-constraint", "not-allowed") and answers[-1] != answers[0]
    p.send(alias(n), "known numbers still work")
    q.wait_text("known numbers still work")


def test_oneself(three, client):
    h, _, q, _ = three
    n = number()
    turn_on_number(q, n, h.smsc)
    q2 = client(q.person, on=h.server, carbons=True)
    q.send(alias(n), "note to self")
    q2.wait_text("note to self") if "note to self" in q2.texts() else q2.ping()
    wait_until(lambda: [m for m in q2.received if m.body == "note to self"], 5, "the note on the other device")
    q2.ping()
    assert len([m for m in q2.received if m.body == "note to self"]) == 1


def test_an_address_cannot_look_like_a_number(own_server):
    from harness.people import Person

    server = own_server()
    for name in ("+4917604069001", "4917604069001@x", "+４９17604069001"):
        with pytest.raises(AssertionError):
            server.add_one(Person(name, "secret-word"))


def test_help_and_what_it_knows(three):
    h, _, q, _ = three
    assert "number-texting" in ask(q, "help")
    assert "number-texting" in ask(q, "gibberish that nobody meant")
    n = number()
    turn_on_number(q, n, h.smsc)
    known = ask(q, "what do you know")
    assert "home" in known and "number-texting" in known
    assert n not in known, "kinds, purposes, ages and counts; not the number itself"
    ask(q, "off number-texting")
    known = ask(q, "what do you know?")
    assert "home" in known
