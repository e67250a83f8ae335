"""Bytes from nobody's friend: each gets the error the standard names, costs little memory and harms nobody else."""

import os

import pytest

from harness.rawsocket import STREAM, RawSocket
from harness.waiting import wait_until

MIB = 1 << 20
# What memory may grow by is counted in these: a sanitizer's own memory counts with the server's.
GROWTH = MIB * int(os.environ.get("HOOPOE_TEST_MEMORY", "1"))


@pytest.fixture
def raw(server):
    made = []

    def connect(tls="direct"):
        one = RawSocket(server, tls)
        made.append(one)
        return one

    yield connect
    for one in made:
        one.close()


@pytest.fixture
def bystanders(join, client):
    """Two people in the middle of a conversation; afterwards they must still be, on the same connections."""
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    a.send(ben, "before")
    b.wait_text("before")
    yield
    a.send(ben, "after")
    b.wait_text("after")
    b.send(anna, "yes")
    a.wait_text("yes")


RESTRICTED = {"restricted-xml"}
BROKEN = {"not-well-formed", "bad-format", "invalid-xml"}

# What is sent on a signed-in stream, and the stream errors that are right for it (RFC 6120 §4.9.3, §11).
ON_STREAM = {
    "comment": ("<!-- hello -->", RESTRICTED),
    "comment inside": ("<message><!-- hello --><body>x</body></message>", RESTRICTED),
    "processing instruction": ("<?php echo 1 ?>", RESTRICTED),
    "doctype": ("<!DOCTYPE lolz [<!ENTITY lol 'lol'>]>", RESTRICTED | BROKEN),
    "entity": ("<message><body>&lol;</body></message>", RESTRICTED | BROKEN),
    "html entity": ("<message><body>&nbsp;</body></message>", RESTRICTED | BROKEN),
    "mismatched tags": ("<message><body>x</message></body>", BROKEN),
    "bare ampersand": ("<message><body>a & b</body></message>", BROKEN),
    "bare less-than": ("<message><body>a < b</body></message>", BROKEN),
    "attribute twice": ("<message id='a' id='b'/>", BROKEN),
    "attribute twice by namespace": (
        "<message><x xmlns:p='urn:x' xmlns:q='urn:x' p:a='1' q:a='2'/></message>", BROKEN | {"bad-namespace-prefix"}),
    "unquoted attribute": ("<message id=a/>", BROKEN),
    "less-than in attribute": ("<message id='<'/>", BROKEN),
    "unbound prefix": ("<message><foo:bar/></message>", BROKEN | {"bad-namespace-prefix"}),
    "invalid UTF-8": (b"<message><body>\xff\xfe</body></message>", BROKEN | {"unsupported-encoding"}),
    "overlong UTF-8": (b"<message><body>\xc0\xaf</body></message>", BROKEN | {"unsupported-encoding"}),
    "UTF-8 surrogate": (b"<message><body>\xed\xa0\x80</body></message>", BROKEN | {"unsupported-encoding"}),
    "NUL": (b"<message><body>\x00</body></message>", BROKEN),
    "control character": (b"<message><body>\x0b</body></message>", BROKEN),
    "control character by reference": ("<message><body>&#11;</body></message>", BROKEN),
    "end of CDATA alone": ("<message><body>]]></body></message>", BROKEN),
    "text between stanzas": ("hello", BROKEN | {"policy-violation", "unsupported-stanza-type"}),
    "unknown stanza": ("<hello xmlns='jabber:client'/>", {"unsupported-stanza-type"}),
    "foreign namespace": ("<message xmlns='urn:example:other'/>", {"unsupported-stanza-type", "invalid-namespace"}),
    "another's address": ("<message from='somebody-else@localhost' to='x@localhost'><body>x</body></message>", {"invalid-from"}),
    "deep nesting": ("<message>" + "<a>" * 5000, {"policy-violation"}),
    "attribute flood": ("<message " + " ".join(f"a{n}='x'" for n in range(5000)) + "/>", {"policy-violation"}),
    "namespace flood": ("<message " + " ".join(f"xmlns:a{n}='urn:{n}'" for n in range(5000)) + "/>", {"policy-violation"}),
    "long name": ("<message><" + "n" * 100_000 + "/></message>", {"policy-violation"}),
    "oversize stanza": ("<message to='x@localhost'><body>" + "y" * (300 * 1024) + "</body></message>", {"policy-violation"}),
    "second stream header": ("<stream:stream></stream:stream>", {"unsupported-stanza-type", "policy-violation", "not-authorized", *BROKEN}),
}


@pytest.mark.parametrize("case", ON_STREAM)
def test_on_a_signed_in_stream(bystanders, raw, join, case):
    (mallory,) = join("mallory")
    hostile, conditions = ON_STREAM[case]
    m = raw()
    m.login(mallory)
    m.read = b""
    m.send_if_possible(hostile)
    assert m.stream_error() in conditions


BEFORE_SIGN_IN = {
    "comment": ("<!-- x -->", RESTRICTED),
    "message": ("<message to='a@localhost'><body>x</body></message>", {"not-authorized"}),
    "presence": ("<presence/>", {"not-authorized"}),
    "bind": ("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", {"not-authorized"}),
    "resume": ("<resume xmlns='urn:xmpp:sm:3' previd='guess' h='0'/>", {"not-authorized", "unsupported-stanza-type"}),
    "big": ("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + "A" * (128 * 1024), {"policy-violation"}),
}


@pytest.mark.parametrize("case", BEFORE_SIGN_IN)
def test_before_sign_in(bystanders, raw, case):
    hostile, conditions = BEFORE_SIGN_IN[case]
    m = raw().open_stream()
    m.read = b""
    m.send_if_possible(hostile)
    assert m.stream_error() in conditions


HEADERS = {
    "other host": (STREAM.replace("to='localhost'", "to='other.example'"), {"host-unknown"}),
    "no host": (STREAM.replace("to='localhost'", ""), {"host-unknown", "improper-addressing"}),
    "wrong stream namespace": (STREAM.replace("http://etherx.jabber.org/streams", "urn:example:streams"), {"invalid-namespace"}),
    "wrong content namespace": (STREAM.replace("xmlns='jabber:client'", "xmlns='urn:example:x'"), {"invalid-namespace"}),
    "other root": ("<hello xmlns='jabber:client'>", {"invalid-namespace", "bad-format", "not-well-formed", "invalid-xml"}),
    "not XML": ("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    "other encoding": (STREAM.replace("<?xml version='1.0'?>", "<?xml version='1.0' encoding='ISO-8859-1'?>"),
                       {"unsupported-encoding"}),
    "doctype": ("<?xml version='1.0'?><!DOCTYPE x SYSTEM 'file:///etc/passwd'>" + STREAM[21:], RESTRICTED | BROKEN),
}


@pytest.mark.parametrize("tls", [None, "direct"])
@pytest.mark.parametrize("case", HEADERS)
def test_stream_header(raw, case, tls):
    hostile, conditions = HEADERS[case]
    m = raw(tls)
    m.send(hostile)
    assert m.stream_error() in conditions
    # Even a refusal is a stream: the header comes before the error (RFC 6120 §4.9.1.2).
    assert m.read.index(b"<stream:stream") < m.read.index(b"<stream:error")


def test_nothing_before_tls(raw, join):
    (anna,) = join("anna")
    for said in (
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>",
        "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
        f"<message to='{anna.jid}'><body>x</body></message>",
    ):
        m = raw(tls=None).open_stream()
        assert b"mechanism" not in m.read and b"<required" in m.read
        m.send(said)
        everything = m.until("<failure|<stream:error").string
        assert b"<success" not in everything
        assert b"urn:ietf:params:xml:ns:xmpp-bind" not in everything


def test_bytes_smuggled_before_the_handshake_are_not_obeyed(raw):
    """What came in the clear behind `<starttls/>` must not count as said inside TLS (CVE-2011-0411)."""
    m = raw(tls=None).open_stream()
    m.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" + STREAM
           + "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>")
    try:
        m.until("<proceed|<failure|<stream:error", timeout=5)
        if b"<proceed" not in m.read:
            return
        m.read = b""
        m.start_tls()
    except (AssertionError, OSError):
        return  # Hanging up is the plainest refusal.
    m.send("<?xml version='1.0'?>" + STREAM[21:])
    m.until("</stream:features>")
    assert b"<failure" not in m.read and b"<success" not in m.read
    assert m.read.count(b"<stream:stream") == 1


def test_old_tls_is_refused(server):
    import socket
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(server.ca)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(server.xmpps, timeout=10) as plain, pytest.raises((ssl.SSLError, ConnectionResetError)):
        context.wrap_socket(plain, server_hostname="localhost")


def test_endless_stanza_is_cut_and_costs_no_memory(bystanders, server, raw, join):
    (mallory,) = join("mallory")
    m = raw()
    m.login(mallory)
    before = server.resident_bytes
    m.send("<message><body>")
    sent = 0
    while sent < 64 * MIB and m.send_if_possible(b"z" * MIB):
        sent += MIB
    assert m.stream_error_if_any() in ("policy-violation", None)  # None: the reset overtook it
    assert server.resident_bytes - before < 24 * GROWTH


def test_endless_attribute_before_sign_in_is_cut(bystanders, server, raw):
    m = raw()
    before = server.resident_bytes
    m.send(STREAM[:-1] + " id='")
    sent = 0
    while sent < 64 * MIB and m.send_if_possible(b"z" * MIB):
        sent += MIB
    assert m.stream_error_if_any() in ("policy-violation", None)
    assert server.resident_bytes - before < 24 * GROWTH


def test_one_byte_at_a_time(raw, join, client):
    """Dribbled bytes are slow, not wrong."""
    anna, ben = join("anna", "ben")
    b = client(ben)
    m = raw()
    m.login(anna)
    for byte in f"<message to='{ben.jid}' type='chat' id='d1'><body>drip &amp; drop é</body></message>".encode():
        m.send(bytes([byte]))
    b.wait_text("drip & drop é")


def test_largest_allowed_stanza_passes(raw, join, client):
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    text = "x" * (200 * 1024)
    a.send(ben, text)
    assert b.wait_text(text)


def test_slow_reader_does_not_grow_the_server(own_server, join, client):
    """A recipient that reads nothing gets parked on the stored queue; the memory stays."""
    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    m = RawSocket(server, "direct")
    m.login(ben)
    m.send("<presence/>")
    a = client(anna, on=server, stream_management=True)
    a.ping()
    before = server.resident_bytes
    for _ in range(8):
        for _ in range(60):
            a.send(ben, "w" * 200_000)
        a.wait_acked(a.send(anna, "fence"), timeout=60)
    # Pages, caches and what one recipient may have waiting in memory come to 40 MiB; 92 were sent.
    assert server.resident_bytes - before < 64 * GROWTH
    b = client(ben, on=server)
    a.send(ben, "still served")
    b.wait_text("still served", timeout=60)
    m.close()


def test_malformed_addresses(raw, join, client):
    (anna,) = join("anna")
    a = client(anna)
    for bad in ("@localhost", "a@", "a@b@localhost", "x" * 2000 + "@localhost", "sp ace@localhost", "a@localhost/"):
        start = len(a.received)
        a.raw(f"<message to='{bad}' id='bad' type='chat'><body>x</body></message>")
        got = a.wait_for(lambda m: m.type == "error", start=start)
        assert got.error == "jid-malformed", bad


def test_many_failed_sign_ins_end_the_stream(raw, join):
    (anna,) = join("anna")
    m = raw().open_stream()
    for _ in range(20):
        if not m.send_if_possible("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>"):
            break
    everything = m.until_closed(timeout=30)
    assert b"<success" not in everything
    assert 1 <= everything.count(b"<failure") <= 10


def test_hundred_silent_connections_do_not_stop_a_login(raw, join, client):
    silent = [raw(tls=None) for _ in range(100)]
    (anna,) = join("anna")
    client(anna).ping()
    assert wait_until(lambda: len(silent) == 100, 1)
