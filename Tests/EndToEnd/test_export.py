"""Everything about a person, as one archive, by a link that works once: read by Python's zipfile and Debian's unzip."""

import hashlib
import io
import json
import re
import subprocess
import threading
import time
import zipfile
from xml.etree import ElementTree

import pytest

from harness.canary import Canary
from harness.texting import alias, ask, number, turn_on_number
from harness.waiting import wait_until
from harness.web import Browser

VCARD = '<vCard xmlns="vcard-temp"><FN>Anna of the export</FN></vCard>'
NOTE = '<query xmlns="jabber:iq:private"><note xmlns="urn:example:note">a private note</note></query>'


def link(client):
    return re.search(r"https://localhost:\d+/export/[A-Za-z0-9_-]{22}", ask(client, "export")).group()


def export(browser, client):
    answer = browser.ask(link(client), "POST")
    assert answer.status == 200, answer.content
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    return answer.content


def files(archive):
    """By name; checked against the archive's own list."""
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        assert zipped.testzip() is None
        content = {name: zipped.read(name) for name in zipped.namelist()}
    listed = {f["file"]: f for f in json.loads(content["manifest.json"])["files"]}
    assert set(listed) == set(content) - {"manifest.json"}
    for name, entry in listed.items():
        assert entry["size"] == len(content[name])
        assert entry["sha256"] == hashlib.sha256(content[name]).hexdigest()
    return content


def lines(content, folder):
    rows = []
    for name in sorted(n for n in content if n.startswith(folder + "/")):
        rows += [json.loads(line) for line in content[name].splitlines()]
    return rows


@pytest.fixture
def anna_and_others(shared_house, join, client):
    h = shared_house
    return h, Browser(h.server), *(client(x, on=h.server) for x in join("anna", "ben", "carl", on=h.server))


def test_export_holds_what_is_hers_and_nothing_of_anybody_else(anna_and_others, tmp_path):
    h, browser, anna, ben, carl = anna_and_others
    own, bens, stranger = number(), number(), number()
    turn_on_number(anna, own, h.smsc)
    turn_on_number(ben, bens, h.smsc)
    ask(anna, "on sms")
    anna.iq(VCARD, type="set")
    anna.iq(NOTE, type="set")
    anna.iq(f'<query xmlns="jabber:iq:roster"><item jid="{ben.person.jid}" name="Ben at work"><group>Work</group></item></query>', type="set")
    anna.iq('<block xmlns="urn:xmpp:blocking"><item jid="pest@localhost"/></block>', type="set")
    anna.send(ben, 'to Ben: "quotes", <tags> & ünïcode')
    ben.wait_text('to Ben: "quotes", <tags> & ünïcode')
    ben.send(anna, "back to Anna")
    anna.wait_text("back to Anna")
    carl.send(alias(own), "to her number")
    anna.wait_text("to her number")
    anna.send(alias(stranger), "by the phone network")
    wait_until(lambda: h.smsc.texts(stranger), 15, "the SMS")
    ben.send(carl, "between Ben and Carl only")
    carl.wait_text("between Ben and Carl only")

    archive = export(browser, anna)
    stored = tmp_path / "export.zip"
    stored.write_bytes(archive)
    subprocess.run(["unzip", "-tqq", stored], check=True, timeout=60)
    content = files(archive)

    account = json.loads(content["account.json"])
    assert account["address"] == anna.person.jid and account["region"] == "home"
    roster = {item["address"]: item for item in json.loads(content["roster.json"])}
    assert roster[ben.person.jid]["name"] == "Ben at work" and roster[ben.person.jid]["groups"] == ["Work"]
    assert json.loads(content["blocklist.json"]) == ["pest@localhost"]
    assert b"Anna of the export" in content["vcard.xml"]
    assert b"a private note" in content["private/001.xml"]
    assert json.loads(content["number.json"])["number"] == own

    messages = {m["body"]: m for m in lines(content, "messages")}
    sent = messages['to Ben: "quotes", <tags> & ünïcode']
    assert (sent["direction"], sent["with"]) == ("out", ben.person.jid)
    stanza = ElementTree.fromstring(sent["stanza"])
    assert stanza.findtext("{jabber:client}body") == sent["body"] and stanza.get("to").split("/")[0] == ben.person.jid
    assert messages["back to Anna"]["direction"] == "in"
    assert messages["to her number"]["direction"] == "in"
    assert [m["id"] for m in lines(content, "messages")] == sorted(m["id"] for m in messages.values())
    assert messages["by the phone network"]["with"] == alias(stranger)
    texts = [t["text"] for t in lines(content, "sms")]
    assert {"to": stranger, "words": "by the phone network"} in texts
    assert own + "@localhost" in {f["shown"] for f in json.loads(content["conversations-by-number.json"])}

    decisions = json.loads(content["decisions.json"])
    assert {(d["purpose"], d["action"]) for d in decisions} == {("number-texting", "grant"), ("sms", "grant")}
    assert sum(name.endswith(".receipt.jws") for name in content) == len(decisions)
    assert b"hoopoe receipt verify" in content["README.txt"]

    everything = b"".join(content.values())
    assert b"between Ben and Carl only" not in everything
    for verifier_like in (ben.person.password, anna.person.password, carl.person.password):
        assert verifier_like.encode() not in everything
    assert Canary(bens).search(everything) == []
    assert Canary(own).search(everything) and Canary(stranger).search(everything), "the canary sings where it should"


def test_what_was_withdrawn_is_not_in_it(anna_and_others):
    h, browser, anna, *_ = anna_and_others
    own, stranger = number(), number()
    turn_on_number(anna, own, h.smsc)
    ask(anna, "on sms")
    anna.send(alias(stranger), "soon withdrawn")
    wait_until(lambda: h.smsc.texts(stranger), 15, "the SMS")
    ask(anna, "off sms")
    ask(anna, "off number-texting")
    content = files(export(browser, anna))
    assert "number.json" not in content and not lines(content, "sms")
    assert Canary(own, stranger).search(b"".join(content.values())) == []
    assert {d["action"] for d in json.loads(content["decisions.json"])} == {"grant", "withdraw"}


def test_published_receipts_come_with_their_proofs(own_server, join, client):
    server = own_server().start(log__interval=1)
    anna, = join("anna", on=server)
    a, browser = client(anna, on=server), Browser(server)
    ask(a, "on history")

    def has_proof():
        content = files(export(browser, a))
        return content if any(name.endswith(".tlog-proof") for name in content) else None

    wait_until(has_proof, 30, "a receipt with its proof")
    content = has_proof()
    jws = next(n for n in content if n.endswith(".receipt.jws"))
    assert content[jws].count(b".") == 2
    assert content[jws.replace(".receipt.jws", ".tlog-proof")].startswith(b"c2sp.org/tlog-proof@v1\n")
    assert content["receipts/log-1.policy"] == browser.ask("/log/home/1/policy").content


def test_a_link_works_once(anna_and_others):
    _, browser, anna, *_ = anna_and_others
    once = link(anna)
    assert browser.ask(once, "POST").status == 200
    again = browser.ask(once, "POST")
    assert again.status == 404 and b"export" in again.content
    assert browser.ask(once).status == 404, "and there is no button any more"


def test_a_preview_of_a_link_does_not_use_it_up(anna_and_others):
    _, browser, anna, *_ = anna_and_others
    once = link(anna)
    for method in ("GET", "HEAD", "GET"):
        page = browser.ask(once, method)
        assert page.status == 200 and page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["cache-control"] == "no-store"
        assert "form-action 'self'" in page.headers["content-security-policy"]
        assert anna.person.name.encode() not in page.content, "a preview tells nothing of her"
    assert b'<form method="post">' in page.content and b"<button>" in page.content
    for method in ("PUT", "DELETE", "OPTIONS"):
        answer = browser.ask(once, method)
        assert answer.status == 405 and answer.headers["allow"] == "GET, HEAD, POST"
    assert browser.ask(once, "POST", body=b"x=1").status == 413, "there is nothing to send"
    # As browsers send a form without fields.
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "null"}
    archive = browser.ask(once, "POST", headers=headers)
    assert archive.status == 200 and archive.content.startswith(b"PK")


def test_a_newer_link_ends_the_one_before(anna_and_others):
    _, browser, anna, *_ = anna_and_others
    first, second = link(anna), link(anna)
    assert browser.ask(first, "POST").status == 404
    assert browser.ask(second, "POST").status == 200


def test_a_link_ends_with_the_server_and_with_the_account(own_server, join, client):
    server = own_server().start(leave__days=0)
    anna, ben = join("anna", "ben", on=server)
    a, b = client(anna, on=server), client(ben, on=server)
    anna_link, ben_link = link(a), link(b)
    a.send("localhost", "leave now")
    wait_until(lambda: not a.connected, 15, "the account to end")
    assert Browser(server).ask(anna_link).status == 404
    server.restart()
    assert Browser(server).ask(ben_link).status == 404


def test_two_at_the_same_link_get_one_archive(anna_and_others):
    _, browser, anna, *_ = anna_and_others
    shared, statuses = link(anna), []
    threads = [threading.Thread(target=lambda: statuses.append(browser.ask(shared, "POST").status)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Whoever finds all places taken is told so, and the link goes on working for whoever gets one.
    assert statuses.count(200) == 1 and set(statuses) <= {200, 404, 503}


def test_many_messages_pass_through_little_memory_and_leave_nothing(own_server, join, client):
    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    a, b, browser = client(anna, on=server), client(ben, on=server), Browser(server)
    padding = "x" * 60_000
    for turn in range(600):
        a.send(ben, f"canary-{turn} {padding}")
    b.wait_text(f"canary-599 {padding}", timeout=120)
    a.ping()
    files(export(browser, a))  # warm
    before = server.resident_bytes
    once = link(a)
    content = files(browser.ask(once, "POST").content)
    assert len(lines(content, "messages")) >= 600
    assert len([n for n in content if n.startswith("messages/")]) > 3, "in files of about a megabyte"
    # The archive is 36 MB; pages of it pass through.
    assert server.resident_bytes - before < 32_000_000
    token = once.rsplit("/", 1)[1].encode()
    server.stop()
    for path in server.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"canary-7 " not in data and token not in data and not data.startswith(b"PK"), path
    assert token.decode() not in server.log and anna.name not in server.log


def test_a_client_that_stops_reading_holds_no_place_for_ever(own_server, join, client):
    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    a, b, browser = client(anna, on=server), client(ben, on=server), Browser(server)
    padding = "x" * 100_000
    for turn in range(120):
        a.send(ben, f"{turn} {padding}")
    b.wait_text(f"119 {padding}", timeout=60)
    a.ping()
    path = "/" + link(a).split("/", 3)[3]
    with browser.raw(timeout=60) as wire:
        wire.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode())
        assert wire.recv(1000).startswith(b"HTTP/1.1 200 ")
        time.sleep(40)
        received = b""
        try:
            while chunk := wire.recv(1 << 20):
                received += chunk
        except OSError:
            pass
    assert not received.endswith(b"0\r\n\r\n"), "the archive isn't whole, and says so"
    files(export(browser, a))
