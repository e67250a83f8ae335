"""TLS as configured, looked at by Debian's openssl: at each door only what is modern, and nothing smuggled in before it."""

import re
import socket
import ssl
import subprocess
import time

import pytest

from harness.openssl import DOORS, Pairs, agreed, client_hello, handshake, suites
from harness.people import binary
from harness.process import run
from harness.rawsocket import STREAM
from harness.secret import write_secret
from harness.waiting import seconds, wait_until

MODERN = {
    "ECDSA": ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"],
    "RSA": ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305"],
}
WEAK = [name for name in suites("ALL:COMPLEMENTOFALL") if name not in MODERN["ECDSA"] + MODERN["RSA"]]


@pytest.fixture(scope="module")
def both_keys(shared_server, tmp_path_factory):
    """The server by the kind of its key: most suites need one kind or the other."""
    from harness.hoopoe import Hoopoe

    folder = tmp_path_factory.mktemp("rsa")
    rsa = Hoopoe(folder / "house")
    chain, key = Pairs(rsa, folder).make("rsa", key=("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"))
    if shared_server.process is None:
        shared_server.start()
    rsa.start(tls__certificate=chain, tls__key=key)
    yield {"ECDSA": shared_server, "RSA": rsa}
    rsa.close()


def refused(done):
    """Whether the server ended the handshake; a failure of the client by itself doesn't count."""
    assert "unable to" not in done.text and "no ciphers available" not in done.text, done.text
    return agreed(done) is None and re.search(r"alert|unexpected eof|write:errno|handshake failure", done.text) is not None


# Protocols and suites


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", ["ECDSA", "RSA"])
def test_only_modern_suites(both_keys, door, kind):
    server = both_keys[kind]
    for suite in MODERN[kind]:
        done = handshake(server, door, "-tls1_2", "-cipher", suite)
        assert agreed(done) == ("TLSv1.2", suite), done.text
        assert "Verify return code: 0 (ok)" in done.text
    assert len(WEAK) > 100
    # All at once: if the server knew any one of them, it would take it.
    assert refused(handshake(server, door, "-tls1_2", "-cipher", ":".join([*WEAK, "@SECLEVEL=0"])))
    chosen = agreed(handshake(server, door, "-tls1_2", "-cipher", ":".join([*WEAK, MODERN[kind][1], "@SECLEVEL=0"])))
    assert chosen == ("TLSv1.2", MODERN[kind][1])


@pytest.mark.parametrize("door", DOORS)
def test_only_tls_1_2_and_1_3(server, door):
    assert agreed(handshake(server, door, "-tls1_3"))[0] == "TLSv1.3"
    assert agreed(handshake(server, door, "-tls1_2"))[0] == "TLSv1.2"
    assert agreed(handshake(server, door))[0] == "TLSv1.3"
    for old in ("-tls1", "-tls1_1"):
        done = handshake(server, door, old, "-cipher", "ALL:@SECLEVEL=0")
        assert refused(done) and "alert protocol version" in done.text, done.text


def test_ssl_2_and_3_are_refused(server):
    """openssl speaks neither any more: a hello of each by hand."""
    hello_3 = bytes.fromhex("0300") + bytes(32) + b"\0" + bytes.fromhex("0004 002f 000a") + bytes.fromhex("0100")
    hello_3 = b"\x16\x03\x00" + (len(hello_3) + 4).to_bytes(2, "big") + b"\x01" + len(hello_3).to_bytes(3, "big") + hello_3
    body = bytes.fromhex("01 0002 0006 0000 0010 010080 0700c0") + bytes(16)
    hello_2 = (0x8000 | len(body)).to_bytes(2, "big") + body
    for hello in (hello_3, hello_2):
        with socket.create_connection(server.xmpps, timeout=seconds(10)) as plain:
            plain.sendall(hello)
            answer = plain.recv(4096)
            # Nothing, or an alert (21): never a ServerHello.
            assert answer[:1] in (b"", b"\x15"), answer


@pytest.mark.parametrize("kind,algorithm", [("ECDSA", "ECDSA+SHA1"), ("RSA", "RSA+SHA1")])
def test_nothing_is_signed_with_sha_1(both_keys, kind, algorithm):
    options = ["-tls1_2", "-cipher", "ALL:@SECLEVEL=0", "-sigalgs"]
    assert refused(handshake(both_keys[kind], "xmpps", *options, algorithm))
    assert agreed(handshake(both_keys[kind], "xmpps", *options, algorithm.replace("SHA1", "SHA256")))


# What TLS has besides


@pytest.mark.parametrize("door", DOORS)
def test_no_renegotiation_and_no_compression(server, door):
    done = handshake(server, door, "-tls1_2", "-comp", stdin=b"R\n")
    assert agreed(done) and "RENEGOTIATING" in done.text
    assert re.search(r"no renegotiation|unexpected eof|alert|write:errno", done.text.split("RENEGOTIATING")[1]), done.text
    assert "Compression: NONE" in done.text and "Expansion: NONE" in done.text
    assert "Secure Renegotiation IS supported" in done.text  # RFC 5746 §3.6: says so, and never does it


@pytest.mark.parametrize("door", ["xmpps", "https"])
def test_no_early_data(server, door, tmp_path):
    """What is sent in the first flight of a resumed session could be played again: the server promises to take none."""
    ticket, early = tmp_path / "ticket", tmp_path / "early"
    early.write_text(STREAM)
    host, port = getattr(server, door)
    alpn = {"xmpps": "xmpp-client", "https": "http/1.1"}[door]
    argv = ["openssl", "s_client", "-connect", f"{host}:{port}", "-tls1_3", "-alpn", alpn, "-CAfile", server.ca,
            "-sess_out", ticket]
    keeper = subprocess.Popen(list(map(str, argv)), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        # A ticket comes with the first bytes after the handshake, or not at all.
        keeper.stdin.write(STREAM.encode() if door == "xmpps" else b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        keeper.stdin.flush()
        limit = time.monotonic() + 3
        while not ticket.exists() and time.monotonic() < limit:
            time.sleep(0.02)
    finally:
        keeper.kill()
        keeper.wait()
    if not ticket.exists():
        return  # Without a ticket there is no first flight.
    shown = subprocess.run(["openssl", "sess_id", "-in", ticket, "-noout", "-text"], capture_output=True, timeout=20)
    assert b"Max Early Data: 0" in shown.stdout or b"Max Early Data" not in shown.stdout, shown.stdout
    done = handshake(server, door, "-tls1_3", "-sess_in", str(ticket), "-early_data", str(early))
    assert "Early data was accepted" not in done.text


@pytest.mark.parametrize("door,protocol", [("xmpps", "xmpp-client"), ("https", "http/1.1"), ("xmpp", "xmpp-client")])
def test_application_protocol(server, door, protocol):
    """XEP-0368: a client that asks for its protocol is told that it is spoken here, wherever it stands in its list."""
    for offered in (protocol, f"h2,{protocol}", f"{protocol},h2"):
        assert f"ALPN protocol: {protocol}" in handshake(server, door, "-alpn", offered).text
    for offered in ("xmpp-server", "http/1.1" if door != "https" else "xmpp-client"):
        assert "No ALPN negotiated" in handshake(server, door, "-alpn", offered).text


# STARTTLS


def open_in_the_clear(server):
    plain = socket.create_connection(server.xmpp, timeout=seconds(10))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    plain.sendall(STREAM.encode())
    heard = b""
    while b"</stream:features>" not in heard:
        heard += plain.recv(4096)
    return plain


def to_the_end(connection):
    heard = b""
    try:
        while more := connection.recv(4096):
            heard += more
    except (ConnectionError, ssl.SSLError):
        pass
    return heard


STARTTLS = b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
SMUGGLED = {
    "a login": b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>",
    "a stream": STREAM.encode(),
    "half an element": b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mech",
    "one byte": b"<",
}


@pytest.mark.parametrize("what", SMUGGLED)
def test_what_follows_starttls_is_refused(server, what):
    """In one segment with `<starttls/>` (CVE-2011-0411): the stream ends before there is any TLS."""
    with open_in_the_clear(server) as plain:
        plain.sendall(STARTTLS + SMUGGLED[what])
        heard = to_the_end(plain)
    assert b"<policy-violation" in heard and b"<proceed" not in heard, heard


def test_a_line_end_behind_starttls_is_forgotten(server):
    """Space between elements says nothing, and none of it comes to be in the stream under TLS."""
    with open_in_the_clear(server) as plain:
        plain.sendall(STARTTLS + b"\n")
        assert plain.recv(4096).startswith(b"<proceed")
        with ssl.create_default_context(cafile=server.ca).wrap_socket(plain, server_hostname="localhost") as secure:
            secure.sendall(STREAM.encode())
            heard = b""
            while b"</stream:features>" not in heard:
                heard += secure.recv(4096)
            assert b"error" not in heard and heard.count(b"<stream:stream") == 1


@pytest.mark.parametrize("what", SMUGGLED)
def test_what_follows_proceed_is_not_heard(server, what):
    """Sent in the clear once the server listens for a handshake: it is no handshake, and nothing else is heard."""
    with open_in_the_clear(server) as plain:
        plain.sendall(STARTTLS)
        heard = b""
        while not heard.endswith(b"/>"):
            heard += plain.recv(4096)
        assert heard == b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
        context = ssl.create_default_context(cafile=server.ca)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
        with pytest.raises(ssl.SSLWantReadError):
            tls.do_handshake()
        plain.sendall(SMUGGLED[what] + outgoing.read())
        heard = to_the_end(plain)
    # At most an alert: no stream, no features, no ServerHello.
    assert heard[:1] in (b"", b"\x15") and b"stream" not in heard, heard


def test_starttls_begins_a_new_stream_that_remembers_nothing(server):
    with open_in_the_clear(server) as plain:
        plain.sendall(STARTTLS)
        assert plain.recv(4096).startswith(b"<proceed")
        context = ssl.create_default_context(cafile=server.ca)
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            secure.sendall(STREAM.encode())
            heard = b""
            while b"</stream:features>" not in heard:
                heard += secure.recv(4096)
            assert heard.count(b"<stream:stream") == 1 and b"SCRAM-SHA-256" in heard and b"starttls" not in heard


# The way out


def test_a_carrier_is_offered_the_same(own_server, tmp_path):
    """SMPP over TLS: what the server offers a carrier is as modern as what it takes from clients."""
    with socket.create_server(("127.0.0.1", 0)) as carrier:
        carrier.settimeout(seconds(20))
        server = own_server()
        write_secret(server.folder / "carrier.password", "secret")
        server.routes({
            "name": "carrier", "smsc": "127.0.0.1:%d" % carrier.getsockname()[1], "tls": True, "system-id": "hoopoe",
            "password-file": "carrier.password", "senders": ["+447700900123"], "prefixes": ["+44"]})
        server.start()
        connection, _ = carrier.accept()
        with connection:
            connection.settimeout(seconds(10))
            record = b""
            while len(record) < 5 or len(record) < 5 + int.from_bytes(record[3:5], "big"):
                record += connection.recv(4096)
    offered = client_hello(record)
    assert set(offered["versions"]) - {v for v in offered["versions"] if v & 0x0F0F == 0x0A0A} == {0x0304, 0x0303}
    modern = {0x1301, 0x1302, 0x1303, 0xC02B, 0xC02C, 0xC02F, 0xC030, 0xCCA8, 0xCCA9}
    assert {s for s in offered["suites"] if s & 0x0F0F != 0x0A0A} == modern
    assert offered["compression"] == [0]
    assert offered["signatures"] and not {0x0201, 0x0203} & set(offered["signatures"])


# Certificates that change


def shown(server, door):
    """The certificate that a new connection gets, DER."""
    done = handshake(server, door, "-showcerts")
    assert "Verify return code: 0 (ok)" in done.text, done.text
    return ssl.PEM_cert_to_DER_cert(re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", done.text, re.S)[0])


def everywhere(server):
    return {door: shown(server, door) for door in DOORS}


def put(server, pair):
    chain, key = pair
    for path, source in ((server.folder / "tls" / "server.key", key), (server.folder / "tls" / "server.pem", chain)):
        fresh = path.with_suffix(".new")
        fresh.write_bytes(source.read_bytes())
        fresh.rename(path)


def test_a_new_certificate_ends_no_session(own_server, join, client, tmp_path):
    import os
    import signal

    server = own_server().start()
    anna, ben = join("anna", "ben", on=server)
    a, b = client(anna, on=server), client(ben, on=server, tls="direct", stream_management=True)
    waiting = open_in_the_clear(server)
    first = everywhere(server)
    assert len(set(first.values())) == 1

    # Noticed by itself, told by the verb, told by SIGHUP.
    previous = first["xmpps"]
    for step, tell in enumerate((
        lambda: None,
        lambda: run([binary(), "reload", server.folder]),
        lambda: os.kill(server.process.pid, signal.SIGHUP),
    )):
        chain, _ = pair = Pairs(server, tmp_path).make(f"good{step}")
        wanted = ssl.PEM_cert_to_DER_cert(re.search(r"-----BEGIN.*?-----END CERTIFICATE-----", chain.read_text(), re.S)[0])
        assert wanted != previous
        put(server, pair)
        tell()
        wait_until(lambda: set(everywhere(server).values()) == {wanted}, 10, "the new certificate at every door")
        previous = wanted
        a.send(ben, f"still here {step}")
        b.wait_text(f"still here {step}")
        a.ping(), b.ping()
    assert a.connected and b.connected

    # Who was in the middle of it gets the certificate of now.
    waiting.sendall(STARTTLS)
    assert waiting.recv(4096).startswith(b"<proceed")
    with ssl.create_default_context(cafile=server.ca).wrap_socket(waiting, server_hostname="localhost") as secure:
        assert secure.getpeercert(binary_form=True) == previous
    assert server.log.count("certificate taken up") >= 3


def test_a_bad_certificate_changes_nothing_and_is_told(own_server, tmp_path):
    server = own_server().start()
    pairs = Pairs(server, tmp_path)
    good, other = pairs.make("good"), pairs.make("other")
    put(server, good)
    assert "good until" in run([binary(), "reload", server.folder]).output
    before = everywhere(server)
    garbage, nothing = tmp_path / "garbage", tmp_path / "nothing"
    garbage.write_text("-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n")
    nothing.write_text("")
    bad = [
        ("does not belong to the certificate", (good[0], other[1])),
        ("ended on 2020-02-01", pairs.make("ended", dates=("20200101000000Z", "20200201000000Z"))),
        ("is not good yet", pairs.make("early", dates=("20800101000000Z", "20810101000000Z"))),
        ("holds no PEM certificate", (garbage, good[1])),
        ("holds no PEM certificate", (nothing, good[1])),
        ("holds no PEM private key", (good[0], nothing)),
    ]
    for said, pair in bad:
        put(server, pair)
        told = run([binary(), "reload", server.folder], check=False)
        assert told.returncode == 78 and said in told.errors and "the certificate before stays in use" in told.errors, told.errors
        assert everywhere(server) == before
        assert said in server.process.stderr_lines[-1] and "the one before stays" in server.process.stderr_lines[-1]
    (server.folder / "tls" / "server.pem").unlink()
    assert run([binary(), "reload", server.folder], check=False).returncode == 78
    assert everywhere(server) == before

    # Nobody told the server of this one: it is told of once, without anybody's asking.
    errors = len([line for line in server.process.stderr_lines if '"error"' in line])
    put(server, (good[0], other[1]))
    wait_until(lambda: everywhere(server) and len([x for x in server.process.stderr_lines if '"error"' in x]) > errors, 10, "the word")
    for _ in range(4):
        assert everywhere(server) == before
        time.sleep(0.5)
    assert len([line for line in server.process.stderr_lines if '"error"' in line]) == errors + 1

    put(server, other)
    run([binary(), "reload", server.folder])
    assert everywhere(server) != before


def test_reload_needs_a_server(own_server):
    server = own_server()
    told = run([binary(), "reload", server.folder], check=False)
    assert told.returncode == 69 and "cannot be reached" in told.errors


def test_a_server_starts_with_a_certificate_that_has_ended(own_server, tmp_path):
    """Refusing would help nobody; clients decide, and the log says it."""
    server = own_server()
    put(server, Pairs(server, tmp_path).make("ended", dates=("20200101000000Z", "20200201000000Z")))
    server.start()
    assert "certificate has expired" in handshake(server, "xmpps").text
    wait_until(lambda: "the certificate ends soon or has ended" in server.log, 10, "the warning")
