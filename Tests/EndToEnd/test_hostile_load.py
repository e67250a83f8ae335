"""Floods beside people who text: each is turned away or slowed down in its protocol's own words, costs little memory, and keeps
nobody from logging in and texting."""

import socket
import threading
import time

import pytest

from harness.hoopoe import Hoopoe
from harness.rawsocket import STREAM, RawSocket
from harness.waiting import seconds
from test_hostile_limits import guess

MIB = 1 << 20
# The people are on a trusted address, whoever attacks is elsewhere in 127/8.
MALLORY = "127.0.0.66"
CROWD = [f"127.2.0.{number + 1}" for number in range(40)]


@pytest.fixture(scope="module")
def flooded(tmp_path_factory):
    server = Hoopoe(tmp_path_factory.mktemp("flooded") / "house")
    server.start(limits__trusted_addresses='["127.0.0.1"]')
    yield server
    server.close()


@pytest.fixture
def beside(flooded, join, client):
    """Says whether people text and log in; in the end they must still, on the connections of the beginning."""
    anna, ben, carl = join("anna", "ben", "carl", on=flooded)
    a, b = client(anna, on=flooded), client(ben, on=flooded)
    said = 0

    def check():
        nonlocal said
        said += 1
        a.send(ben, f"text {said}")
        b.wait_text(f"text {said}", timeout=10)
        one = client(carl, on=flooded)
        one.ping()
        one.close()

    check()
    before = flooded.resident_bytes
    yield check
    check()
    assert flooded.process.running
    # What the process keeps for later is of all tests together.
    assert flooded.resident_bytes - before < 96 * MIB


class Flood:
    """Repeats an attack on a thread until the block ends; `answers` are what the attacks returned."""

    def __init__(self, attack, pause=0.0):
        self.answers = []
        self._attack, self._pause = attack, pause
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while not self._done.is_set():
            try:
                self.answers.append(self._attack())
            except (OSError, AssertionError) as problem:
                self.answers.append(type(problem).__name__)
            self._done.wait(self._pause)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join(seconds(15))


@pytest.fixture
def raw(flooded):
    made = []

    def connect(tls="direct", source=MALLORY):
        made.append(RawSocket(flooded, tls, source))
        return made[-1]

    yield connect
    for one in made:
        one.close()


@pytest.mark.parametrize("first", [b"", STREAM.encode()[:-1] + b" id='", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
                         ids=["silent", "header", "handshake"])
def test_half_open_connections(flooded, beside, first):
    address = flooded.xmpps if first.startswith(b"\x16") else flooded.xmpp
    before = flooded.resident_bytes
    held = []
    try:
        for number in range(1_000):
            held.append(socket.create_connection(address, seconds(10), (CROWD[number % 40], 0)))
            held[-1].sendall(first)
        beside()
        assert flooded.resident_bytes - before < 1_000 * 64 * 1024
    finally:
        for one in held:
            one.close()


def test_login_flood_from_one_address(flooded, beside, raw, join):
    (victim,) = join("victim", on=flooded)

    def attack():
        one = RawSocket(flooded, "direct", MALLORY)
        try:
            return guess(one.open_stream(), victim.name)[0]
        finally:
            one.close()

    with Flood(attack) as flood:
        limit = time.monotonic() + seconds(15)
        while flood.answers.count("temporary-auth-failure") < 10 and time.monotonic() < limit:
            beside()
    assert flood.answers.count("temporary-auth-failure") >= 10
    # Ten are free; until the last one is counted, one more may be looked at for each that is on its way.
    assert flood.answers.count("not-authorized") <= 16


BOMBS = {
    "entities": ("<!DOCTYPE lolz [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;&lol;&lol;'>]>" + STREAM, "restricted-xml"),
    "nesting": (STREAM + "<message>" + "<a>" * 3_000, "policy-violation"),
    "attributes": (STREAM + "<message " + " ".join(f"a{n}='x'" for n in range(1_000)) + "/>", "policy-violation"),
    "namespaces": (STREAM + "<message " + " ".join(f"xmlns:a{n}='urn:{n}'" for n in range(500)) + "/>", "policy-violation"),
    "name": (STREAM + "<message><" + "n" * 9_000 + "/></message>", "policy-violation"),
    "length": (STREAM + "<iq>" + "x" * 12_000, "policy-violation"),
}


def test_bombs_before_logging_in(flooded, beside, raw):
    before = flooded.resident_bytes
    for number in range(60):
        bomb, condition = list(BOMBS.values())[number % len(BOMBS)]
        one = raw(None, CROWD[number % 40])
        one.send(bomb)
        assert one.stream_error() == condition
    beside()
    assert flooded.resident_bytes - before < 16 * MIB


def test_single_bytes_without_end(flooded, beside, raw, join):
    (mallory,) = join("mallory", on=flooded)
    m = raw()
    m.login(mallory)
    text = f"<presence to='{mallory.jid}' type='probe'><status>drip</status></presence>".encode()

    def attack():
        for byte in text:
            m.send(bytes([byte]))

    with Flood(attack) as flood:
        limit = time.monotonic() + 2
        while time.monotonic() < limit:
            beside()
    assert len(flood.answers) > 5 and set(flood.answers) == {None}


def test_a_roster_that_nobody_reads(flooded, beside, raw, join):
    """Each change is pushed to all devices, which take none of it."""
    (mallory,) = join("mallory", on=flooded)
    devices = [raw() for _ in range(4)]
    for number, one in enumerate(devices):
        one.login(mallory)
        one.send(f"<iq type='get' id='r{number}'><query xmlns='jabber:iq:roster'/></iq>")
        one.until(f"id='r{number}'")
    before = flooded.resident_bytes
    groups = "".join(f"<group>{n}{'g' * 60}</group>" for n in range(4))
    for number in range(100):
        item = f"<item jid='contact{number}@elsewhere.example' name='{'n' * 200}'>{groups}</item>"
        devices[0].send(f"<iq type='set' id='s{number}'><query xmlns='jabber:iq:roster'>{item}</query></iq>")
        if number % 25 == 0:
            beside()
    devices[0].until("id='s99'", timeout=30)
    assert flooded.resident_bytes - before < 32 * MIB


def test_a_presence_storm(flooded, beside, raw, join):
    """What a client says of itself goes to all devices, which take none of it: they lose their connections, not the server its memory."""
    (mallory,) = join("mallory", on=flooded)
    devices = [raw() for _ in range(6)]
    for one in devices:
        one.login(mallory)
        one.send("<presence/>")
    before = flooded.resident_bytes
    status = "s" * 20_000
    for number in range(600):
        if not devices[0].send_if_possible(f"<presence><status>{number}{status}</status></presence>"):
            break
        if number % 150 == 0:
            beside()
    assert flooded.resident_bytes - before < 80 * MIB


def test_resource_churn(flooded, beside, raw, join):
    """Sessions that are left to be resumed are counted: beyond the limit none is bound."""
    (mallory,) = join("mallory", on=flooded)
    answers = []
    for number in range(36):
        one = raw("direct", CROWD[number])
        one.open_stream()
        assert guess(one, mallory.name, mallory.password)[0] == "success"
        one.read = b""
        one.open_stream()
        one.send(f"<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r{number}</resource></bind></iq>")
        answer = one.until("</jid></bind></iq>|<error.*?</iq>")[0]
        answers.append("resource-constraint" if b"<resource-constraint" in answer else answer[:40])
        if answers[-1] != "resource-constraint":
            one.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
            one.until("<enabled")
        one.close()
    assert answers.count("resource-constraint") == 4, answers
    beside()


def test_archive_queries(flooded, beside, raw, join):
    mallory, other = join("mallory", "other", on=flooded)
    m = raw()
    m.login(mallory)
    for number in range(300):
        m.send(f"<message to='{other.jid}' type='chat' id='m{number}'><body>{'b' * 3_000}</body></message>")
    m.send("<iq type='get' id='fence'><ping xmlns='urn:xmpp:ping'/></iq>")
    m.until("id='fence'")
    before = flooded.resident_bytes

    def query(id, fields="", most=1_000_000, page=""):
        form = ("<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>"
                f"{fields}</x>")
        m.read = b""
        m.send(f"<iq type='set' id='{id}'><query xmlns='urn:xmpp:mam:2'>{form}<set xmlns='http://jabber.org/protocol/rsm'>"
               f"<max>{most}</max>{page}</set></query></iq>")
        m.until(rf"<iq[^>]*id='{id}'.*?</iq>", timeout=20)
        return m.read

    for number in range(20):
        assert query(f"q{number}").count(b"<result ") == 100
        assert query(f"l{number}", page="<before/>").count(b"<result ") == 100
        nobody = "<field var='with'><value>nobody@elsewhere.example</value></field>"
        assert query(f"n{number}", nobody).count(b"<result ") == 0
        if number % 7 == 0:
            beside()
    ids = "<field var='ids'>" + "".join(f"<value>{n:016x}</value>" for n in range(200)) + "</field>"
    assert b"<resource-constraint" in query("ids", ids)
    assert flooded.resident_bytes - before < 32 * MIB
