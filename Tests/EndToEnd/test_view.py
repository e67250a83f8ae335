"""What a person can see, take along, refuse and end, in the chat with the server; and what an administrator can't do for them."""

import json
import random
import re
import socket
import sqlite3
import time

import pytest

from harness.canary import Canary
from harness.people import binary
from harness.process import run
from harness.receipts import verify_receipt
from harness.texting import alias, ask, number, turn_on_number
from harness.waiting import wait_until
from harness.xmpp import LoginFailed


def answers(client, sentence, count, timeout=10.0):
    """Says something to the server and returns its first `count` answers, in order."""
    start = len(client.received)
    client.send("localhost", sentence)

    def said():
        rows = [m.body for m in client.received[start:] if m.bare == "localhost" and m.body and m.carbon is None]
        return rows[:count] if len(rows) >= count else None

    return wait_until(said, timeout, lambda: f"{count} answers to {sentence!r}; has {[m.body for m in client.received[start:]]}")


def is_receipt(text):
    return re.fullmatch(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", text) is not None


def is_proof(text):
    return text.startswith("c2sp.org/tlog-proof@v1\n")


def show(server, person, *options):
    return run([binary(), "person", "show", person.name, server.folder, *options])


def policy(server):
    return server.folder / "regions" / "home" / "log" / "1" / "policy"


def verify(tmp_path, server, receipt, proof):
    """Saves two message bodies as files and asks `hoopoe receipt verify`, which gets nothing else but the policy."""
    (tmp_path / "r.receipt.jws").write_text(receipt)
    (tmp_path / "r.tlog-proof").write_text(proof)
    return run([binary(), "receipt", "verify", tmp_path / "r.receipt.jws", tmp_path / "r.tlog-proof", "--policy", policy(server)])


@pytest.fixture
def quick(own_server):
    """A server of the test's own that publishes its log every second."""
    return own_server().start(log__interval=1)


def proven(client, sentence="receipt 1"):
    """The receipt and the proof, once the batch is out."""

    def pair():
        receipt, proof = answers(client, sentence, 2)
        return (receipt, proof) if is_proof(proof) else None

    return wait_until(pair, 15, "the proof to be published", interval=0.3)


# Receipts


def test_receipts_one_message_a_file(quick, join, client, tmp_path):
    (anna,) = join("anna", on=quick)
    a = client(anna, on=quick)
    assert "nothing yet" in ask(a, "receipts")
    assert "receipts" in ask(a, "on sms")
    assert "receipts" in ask(a, "no history")
    assert "receipts" in ask(a, "off sms")
    proven(a, "receipt 3")
    summary, *files = answers(a, "receipts", 7)
    assert [bool(re.search(rf"^{n}\. .*{what}", summary, re.M)) for n, what in
            ((1, "yes to sms"), (2, "no to history"), (3, "sms was turned off"))] == [True] * 3, summary
    assert all(is_receipt(text) for text in files[::2]) and all(is_proof(text) for text in files[1::2]), files
    assert len(set(files)) == 6
    for receipt, proof in zip(files[::2], files[1::2]):
        verify(tmp_path, quick, receipt, proof)
    assert answers(a, "receipt 2", 2) == files[2:4]
    assert "1 to 3" in ask(a, "receipt 4") and "1 to 3" in ask(a, "receipt 0")


def test_proof_comes_with_the_next_batch(own_server, join, client):
    server = own_server().start(log__interval=3600)
    (anna,) = join("anna", on=server)
    a = client(anna, on=server)
    ask(a, "on sms")
    receipt, wait = answers(a, "receipt 1", 2)
    assert is_receipt(receipt) and "within 3600 seconds" in wait and not is_proof(wait)


def test_other_peoples_receipts_are_not_to_be_had(quick, join, client):
    anna, ben = join("anna", "ben", on=quick)
    a, b = client(anna, on=quick), client(ben, on=quick)
    ask(a, "on sms")
    assert "nothing yet" in ask(b, "receipt 1")


def test_a_receipt_verifies_with_other_peoples_software(quick, join, client):
    (anna,) = join("anna", on=quick)
    a = client(anna, on=quick)
    ask(a, "on sms")
    receipt, _ = proven(a)
    vkey = next(line.split()[1] for line in policy(quick).read_text().splitlines() if line.startswith("log "))
    payload = json.dumps(verify_receipt(receipt, vkey))
    assert anna.jid in payload and "sms" in payload
    a.send("localhost", "leave now")
    assert anna.jid in json.dumps(verify_receipt(final(a)[1], vkey)), "the final receipt is one as well"


def test_a_receipt_or_proof_that_was_touched_is_refused(quick, join, client, tmp_path):
    (anna,) = join("anna", on=quick)
    a = client(anna, on=quick)
    ask(a, "on sms"), ask(a, "no history")
    one, other = proven(a, "receipt 1"), proven(a, "receipt 2")
    verify(tmp_path, quick, *one)
    header, payload, signature = one[0].split(".")
    flipped = payload[:20] + ("A" if payload[20] != "A" else "B") + payload[21:]
    for receipt, proof in ((".".join((header, flipped, signature)), one[1]), (one[0], other[1]), (other[0], one[1])):
        with pytest.raises(AssertionError):
            verify(tmp_path, quick, receipt, proof)


# Refusals and terms


def test_a_no_is_recorded_and_stays_one(quick, join, client):
    (anna,) = join("anna", on=quick)
    a = client(anna, on=quick)
    assert "off; you never turned it on" in ask(a, "terms")
    assert "on record" in ask(a, "no sms")
    assert "sms: off; you refused it" in ask(a, "terms")
    assert re.search(r"sms: off; you refused it on \d{4}-", ask(a, "what do you know"))
    ask(a, "on sms")
    assert "nothing has changed" in ask(a, "no sms"), "a no doesn't switch off what is on: that has words of its own"
    assert "sms: on since" in ask(a, "terms")


def test_terms_name_region_and_version(quick, join, client):
    (anna,) = join("anna", on=quick)
    a = client(anna, on=quick)
    said = ask(a, "terms")
    assert "version 1" in said and "“home”" in said and "number-texting:" in said and "Without it:" in said


@pytest.mark.parametrize("sentence", ["no", "leave?", "I agree to the terms", "don't leave", "stay", "no sms?", "sms", "yes"])
def test_nothing_is_guessed(server, join, client, sentence):
    (anna,) = join("anna")
    a = client(anna)
    ask(a, sentence)
    known = ask(a, "what do you know")
    assert "• decisions" not in known and "account ends" not in known


# Uses and looks


def test_uses_are_counted_by_purpose_and_day(house, join, client):
    h = house()
    p, q = (client(x, on=h.server) for x in join("pia", "quin", on=h.server))
    assert "Nothing of yours was used" in ask(q, "who used my number")
    n = number()
    turn_on_number(q, n, h.smsc)
    ask(p, "on sms")
    p.send(alias(number()), "by SMS")
    p.send(alias(n), "over IP")
    q.wait_text("over IP")
    day = time.strftime("%Y-%m-%d", time.gmtime())
    wait_until(lambda: re.search(rf"{day}: .*sms (once|\d+ times)", ask(p, "who used my number?")), 10, "the use of sms",
               interval=0.5)
    q.send(p.person.jid, "from my number")
    said = ask(q, "who used my number")
    assert n not in said and "No administrator looked" in said


def test_a_look_is_seen_by_the_person_looked_at(server, join, client):
    anna, ben = join("anna", "berthold")
    a, b = client(anna), client(ben)
    a.send(ben, "something private")
    b.wait_text("something private")
    a.send("someone-else@elsewhere.example", "x")
    looked = show(server, anna)
    assert "will see" in looked.errors and anna.jid in looked.output
    assert ben.name not in looked.output and "something" not in looked.output and "elsewhere" not in looked.output
    rows = dict(reversed(line.split("\t")) for line in looked.output.splitlines()[1:])
    assert all(count.isdigit() for count in rows.values()) and "messages" in rows
    assert json.loads(show(server, anna, "--json").output)["address"] == anna.jid
    said = ask(a, "who used my number")
    assert said.count("person show") == 2 and time.strftime("%Y-%m-%d", time.gmtime()) in said
    assert "looked at your account 2 times" in ask(a, "what do you know")
    assert "No administrator" in ask(b, "who used my number"), "a look at one is not a look at another"
    run([binary(), "person", "list", server.folder])
    assert ask(a, "who used my number").count("person") == 2, "a list of names is no look at anybody"


def test_a_look_without_a_running_server_is_seen_too(own_server, join, client):
    server = own_server().start()
    (anna,) = join("anna", on=server)
    server.stop()
    show(server, anna)
    server.start()
    assert "person show" in ask(client(anna, on=server), "who used my number")


def test_a_code_handed_over_is_a_look(house, join, client):
    h = house()
    (quin,) = join("quin", on=h.server)
    q = client(quin, on=h.server)
    ask(q, f"on number-texting {number()}")
    code = run([binary(), "person", "code", quin.name, h.server.folder]).output.strip()
    assert code not in ask(q, "who used my number") and "person code" in ask(q, "who used my number")
    assert "number-texting: off" in ask(q, "what do you know"), "the code is possession, the yes is the person's own"


def control(server, line):
    """One line to the control socket, one line back, as `hoopoe person` does it."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(10)
        link.connect(str(server.folder / "control.sock"))
        link.sendall(line.encode() + b"\n")
        got = b""
        while not got.endswith(b"\n"):
            more = link.recv(65536)
            if not more:
                break
            got += more
    return json.loads(got) if got else None


def test_no_request_of_an_administrator_consents(house, join, client):
    h = house()
    quin, rosa = join("quin", "rosa", on=h.server)
    q = client(quin, on=h.server)
    ask(q, f"on number-texting {number()}")
    before = ask(q, "terms")
    name = quin.name
    known = [
        {"add": {"_0": []}}, {"list": {"after": "", "limit": 10}}, {"code": {"_0": name}}, {"show": {"_0": name}},
        {"remove": {"_0": rosa.name}},
    ]
    for request in known:
        assert "failed" not in control(h.server, json.dumps(request)), request
    for verb in ("grant", "on", "consent", "refuse", "withdraw", "off", "confirm", "leave", "stay", "terms", "decide"):
        for value in (name, [name, "sms"]):
            answer = control(h.server, json.dumps({verb: {"_0": value}}))
            assert answer is None or "failed" in answer, (verb, answer)
    assert ask(q, "terms") == before
    assert "nothing yet" in ask(q, "receipts"), "no decision came of any of it"
    commands = run([binary(), "person", "--help"]).output
    assert not re.search(r"^\s+(grant|consent|on|off|terms|allow)\b", commands, re.M)


# Leaving


def final(client, timeout=15.0):
    """The last words before the stream ends: sentence, receipt, proof."""
    wait_until(lambda: not client.connected, timeout, "the stream to end")
    rows = [m.body for m in client.received if m.bare == "localhost" and m.body]
    return rows[-3:]


def due_now(server):
    """Lets the days of grace pass: the store, stopped, is told that they have."""
    server.stop()
    with sqlite3.connect(server.folder / "regions" / "home" / "content.sqlite") as content:
        assert content.execute("UPDATE leaving SET due = 1").rowcount == 1
    content.close()


def test_leave_has_days_of_grace(quick, join, client):
    anna, ben = join("anna", "ben", on=quick)
    a, b = client(anna, on=quick), client(ben, on=quick)
    said = ask(a, "leave")
    assert all(word in said for word in ("7 days", "stay", "leave now", "STOP", "history", "copies"))
    assert "leave now" in ask(a, "leave"), "asked twice, it says when"
    assert "account ends" in ask(a, "what do you know")
    b.send(anna, "still there?")
    a.wait_text("still there?")
    # Clients without stream management are asked what they have within 0.9 s; sooner, they get it again.
    time.sleep(2)
    quick.restart()
    a = client(anna, on=quick)
    assert "You stay" in ask(a, "stay")
    assert "account ends" not in ask(a, "what do you know")
    assert "nothing has changed" in ask(a, "stay")


def test_the_days_pass(quick, join, client):
    anna, ben = join("anna", "ben", on=quick)
    a = client(anna, on=quick)
    ask(a, "on history"), ask(a, "leave")
    due_now(quick)
    quick.start()

    with pytest.raises(LoginFailed):
        client(anna, on=quick)
    b = client(ben, on=quick)
    assert b.wait_error(b.send(anna, "anyone?")).error == "service-unavailable"


def test_stay_after_a_kill_is_still_stay(quick, join, client):
    (anna,) = join("anna", on=quick)
    a = client(anna, on=quick)
    ask(a, "leave"), ask(a, "stay")
    quick.kill()
    quick.start()
    assert "account ends" not in ask(client(anna, on=quick), "what do you know")


def test_without_grace(own_server, join, client):
    server = own_server().start(leave__days=0)
    (anna,) = join("anna", on=server)
    a = client(anna, on=server)
    assert "at once" in ask(a, "how do I leave?")
    a.send("localhost", "leave")
    wait_until(lambda: not a.connected, 15, "the stream to end")


def test_the_final_receipt_verifies_after_the_account_is_gone(quick, join, client, tmp_path):
    anna, ben = join("anna", "ben", on=quick)
    a, a2 = client(anna, on=quick), client(anna, on=quick)
    ask(a, "on history")
    a.send("localhost", "leave now")
    words, receipt, proof = final(a)
    assert "has ended" in words and is_receipt(receipt) and is_proof(proof)
    assert final(a2)[1:] == [receipt, proof], "every app that was connected has it"
    verify(tmp_path, quick, receipt, proof)
    quick.restart()
    verify(tmp_path, quick, receipt, proof)
    quick.stop()
    held = [p for p in quick.folder.rglob("*") if p.is_file() and receipt.split(".")[1].encode() in p.read_bytes()]
    assert not held, "the final receipt is stored nowhere"


def test_removal_by_an_administrator_hands_the_receipt_over(quick, join, client, tmp_path):
    anna, ben = join("anna", "ben", on=quick)
    a = client(anna, on=quick)
    run([binary(), "person", "remove", "--yes", anna.name, quick.folder, "--receipt", tmp_path / "final"])
    receipt = (tmp_path / "final.receipt.jws").read_text()
    proof = (tmp_path / "final.tlog-proof").read_text()
    verify(tmp_path, quick, receipt, proof)
    assert final(a)[1:] == [receipt, proof], "the person has the same in hand"
    printed = run([binary(), "person", "remove", "--yes", ben.name, quick.folder]).output
    _, receipt, proof = printed.split("\n\n", 2)
    verify(tmp_path, quick, receipt, proof)


def name_at_rest(server, person):
    return [str(f) for f in server.folder.rglob("*") if f.is_file() and person.name.encode() in f.read_bytes()]


def test_nothing_is_left_at_rest_and_nothing_is_said_afterwards(house, join, client):
    h = house(log__interval=1)
    pia, quin = join("pia", "quin", on=h.server)
    p, q = client(pia, on=h.server), client(quin, on=h.server)
    n, contact = number(), number()
    canary = Canary(n, contact)
    turn_on_number(q, n, h.smsc)
    for purpose in ("sms", "history"):
        ask(q, f"on {purpose}")
    q.send(alias(contact), "a text of quin's")
    h.smsc.wait_text(contact, "a text of quin's")
    p.send(alias(n), "to quin")
    q.wait_text("to quin")
    receipts = proven(q, "receipt 1")
    show(h.server, quin)
    sent_before = len(p.wire_in), len(h.smsc.relay.from_client)
    ask(q, "leave")
    q.send("localhost", "leave now")
    final(q)
    assert refused(p, alias(n)) == "item-not-found" and refused(p, quin.jid) == "service-unavailable"
    salt = receipts[1].split("\n")[1].removeprefix("extra ").encode()

    def clean(when):
        assert not canary.files(h.server.folder), f"{when}: {canary.files(h.server.folder)[:5]}"
        assert not canary.search(h.server.log.encode()), when
        assert not name_at_rest(h.server, quin), f"{when}: the name is in {name_at_rest(h.server, quin)}"
        for path in (f for f in h.server.folder.rglob("*") if f.is_file()):
            data = path.read_bytes()
            assert salt not in data and receipts[0].encode() not in data, f"{when}: {path}"

    time.sleep(1.5)  # a batch of the log is published
    clean("while it runs")
    h.restart(kill=True)
    clean("after a kill")
    p2 = client(pia, on=h.server)
    ask(p2, "what do you know"), ask(p2, "who used my number")
    h.server.stop()
    clean("stopped")
    said = bytes(p.wire_in)[sent_before[0]:].replace(n.encode(), b"") + bytes(p2.wire_in)
    assert not canary.search(said, "what Pia was sent afterwards")
    assert not canary.search(bytes(h.smsc.relay.from_client)[sent_before[1]:], "the route afterwards")


def refused(client, to):
    return client.wait_error(client.send(to, "anyone?")).error


@pytest.mark.parametrize("round", range(6))
def test_leaving_that_is_interrupted_finishes_at_the_next_start(house, join, client, round):
    """SIGKILL at a random moment after the wish was heard; then nothing of the person is left, whatever was done before."""
    h = house(log__interval=1)
    server = h.server
    pia, quin = join("pia", "quin", on=server)
    q = client(quin, on=server)
    n = number()
    turn_on_number(q, n, h.smsc)
    ask(q, "on history"), ask(q, "on sms")
    for row in range(20):
        q.send(pia, f"row {row}")
    q.ping()
    due_rows = "SELECT count(*) FROM leaving"
    content = sqlite3.connect(f"file:{server.folder}/regions/home/content.sqlite?mode=ro", uri=True, isolation_level=None)
    q.send("localhost", "leave now")
    # As soon as the wish is on disk, or all is done already.
    wait_until(lambda: content.execute(due_rows).fetchone()[0] or not q.connected, 10, "the wish to be written", interval=0.0005)
    time.sleep(random.uniform(0, 0.03))
    server.kill()
    content.close()
    server.start()
    p = client(pia, on=server)
    assert refused(p, alias(n)) == "item-not-found" and refused(p, quin.jid) == "service-unavailable"
    server.stop()
    assert not Canary(n).files(server.folder)
    assert not name_at_rest(server, quin)
    with sqlite3.connect(f"file:{server.folder}/regions/home/keys.sqlite?mode=ro", uri=True) as keys:
        owners = keys.execute("SELECT count(DISTINCT owner) FROM key").fetchone()[0]
    keys.close()
    assert owners == 1, "only Pia has keys"


# Export


def test_export_is_a_link_of_its_own(quick, join, client):
    (anna,) = join("anna", on=quick)
    a = client(anna, on=quick)
    one, other = ask(a, "export"), ask(a, "export my data")
    links = [re.search(r"https://\S+/export/\S+", text) for text in (one, other)]
    assert all(links) and links[0][0] != links[1][0]
