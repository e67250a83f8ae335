"""One message's way: what `hoopoe trace` tells an administrator, and what it doesn't, and who hears of the look."""

import json
import re
import time

import pytest

from harness.people import binary
from harness.process import Process, run
from harness.texting import SENDERS, alias, ask, number, turn_on_number
from harness.waiting import wait_until


def trace(server, id, *more, check=True):
    return run([binary(), "trace", id, server.folder, *more], check=check)


def way(server, id):
    return json.loads(trace(server, id, "--json").output)["trace"]


def names(found):
    return [step["stage"] for step in found["steps"]]


@pytest.fixture
def pair(server, join, client):
    anna, ben = join("anna", "ben")
    return (client(x, stream_management=True, carbons=True) for x in (anna, ben))


def test_every_step_of_a_message_that_arrives(server, pair, join, client):
    a, b = pair
    (eve,) = join("eve")
    e = client(eve)
    a.wait_acked(a.send(b.person, "what nobody else may read"))
    got = b.wait_text("what nobody else may read")
    id = got.stanza_ids[b.person.jid]
    wait_until(lambda: "confirmed" in names(way(server, id)), 10, lambda: f"all steps: {way(server, id)}")
    found = way(server, id)
    assert names(found) == ["received", "stored", "acknowledged", "sent", "confirmed"], found
    times = [step["at"] for step in found["steps"]]
    assert times == sorted(times) and abs(times[0] / 1000 - time.time()) < 60
    assert [copy["side"] for copy in found["copies"]] == ["sender", "recipient"]
    assert found["copies"][1] == {"side": "recipient", "id": id, "isWaiting": False}
    assert found["sms"] == []
    # The sender's own id leads to the same message.
    senders = found["copies"][0]["id"]
    assert [m_id for m_id, m in a.whole_archive() if m.body == "what nobody else may read"] == [senders]
    assert way(server, senders)["copies"] == found["copies"]
    shown = trace(server, id.upper())
    assert "confirmed by a device of the recipient" in shown.output and "will see that you looked" in shown.errors
    for word in (a.person.name, b.person.name, "nobody else", "localhost", "/"):
        assert word not in shown.output and word not in trace(server, id, "--json").output, word
    # Everybody whose message it is sees each look, nobody else does.
    for one in (a, b):
        assert "“trace”: how far one of your messages came" in ask(one, "who used my number")
    assert "No administrator" in ask(e, "who used my number")


def test_a_text_that_waits_says_so(server, join, client):
    anna, ben = join("anna", "ben")
    a = client(anna, stream_management=True)
    a.wait_acked(a.send(ben, "for later"))
    ((id, _),) = [(i, m) for i, m in a.whole_archive() if m.body == "for later"]
    found = way(server, id)
    assert names(found) == ["received", "stored", "acknowledged"] and found["copies"][1]["isWaiting"]
    said = trace(server, id).output
    assert "waits: no device of the recipient has confirmed it yet" in said and "not yet: sent" in said
    b = client(ben, stream_management=True)
    b.wait_text("for later")
    b.ping()
    wait_until(lambda: names(way(server, id))[3:] == ["sent", "confirmed"], 10, lambda: str(way(server, id)))


def test_two_devices_are_two_sendings(server, join, client):
    anna, ben = join("anna", "ben")
    a = client(anna, stream_management=True)
    devices = [client(ben, stream_management=True) for _ in range(2)]
    a.send(ben, "to both")
    id = [d.wait_text("to both") for d in devices][0].stanza_ids[ben.jid]
    wait_until(lambda: names(way(server, id)).count("sent") == 2, 10, lambda: str(way(server, id)))


def test_with_nobody_serving_only_what_is_on_disk_is_known(own_server, join, client):
    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    a = client(anna, on=server, stream_management=True)
    a.wait_acked(a.send(ben, "kept"))
    ((id, _),) = [(i, m) for i, m in a.whole_archive() if m.body == "kept"]
    server.stop()
    said = trace(server, id).output
    assert "stored: on disk" in said and "waits:" in said
    assert "not known: when received, acknowledged, sent; only a running server remembers that" in said
    assert way(server, id)["steps"] == [] and "remembersSince" not in way(server, id)
    server.start()
    assert "not known: when received, acknowledged, sent; the server remembers back to 20" in trace(server, id).output
    assert ask(client(ben, on=server), "who used my number").count("trace") == 4


def test_an_unknown_id_is_a_clear_error_and_no_look(server, join, client):
    (anna,) = join("anna")
    a = client(anna)
    for id in ("0000000000000001", "7fffffffffffffff"):
        ended = trace(server, id, check=False)
        assert ended.returncode == 66 and ended.output == ""
        assert f"there is no message {id} here" in ended.errors and "will see" not in ended.errors
    for id in ("anna", "../..", "", "00064400000000g0", "0" * 17, f"{anna.name}@localhost"):
        ended = trace(server, id, check=False)
        assert ended.returncode == 66 and "An id has 16 characters" in ended.errors
        assert not id or id not in ended.errors, "what could be anything isn't repeated"
    assert "No administrator" in ask(a, "who used my number")


def test_the_log_names_ids_at_debug_and_nothing_else(own_server, join, client):
    server = own_server().start(log__level="debug")
    anna, ben = join("anna", "ben", on=server)
    a, b = (client(x, on=server, stream_management=True) for x in (anna, ben))
    a.send(ben, "a debugged text")
    b.wait_text("a debugged text")
    (line,) = [json.loads(l) for l in server.log.splitlines() if "message stored" in l]
    assert set(line) == {"level", "logger", "message", "metadata", "time"} and set(line["metadata"]) == {"id"}
    assert "received" in names(way(server, line["metadata"]["id"]))


# SMS


@pytest.fixture
def carrier(tmp_path, own_server, join, client):
    """A server whose route ends at `hoopoe smsc`, and somebody who turned *sms* on."""
    password = tmp_path / "smsc.password"
    password.write_text("secret")
    pocket = Process(
        [binary(), "smsc", "--listen", "127.0.0.1:0", "--system-id", "hoopoe", "--password-file", password, "--json"], stdin="")
    address = json.loads(pocket.line(lambda text: text.startswith("ready "), timeout=20)[len("ready "):])["smpp"]
    server = own_server()
    server.routes({"name": "pocket", "smsc": address, "system-id": "hoopoe", "password-file": str(password),
                   "senders": SENDERS, "prefixes": ["+49"]})
    server.start(sms__grace_seconds=1, listen__metrics="127.0.0.1:0", numbers__new_per_day=200)
    (pia,) = join("pia", on=server)
    p = client(pia, on=server, stream_management=True)
    ask(p, "on sms")
    yield server, p, pocket
    pocket.kill()


def sent(p, body):
    ((id, _),) = [(i, m) for i, m in p.whole_archive() if m.body == body]
    return id


def test_an_sms_in_parts_to_its_receipts(carrier):
    server, p, _ = carrier
    n, body = number(), "a long text that is no secret to the carrier " * 8
    p.wait_acked(p.send(alias(n), body))
    id = sent(p, body)
    wait_until(lambda: way(server, id)["sms"] and way(server, id)["sms"][0]["state"] == "delivered", 20,
               lambda: str(way(server, id)))
    found = way(server, id)
    (sms,) = found["sms"]
    assert len(sms["parts"]) == 3 and [part["number"] for part in sms["parts"]] == [1, 2, 3]
    for part in sms["parts"]:
        assert part["state"] == "delivered" and sms["queuedAt"] <= part["acceptedAt"] <= sms["changedAt"]
    assert [copy["side"] for copy in found["copies"]] == ["sender"]
    assert names(found) == ["received", "stored", "acknowledged"]
    said = trace(server, id).output
    for words in ("SMS queued, to go out at once", "SMS part 3 taken by the carrier",
                  "SMS delivered, as the carrier's receipt says", "SMS part 1 of 3: delivered"):
        assert words in said, said
    for secret in (n, n[1:], n[3:], SENDERS[0][1:], p.person.name, "long text", "pocket"):
        assert secret not in said and secret not in json.dumps(found), secret
    assert not re.search(r"\d{8,15}\b", re.sub(r"\b[0-9a-f]{16}\b|\d{4}-\d\d-\d\dT[\d:.]+Z", "", said)), "no other number"


def test_an_sms_that_fails(carrier):
    server, p, pocket = carrier
    n = number()
    pocket.write(f"fail {n}\n")
    p.wait_acked(p.send(alias(n), "never arrives"))
    id = sent(p, "never arrives")
    wait_until(lambda: way(server, id)["sms"][0]["state"] == "failed", 20, lambda: str(way(server, id)))
    assert "SMS failed" in trace(server, id).output


def test_the_sms_that_stands_in_for_a_message(house, join, client):
    h = house(sms__grace_seconds=2)
    p, q = (client(x, on=h.server, stream_management=True) for x in join("pia", "quin", on=h.server))
    ask(p, "on sms")
    n = number()
    turn_on_number(q, n, h.smsc)
    q.close()
    p.wait_acked(p.send(alias(n), "where are you?"))
    id = sent(p, "where are you?")
    found = way(h.server, id)
    assert [copy["side"] for copy in found["copies"]] == ["sender", "recipient"]
    (sms,) = found["sms"]
    assert sms["state"] == "waiting" and sms["dueAt"] - sms["queuedAt"] == 2000 and sms["parts"] == []
    assert "SMS queued, to go out after 2000 ms unless a device confirms" in trace(h.server, id).output
    h.smsc.wait_text(n, "where are you?", timeout=20)
    wait_until(lambda: way(h.server, id)["sms"][0]["state"] == "delivered", 20, lambda: str(way(h.server, id)))
    back = client(q.person, on=h.server, stream_management=True)
    got = back.wait_text("where are you?")
    assert way(h.server, got.stanza_ids[q.person.jid])["sms"] == way(h.server, id)["sms"]
    assert n[1:] not in trace(h.server, id).output


def test_an_incoming_sms(house, join, client):
    h = house()
    (pia,) = join("pia", on=h.server)
    p = client(pia, on=h.server, stream_management=True)
    ask(p, "on sms")
    n = number()
    p.send(alias(n), "hello")
    source, _, _ = h.smsc.wait_text(n, "hello")
    h.smsc.from_handset(n, source, "hello yourself")
    got = p.wait_text("hello yourself")
    p.ping()
    id = got.stanza_ids[pia.jid]
    wait_until(lambda: "confirmed" in names(way(h.server, id)), 10, lambda: str(way(h.server, id)))
    assert [copy["side"] for copy in way(h.server, id)["copies"]] == ["recipient"]
    assert names(way(h.server, id)) == ["received", "stored", "sent", "confirmed"]
