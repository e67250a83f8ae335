"""Limits on what an address may do: who is over one hears it in their own protocol, and nobody else is kept out."""

import base64
import http.client
import socket
import ssl
import time

import pytest

from harness.rawsocket import STREAM, RawSocket
from harness.status import Status
from harness.waiting import seconds, wait_until

# All of 127/8 reaches this machine: to the server these are other hosts.
MALLORY = "127.0.0.66"
NEIGHBOUR = "127.0.0.67"
LIMITS = {
    "limits__trusted_addresses": '["127.0.0.1"]', "limits__connections_per_address": 6, "limits__logging_in_per_address": 4,
    "limits__new_connections_per_minute": 40, "limits__failed_logins": 4, "limits__requests_per_minute": 5,
    "limits__login_seconds": 2, "limits__stanza_seconds": 2, "listen__metrics": "127.0.0.1:0",
}


@pytest.fixture
def limited(own_server):
    return lambda **settings: own_server().start(**{**LIMITS, **settings})


@pytest.fixture
def knock():
    made = []

    def connect(server, tls=None, source=MALLORY):
        made.append(RawSocket(server, tls, source))
        return made[-1]

    yield connect
    for one in made:
        one.close()


def throttled(server, limit):
    return next((s.value for f in Status(server).families() if f.name == "hoopoe_throttled" for s in f.samples
                 if s.labels.get("limit") == limit), None)


def plain(name, password):
    secret = base64.b64encode(f"\0{name}\0{password}".encode()).decode()
    return f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>"


def is_let_in(socket):
    socket.send_if_possible(STREAM)
    return socket.until("<stream:features>|<stream:error").group().endswith(b"features>")


def guess(socket, name, password="wrong"):
    """The condition and the words of what an attempt is answered with."""
    start = len(socket.read)
    socket.send(plain(name, password))
    found = socket.until(r"<success|<failure[^>]*><([a-z-]+)/>(?:<text[^>]*>([^<]*)</text>)?</failure>", start=start)
    return ("success", "") if found[0].startswith(b"<success") else (found[1].decode(), (found[2] or b"").decode())


def test_connections_that_do_not_log_in(limited, knock, join, client):
    server = limited(limits__login_seconds=60)
    silent = [knock(server) for _ in range(4)]
    for one in silent:
        one.open_stream()
    assert throttled(server, "logging-in-per-address") == 0
    assert knock(server).stream_error() == "policy-violation"
    with pytest.raises(ssl.SSLError, match="(?i)access.denied"):
        knock(server, "direct")
    assert throttled(server, "logging-in-per-address") == 2
    knock(server, source=NEIGHBOUR).open_stream()
    (anna,) = join("anna", on=server)
    client(anna, on=server).ping()
    silent.pop().close()
    wait_until(lambda: is_let_in(knock(server)), 5, "room after one left")


def test_who_only_sits_there_keeps_nobody_behind_the_same_address_out(limited, knock):
    server = limited(limits__login_seconds=60, limits__logging_in_per_address=1)
    silent = knock(server).open_stream()
    assert knock(server).stream_error() == "policy-violation"
    time.sleep(5.1)
    assert is_let_in(knock(server, "direct"))
    assert silent.stream_error() == "resource-constraint"


def test_connections_of_one_address(limited, knock, join):
    server = limited(limits__login_seconds=60)
    people = join(*(f"p{n}" for n in range(6)), on=server)
    for one in people:
        knock(server, "direct").login(one)
    refused = knock(server)
    assert refused.stream_error() == "policy-violation"
    assert refused.read.index(b"<stream:stream") < refused.read.index(b"<stream:error")
    assert b"Too many connections from your network." in refused.read
    knock(server, "direct", NEIGHBOUR).open_stream()


def test_connections_that_come_too_fast(limited, knock):
    server = limited(limits__connections_per_address=1_000, limits__logging_in_per_address=1_000)
    let_in = [is_let_in(knock(server)) for _ in range(60)]
    # One comes back every one and a half seconds.
    assert all(let_in[:40]) and let_in.count(False) >= 10
    assert throttled(server, "new-connections-per-minute") == let_in.count(False)
    knock(server, source=NEIGHBOUR).open_stream()


def test_all_places_taken(limited, knock, join):
    """Those who only sit there give their places up; those who have logged in keep theirs."""
    server = limited(limits__connections=3, limits__trusted_addresses='["127.0.0.0/8"]', limits__login_seconds=60)
    anna, ben = join("anna", "ben", on=server)
    a = knock(server, "direct")
    a.login(anna)
    silent = [knock(server).open_stream(), knock(server, "direct").open_stream()]
    assert knock(server).stream_error() == "resource-constraint"
    time.sleep(5.1)  # as long as logging in may take when others need the place
    b = knock(server, "direct", NEIGHBOUR)
    b.login(ben)
    assert silent[0].stream_error() == "resource-constraint"
    a.send(f"<message to='{ben.jid}' type='chat' id='m1'><body>still here</body></message>")
    b.send("<presence/>")
    b.until("still here")


@pytest.mark.parametrize("known", [True, False])
def test_wrong_passwords_cost_a_growing_wait(limited, knock, join, known):
    server = limited(limits__login_seconds=60, limits__connections_per_address=99, limits__logging_in_per_address=99)
    anna, ben, carl = join("anna", "ben", "carl", on=server)
    name = anna.name if known else "nobody"
    for round in range(3):
        m = knock(server, "direct").open_stream()
        answers = [guess(m, name) for _ in range(2)]
        if round < 2:
            assert [a[0] for a in answers] == ["not-authorized"] * 2
    # Four are free; with the fourth the wait begins, whatever the password.
    assert all(a[0] == "temporary-auth-failure" and "try again in 1 second" in a[1] for a in answers), answers
    assert guess(m, name)[0] == "temporary-auth-failure"
    assert m.stream_error() == "policy-violation"
    assert throttled(server, "failed-logins") == 3
    # A phone with an old password keeps nobody else behind its address out; who tries four accounts does, but for those known there.
    assert guess(knock(server, "direct").open_stream(), ben.name, ben.password)[0] == "success"
    for round in range(3):
        assert guess(knock(server, "direct").open_stream(), f"another-{round}")[0] == "not-authorized"
    assert guess(knock(server, "direct").open_stream(), carl.name, carl.password)[0] == "temporary-auth-failure"
    assert guess(knock(server, "direct").open_stream(), ben.name, ben.password)[0] == "success"
    assert guess(knock(server, "direct", NEIGHBOUR).open_stream(), carl.name, carl.password)[0] == "success"
    # After the wait there is one more, and then twice the wait.
    m = knock(server, "direct").open_stream()
    time.sleep(1.1)
    assert guess(m, name)[0] == "not-authorized"
    assert "try again in 2 seconds" in guess(m, name)[1]


def test_a_guesser_keeps_nobody_out_where_they_are_known(limited, knock, join):
    server = limited(limits__login_seconds=60, limits__logging_in_per_address=99)
    (anna,) = join("anna", on=server)
    knock(server, "direct", NEIGHBOUR).login(anna)
    m = knock(server, "direct").open_stream()
    while guess(m, anna.name)[0] == "not-authorized":
        if m.read.count(b"<failure") == 3:
            m = knock(server, "direct").open_stream()
    knock(server, "direct", NEIGHBOUR).login(anna)


@pytest.mark.parametrize("tls", [None, "direct"])
@pytest.mark.parametrize("said", ["", STREAM[:40], STREAM, STREAM + "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mech"])
def test_the_whole_login_has_a_deadline(limited, knock, tls, said):
    server = limited()
    m = knock(server, tls)
    m.send(said)
    assert m.stream_error(timeout=8) == "connection-timeout"


def test_a_handshake_that_drips_has_a_deadline(limited, knock):
    """A client hello that never ends, a byte at a time."""
    server = limited()
    with socket.create_connection(server.xmpps, seconds(10), (MALLORY, 0)) as dripping:
        dripping.settimeout(0.2)
        began = time.monotonic()
        for byte in b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500):
            try:
                dripping.send(bytes([byte]))
                if dripping.recv(100) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert 1 < time.monotonic() - began < seconds(12)


def test_a_stanza_has_a_deadline_and_time_between_stanzas_has_none(limited, knock, join):
    server = limited()
    anna, ben = join("anna", "ben", on=server)
    a, b = knock(server, "direct"), knock(server, "direct", NEIGHBOUR)
    a.login(anna), b.login(ben)
    b.send("<presence/>")
    # Stanzas cut anywhere are fine as long as each one is whole in time.
    text = f"<message to='{ben.jid}' type='chat'><body>cut</body></message>"
    a.send(text[:20])
    for _ in range(5):
        time.sleep(0.6)
        a.send(text[20:] + text[:20])
    assert a.stream_error(timeout=8) == "connection-timeout"
    b.send("<iq type='get' id='still' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
    b.until("id='still'")


def test_too_much_before_logging_in(limited, knock):
    server = limited(limits__login_seconds=60)
    # Single bytes reach the limit of reads or, where the server reads many at once, the one of bytes.
    for piece, count in ((5_000, 9), (1, 41_000)):
        m = knock(server, "direct").open_stream()
        for _ in range(count):
            if not m.send_if_possible(b" " * piece):
                break
        assert m.stream_error() == "policy-violation"


def test_requests_by_https(limited):
    server = limited()

    def ask(connection):
        connection.request("GET", "/terms/1.json")
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    context = ssl.create_default_context(cafile=server.ca)
    def connect(source):
        return http.client.HTTPSConnection("localhost", server.https[1], context=context, source_address=(source, 0), timeout=10)

    one = connect(MALLORY)
    assert [ask(one)[0] for _ in range(5)] == [200] * 5
    status, headers, body = ask(one)
    assert status == 429 and 1 <= int(headers["Retry-After"]) <= 12 and b"wait" in body
    assert ask(connect(NEIGHBOUR))[0] == 200
    assert throttled(server, "requests-per-minute") == 1


def test_who_asks_for_nothing_keeps_nobody_from_https(limited):
    """Eight addresses hold all 512 places with what they have asked for, and so nobody else's."""
    server = limited(
        limits__connections_per_address=64, limits__new_connections_per_minute=1000, limits__requests_per_minute=1000)
    context = ssl.create_default_context(cafile=server.ca)

    def ask(source, connection=None):
        connection = connection or http.client.HTTPSConnection(
            "localhost", server.https[1], context=context, source_address=(source, 0), timeout=10)
        connection.request("GET", "/terms/1.json")
        assert connection.getresponse().read()
        return connection

    held = [ask(f"127.0.0.{70 + n % 8}") for n in range(512)]
    mine = ask(NEIGHBOUR)
    # It is the one that has asked for nothing for the longest that had to go.
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError, ssl.SSLError)):
        held[0].auto_open = False
        ask(MALLORY, held[0])
    for one in (*held[-64:], mine):
        ask(MALLORY, one)
        one.close()
    for one in held:
        one.close()
