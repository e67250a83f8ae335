"""New terms: who agreed to the old ones is switched off at once, told once, and asked once. Nothing else stops."""

import hashlib
import json
import os
import sqlite3
import stat
import time

import pytest

from harness.process import Process, run
from harness.smsc import QUEUE_FULL, THROTTLED
from harness.terms import changed, content, document, ledger, notices, publish, verb
from harness.texting import alias, ask, no_more_submits, number, turn_on_number
from harness.waiting import stays, wait_until


@pytest.fixture
def three(house, join, client):
    """P has `sms`; Q has a number and nothing else; R has nothing."""
    h = house(sms__grace_seconds=2)
    p, q, r = (client(x, on=h.server, stream_management=True) for x in join("pia", "quin", "rose", on=h.server))
    ask(p, "on sms")
    n = number()
    turn_on_number(q, n, h.smsc)
    return h, p, q, r, n


# The folder


def test_init_writes_the_first_version_for_its_owner_alone(own_server):
    server = own_server()
    file = server.folder / "terms" / "1.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    shown = json.loads(verb(server, "show", "--json").output)
    assert shown["version"] == 1 and shown["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert len(shown["purposes"]) == 10
    assert {row["purpose"] for row in shown["purposes"] if row["text"]["offered"]} == {"number-texting", "sms", "history"}
    for row in shown["purposes"]:
        assert "home" in row["text"]["why"], "the region is named"


def test_an_older_folder_gets_the_first_version_at_its_first_start(own_server):
    server = own_server()
    published = (server.folder / "terms" / "1.json").read_bytes()
    (server.folder / "terms" / "1.json").unlink()
    (server.folder / "terms").rmdir()
    server.start()
    assert (server.folder / "terms" / "1.json").read_bytes() == published


def test_a_published_file_that_was_changed_stops_the_start(own_server):
    server = own_server()
    server.start()
    server.stop()
    file = server.folder / "terms" / "1.json"
    published = file.read_bytes()
    file.write_bytes(published.replace(b"encrypted", b"scrambled"))
    failed = run([server.program, "serve", server.folder, "--listen", "127.0.0.1:0"], check=False)
    assert failed.returncode == 78 and "terms/1.json isn't the file that was published" in failed.errors
    file.unlink()
    failed = run([server.program, "serve", server.folder, "--listen", "127.0.0.1:0"], check=False)
    assert failed.returncode == 78 and "terms/1.json was published and isn't there" in failed.errors
    file.write_bytes(published)
    server.start()


def test_what_cant_be_terms_is_refused_with_the_place(own_server):
    server = own_server()
    good = document(server)
    bad = server.folder.parent / "bad.json"

    def refused(change, sentence):
        terms = json.loads(json.dumps(good))
        change(terms)
        bad.write_text(json.dumps(terms))
        failed = verb(server, "publish", "--from", bad, "--yes", check=False)
        assert failed.returncode == 65 and sentence in failed.errors, failed.errors

    refused(lambda t: t["purposes"]["sms"].update(what="One. Two."), "sms.what must be exactly one sentence")
    refused(lambda t: t["purposes"]["sms"].update(why="It is kept."), "sms.why must name the region")
    refused(lambda t: t["purposes"].update(imsi=t["purposes"]["sms"]), 'no purpose "imsi"')
    refused(lambda t: t["purposes"]["sms"].update(changed=1), "sms must be an object of")
    refused(lambda t: t.update(version=7), "and nothing else")
    assert sorted(p.name for p in (server.folder / "terms").iterdir()) == ["1.json"]
    same = verb(server, "publish", "--yes", check=False)
    assert same.returncode == 1 and "nothing to publish" in same.errors


# Live


def test_a_changed_purpose_is_off_at_once_and_its_people_are_told_once(three):
    h, p, q, r, n = three
    p.send(alias("+4917604069001"), "before")
    h.smsc.wait_text("+4917604069001", "before")
    path = changed(h.server, "sms")
    diff = verb(h.server, "diff", "--from", path)
    assert "sms: 1 person is switched off" in diff.output and "in August" in diff.output
    done = publish(h.server, path)
    assert "version 2 is in force" in done.output and "sms: 1 switched off and told" in done.output
    count = len(h.smsc.attempts)
    id = p.send(alias("+4917604069001"), "after")
    error = p.wait_error(id)
    assert "The terms of sms have changed" in error.error_text
    no_more_submits(h.smsc, count)
    told = p.wait_for(lambda m: m.bare == "localhost" and m.body and "The terms have changed" in m.body, 10, "the notice").body
    assert "in August" in told and "version 2" in told
    assert "on sms" in told and "no sms" in told
    assert ledger(h.server, p.person) == [("sms", "grant", 1), ("sms", "stale", 2)]
    # Whom it doesn't concern nothing happens to.
    assert ledger(h.server, q.person) == [("number-texting", "grant", 1)]
    r.send(alias(n), "still by number")
    q.wait_text("still by number")
    # A new yes is to the new version, and goes on where the old one ended.
    ask(p, "on sms")
    p.send(alias("+4917604069001"), "again")
    h.smsc.wait_text("+4917604069001", "again")
    assert ledger(h.server, p.person)[-1] == ("sms", "grant", 2)
    h.restart()
    p.reconnect()
    p.ping()
    assert len(notices(p.received)) == 1
    assert [m.body for _, m in p.whole_archive() if m.body and m.body.startswith("The terms have changed")].__len__() == 1


def test_a_stale_number_reaches_nobody_and_shows_nowhere(three):
    h, p, q, r, n = three
    q.send(r.person.jid, "from my number")
    assert r.wait_text("from my number").bare == alias(n)
    publish(h.server, changed(h.server, "number-texting"))
    id = r.send(alias(n), "by number")
    unknown = r.send(alias("+4917604069777"), "to nobody")
    assert r.wait_error(id).error_text == r.wait_error(unknown).error_text, "like a number that is nobody's"
    q.send(r.person.jid, "from my address")
    assert r.wait_text("from my address").bare == q.person.jid
    # The number needn't be proven again: a yes to the new text is enough.
    ask(q, "on number-texting")
    r.send(alias(n), "by number again")
    q.wait_text("by number again")
    assert ledger(h.server, q.person) == [
        ("number-texting", "grant", 1), ("number-texting", "stale", 2), ("number-texting", "grant", 2)]


def test_a_code_asked_for_under_the_earlier_terms_is_no_yes_to_the_new(house, join, client):
    h = house()
    p = client(join("pia", on=h.server)[0], on=h.server, stream_management=True)
    n = number()
    ask(p, f"on number-texting {n}")
    code = h.smsc.wait_code(n)
    publish(h.server, changed(h.server, "number-texting"))
    assert "No code is waiting" in ask(p, f"code {code}")
    assert ledger(h.server, p.person) == []


def test_texts_that_wait_for_the_network_are_not_sent_and_their_sender_is_told(house, join, client):
    h = house(route={"window": 1})
    p = client(join("pia", on=h.server)[0], on=h.server, stream_management=True)
    ask(p, "on sms")
    h.smsc.answer = lambda segment: "silent"
    # One is with the carrier, one or two stand in the line behind it, the others are in the queue.
    ids = [p.send(alias(f"+49176040695{i:02d}"), f"waits {i}") for i in range(5)]
    for id in ids:
        p.wait_acked(id)
    wait_until(lambda: len(h.smsc.attempts) == 1, 10, "the first text at the carrier")
    time.sleep(0.5)
    [(waiting,)] = content(h.server, "SELECT count(*) FROM outgoing WHERE state = 0")
    assert waiting >= 2
    publish(h.server, changed(h.server, "sms"))
    for id in ids[2:]:
        assert "The terms of sms have changed" in p.wait_error(id).error_text
    told = p.wait_for(lambda m: m.bare == "localhost" and m.body and "The terms have changed" in m.body, 10, "the notice").body
    assert f"{waiting} texts of yours that waited to go out by SMS were not sent" in told
    h.smsc.answer = lambda segment: "accept"
    assert "The terms of sms have changed" in p.wait_error(ids[1], 20).error_text
    ask(p, "on sms")
    p.send(alias("+4917604069599"), "fresh")
    h.smsc.wait_text("+4917604069599", "fresh")
    assert len(h.smsc.attempts) == 2, "what was given up isn't sent later"


def test_segments_in_the_line_are_not_sent_either(three):
    h, p, q, r, n = three
    h.smsc.answer = lambda segment: THROTTLED
    long = "The quick brown fox jumps over the lazy dog. " * 20
    id = p.send(alias("+4917604069600"), long)
    p.wait_acked(id)
    wait_until(lambda: h.smsc.attempts, 10, "a first segment that is throttled")
    publish(h.server, changed(h.server, "sms"))
    tried = len(h.smsc.attempts)
    h.smsc.answer = lambda segment: "accept"
    stays(lambda: len(h.smsc.attempts) <= tried, 6, "no segment on the old yes")
    assert "The terms of sms have changed" in p.wait_error(id, 15).error_text
    wait_until(lambda: not content(h.server, "SELECT 1 FROM outgoing WHERE state IN (0, 1)"), 10, "nothing left in the queue")


def test_an_answer_by_sms_reaches_nobody_and_its_sender_is_told(three):
    h, p, q, r, n = three
    m = "+4917604069610"
    p.send(alias(m), "hello")
    source, _, _ = h.smsc.wait_text(m, "hello")
    publish(h.server, changed(h.server, "sms"))
    assert h.smsc.from_handset(m, source, "an answer") == 0, "the carrier needn't keep it"
    h.smsc.wait_text(m, "reached nobody")
    p.ping()
    assert "an answer" not in p.texts()


def test_the_archive_of_sms_conversations_is_closed_until_a_new_yes(three):
    h, p, q, r, n = three
    p.send(alias("+4917604069620"), "kept under sms")
    h.smsc.wait_text("+4917604069620", "kept under sms")
    assert "kept under sms" in [m.body for _, m in p.whole_archive()]
    publish(h.server, changed(h.server, "sms"))
    assert "kept under sms" not in [m.body for _, m in p.whole_archive()]
    assert "The terms have changed" in "".join(notices([m for _, m in p.whole_archive()]))
    ask(p, "on sms")
    assert "kept under sms" in [m.body for _, m in p.whole_archive()]


# Without a server


def test_publishing_in_a_folder_that_nobody_serves(three, client):
    h, p, q, r, n = three
    path = changed(h.server, "sms", "number-texting")
    p.close()
    q.close()
    h.server.stop()
    done = publish(h.server, path)
    assert "sms: 1 switched off" in done.output and "number-texting: 1 switched off" in done.output
    h.server.start()
    for person, purpose in ((p.person, "sms"), (q.person, "number-texting")):
        again = client(person, on=h.server, stream_management=True)
        again.wait_for(lambda m: m.body and "The terms have changed" in m.body, 10, "the notice")
        assert ledger(h.server, person)[-1] == (purpose, "stale", 2)


def test_an_import_turns_nothing_on_whatever_the_file_says(house, join, client):
    h = house()
    listing = h.server.folder.parent / "import.tsv"
    for line in ("una\tsecret words\tsms", "una\tsecret words\tsms=on\thistory=on", "una\tsecret words\tx\ty\tz"):
        listing.write_text(line + "\n")
        failed = run([h.server.program, "person", "add", "--from", listing, h.server.folder], check=False)
        assert failed.returncode == 65 and "line 1" in failed.errors, failed.errors
    person, = join("una", on=h.server)
    p = client(person, on=h.server, stream_management=True)
    assert ledger(h.server, person) == []
    answer = ask(p, "help")
    assert "sms: on" not in answer and "history: on" not in answer and "number-texting: on" not in answer


# Killed


def test_killed_while_publishing_everybody_is_switched_off_and_told_exactly_once(house, join, client):
    h = house()
    people = join(*(f"p{i}" for i in range(160)), on=h.server)
    # A yes each, by the door that everybody uses.
    for person in people:
        one = client(person, on=h.server, stream_management=True)
        ask(one, "on sms")
        one.close()
    path = changed(h.server, "sms")
    kills = 0
    verb_running = Process([h.server.program, "terms", "publish", h.server.folder, "--from", path, "--yes"])
    while kills < 3:
        stale = switched_off(h.server)
        goal = (kills + 1) * 32
        if stale >= goal:
            h.server.kill()
            kills += 1
            assert switched_off(h.server) < 160, "it was killed in the middle"
            h.server.start()
        time.sleep(0.002)
    verb_running.wait(20)
    wait_until(lambda: switched_off(h.server) == 160, 30, lambda: f"everybody switched off; {switched_off(h.server)} are")
    h.restart()
    rows = content(h.server, "SELECT owner, count(*) FROM ledger WHERE action = 'stale' AND purpose = 'sms' GROUP BY owner")
    assert len(rows) == 160 and {count for _, count in rows} == {1}
    for person in people[::16]:
        one = client(person, on=h.server, stream_management=True)
        one.wait_for(lambda m: m.body and "The terms have changed" in m.body, 10, "the notice")
        assert len(notices([m for _, m in one.whole_archive()])) == 1
        one.close()


def switched_off(server):
    try:
        return content(server, "SELECT count(*) FROM ledger WHERE action = 'stale'")[0][0]
    except sqlite3.OperationalError:
        return 0
