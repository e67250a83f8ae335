"""The story that `script/demo` tells, with the canary watching: what is at rest, and what went over which wire.

The numbers are planted: at rest none may ever be found, in any encoding. On the wire each may be seen only on the streams of the
people who typed or own it, and on the route.
"""

import time

from harness.canary import Canary
from harness.texting import alias, ask, number, turn_on_number


def test_the_whole_story(house, join, client):
    h = house(sms__grace_seconds=2)
    folder, smsc = h.server.folder, h.smsc
    nq, nobodys, never = number(), number(), number()
    canary = Canary(nq, nobodys, never)

    def at_rest(when):
        hits = canary.files(folder) + canary.search(h.server.log.encode(), "the log")
        assert not hits, f"{when}: " + "; ".join(map(str, hits[:5]))

    pia, quin, rosa = join("pia", "quin", "rosa", on=h.server)
    p = client(pia, on=h.server, stream_management=True, carbons=True)
    q = client(quin, on=h.server, stream_management=True)
    bystander = client(rosa, on=h.server)

    # P texts Q's number before Q has turned anything on: exactly the answer an unknown number gets.
    def refused(n):
        e = p.wait_error(p.send(alias(n), f"hello {time.time()}"))
        return e.error, e.error_type, (e.error_text or "").replace(n, "NUMBER")

    assert refused(nq) == refused(never)
    answer_at_start = refused(nq)
    at_rest("before anybody opted in")
    assert not canary.search(q.wire_in + q.wire_out, "Q's stream")
    assert not canary.search(smsc.relay.from_client + smsc.relay.from_target, "the route")

    # Q turns on texting by number; the code comes by SMS.
    turn_on_number(q, nq, smsc)
    assert canary.search(smsc.relay.from_client, "the route"), "the code went to the number: the canary sees it there"
    at_rest("with number-texting on")

    # P's next text arrives over IP, free, in one conversation both ways.
    count = len(smsc.attempts)
    p.send(alias(nq), "over IP")
    got = q.wait_text("over IP")
    q.send(got.bare, "both ways")
    assert p.wait_text("both ways").bare == alias(nq)
    assert len(smsc.attempts) == count
    assert got.bare == pia.jid

    # P turns on sms and texts a number that is nobody's here.
    ask(p, "on sms")
    id = p.send(alias(nobodys), "by SMS", receipt=True)
    source, _, _ = smsc.wait_text(nobodys, "by SMS")
    p.wait_receipt(id)
    smsc.from_handset(nobodys, source, "answer by SMS")
    assert p.wait_text("answer by SMS").bare == alias(nobodys)
    at_rest("with sms on")

    # Q goes away: SMS after the grace time, shown once on return.
    q.close()
    gone = p.send(alias(nq), "are you there?")
    p.wait_acked(gone)
    smsc.wait_text(nq, "are you there?", timeout=20)
    q_again = client(quin, on=h.server, stream_management=True)
    q_again.wait_text("are you there?")
    q_again.ping()
    assert q_again.texts().count("are you there?") == 1
    at_rest("after the fallback")

    # Q withdraws; P turns sms off; all is as at the start.
    ask(q_again, "off number-texting")
    known = ask(q_again, "what do you know")
    assert nq not in known
    ask(p, "off sms")
    assert refused(nq) == answer_at_start
    assert refused(nobodys) == answer_at_start
    at_rest("after withdrawal")
    h.restart(kill=True)
    at_rest("after withdrawal and a kill")
    h.server.stop()
    at_rest("after withdrawal, at rest for good")

    # On the wire: Rosa's stream saw no number at all, Q's only the own one, the route never the one nobody consented to.
    assert not canary.search(bystander.wire_in + bystander.wire_out, "the bystander's stream")
    others = Canary(nobodys, never)
    for one in (q, q_again):
        assert not others.search(one.wire_in + one.wire_out, "Q's stream")
        assert not canary.search(bytes(one.wire_in).replace(nq.encode(), b""), "what Q was sent")
    assert not Canary(never).search(smsc.relay.from_client + smsc.relay.from_target, "the route")


def test_leaving_leaves_nothing(house, join, client):
    h = house()
    pia, quin = join("pia", "quin", on=h.server)
    p, q = client(pia, on=h.server), client(quin, on=h.server)
    n, contact = number(), number()
    turn_on_number(q, n, h.smsc)
    ask(q, "on sms")
    ask(q, "on history")
    q.send(alias(contact), "a text of quin's")
    h.smsc.wait_text(contact, "a text of quin's")
    ask(q, "leave")
    q.send("localhost", "leave now")
    p.ping()
    from harness.waiting import wait_until

    wait_until(lambda: not q.connected, 10, "Q's stream to end")
    error = p.wait_error(p.send(alias(n), "anyone?"))
    assert error.error == "item-not-found"
    assert p.wait_error(p.send(quin, "anyone?")).error == "service-unavailable"
    h.server.stop()
    hits = Canary(n, contact).files(h.server.folder)
    assert not hits, hits
    left = [str(f) for f in h.server.folder.rglob("*") if f.is_file() and quin.name.encode() in f.read_bytes()]
    assert not left, f"the name is still in {left}"
