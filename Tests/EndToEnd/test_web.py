"""What anybody may fetch over HTTPS, and what becomes of those who ask for other things."""

import os
import socket
import ssl
import time

import pytest

from harness.people import binary
from harness.process import run
from harness.waiting import wait_until
from harness.web import Browser


@pytest.fixture
def browser(server):
    return Browser(server)


def log_folder(server):
    return server.folder / "regions" / "home" / "log" / "1"


def plant(server):
    """Files of the forms that a log has, where the log lies; a real log's files stay as they are."""
    made = {}
    for name in ("checkpoint", "policy", "tile/0/000.p/7", "tile/0/x001/234", "tile/entries/000", "tile/63/x001/x000/067.p/255"):
        path = log_folder(server) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(os.urandom(321))
        made[name] = path
    return made


def test_log_files_are_served_as_they_lie(server, browser):
    for name, path in plant(server).items():
        answer = browser.ask(f"/log/home/1/{name}")
        assert answer.status == 200, name
        assert answer.content == path.read_bytes()
        is_tile = name.startswith("tile/")
        assert answer.headers["content-type"] == ("application/octet-stream" if is_tile else "text/plain; charset=utf-8")
        assert ("immutable" in answer.headers["cache-control"]) == is_tile
    assert browser.ask("/log/home/1/checkpoint").headers["cache-control"] == "no-store"


def test_terms_are_served_as_they_lie(server, browser):
    folder = server.folder / "terms"
    folder.mkdir(exist_ok=True)
    planted = folder / "900.json"
    planted.write_bytes(b'{"planted":true}')
    try:
        answer = browser.ask("/terms/900.json")
        assert (answer.status, answer.content) == (200, planted.read_bytes())
        assert answer.headers["content-type"] == "application/json"
        assert "immutable" in answer.headers["cache-control"]
    finally:
        planted.unlink()
    assert browser.ask("/terms/900.json").status == 404


def test_start_page_says_what_this_is(server, browser):
    plant(server)
    answer = browser.ask("/")
    assert answer.status == 200 and answer.headers["content-type"] == "text/html; charset=utf-8"
    page = answer.content.decode()
    assert "log/home/1/checkpoint" in page and "log/home/1/policy" in page
    assert "<script" not in page.lower() and "style" not in page.lower()
    for link in ("log/home/1/checkpoint", "log/home/1/policy"):
        assert browser.ask("/" + link).status == 200


def test_every_answer_has_the_security_headers_and_no_banner(browser):
    for path in ("/", "/nothing", "/log/home/1/policy"):
        headers = browser.ask(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers and "x-powered-by" not in headers
        assert headers["date"].endswith(" GMT")


@pytest.mark.parametrize("path", [
    "/log/home/1/../../region.key", "/log/home/../keys.sqlite", "/../hoopoe.yaml", "//etc/passwd", "/etc/passwd",
    "/log/home/1/%2e%2e/%2e%2e/region.key", "/log/home/1/..%2f..%2fregion.key", "/log/home/1/tile/../checkpoint",
    "/log/home/1/./checkpoint", "/log//home/1/checkpoint", "/log/home/1/checkpoint/..", "/terms/../hoopoe.yaml",
    "/terms/..%2fhoopoe.json", "/log/home/1/checkpoint%00", "/log/home/1\\checkpoint", "/regions/home/region.key",
    "/hoopoe.yaml", "/tls/server.key", "/log/home/1", "/log/home/1/", "/log/home/1/tile", "/log/elsewhere/1/checkpoint",
    "/export/", "/export/AAAAAAAAAAAAAAAAAAAAAA", "/checkpoint?x=../../region.key",
])
def test_paths_that_climb_or_guess_find_nothing(server, browser, path):
    plant(server)
    with browser.raw() as wire:  # as written: http.client might tidy it up
        wire.sendall(b"GET " + path.encode() + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: wire.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404 "), answer[:80]
    secret = (server.folder / "regions" / "home" / "region.key").read_bytes()
    assert secret not in answer and b"domain:" not in answer


def test_head_is_get_without_the_content(server, browser):
    plant(server)
    got, headed = browser.ask("/log/home/1/policy"), browser.ask("/log/home/1/policy", "HEAD")
    assert headed.status == 200 and headed.content == b""
    assert headed.headers["content-length"] == str(len(got.content))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(browser, method):
    answer = browser.ask("/", method)
    assert answer.status == 405 and answer.headers["allow"] == "GET, HEAD"


def test_a_body_is_refused_and_not_read_for_ever(browser):
    answer = browser.ask("/", "POST", body=b"x" * 10_000)
    assert answer.status == 413 and answer.headers["connection"] == "close"
    with browser.raw() as wire:
        wire.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000000\r\n\r\n")
        assert wire.recv(65536).startswith(b"HTTP/1.1 413 ")
        began = time.monotonic()
        with pytest.raises(OSError):
            while True:
                wire.sendall(b"x" * 65536)
                assert time.monotonic() - began < 10, "the connection is still open"
    with browser.raw() as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert wire.recv(65536).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("request_bytes", [
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
    b"\x00\x01\x02\x03 nothing of HTTP\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
])
def test_what_is_too_large_or_no_http_is_refused_and_ended(browser, request_bytes):
    with browser.raw() as wire:
        try:
            wire.sendall(request_bytes)
            answer = b"".join(iter(lambda: wire.recv(65536), b""))
        except OSError:
            return
    assert answer == b"" or answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 404 ", b"HTTP/1.1 413 ")), answer[:80]


def test_a_request_that_dribbles_is_ended(server, browser):
    with browser.raw(timeout=60) as slow, socket.create_connection(server.https, timeout=60) as mute:
        began = time.monotonic()
        slow.sendall(b"GET / HTTP/1.1\r\n")
        with pytest.raises(OSError):
            while True:
                slow.sendall(b"X")
                time.sleep(0.5)
                assert time.monotonic() - began < 45, "the connection is still open"
        mute.settimeout(30)
        try:
            assert mute.recv(100) == b""  # never even began TLS
        except ConnectionResetError:
            pass
    assert browser.ask("/").status == 200


def test_plain_http_gets_nothing(server, browser):
    with socket.create_connection(server.https, timeout=10) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            answer = b"".join(iter(lambda: plain.recv(65536), b""))
        except ConnectionResetError:
            answer = b""
    assert b"HTTP/" not in answer and b"<html" not in answer
    assert browser.ask("/").status == 200


def test_one_connection_serves_several_requests(browser):
    connection = browser.connect()
    for _ in range(5):
        connection.request("GET", "/")
        assert connection.getresponse().read()
    connection.close()


def test_xmpp_is_not_offered_here(server, browser):
    context = ssl.create_default_context(cafile=server.ca)
    context.set_alpn_protocols(["http/1.1"])
    for address, chosen in ((server.https, "http/1.1"), (server.xmpps, None)):
        with socket.create_connection(address, timeout=5) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                assert secure.selected_alpn_protocol() == chosen


def test_renewed_certificate_is_taken_without_a_restart(own_server):
    server = own_server().start()
    browser = Browser(server)

    def served():
        with browser.raw() as secure:
            return secure.getpeercert(binary_form=True)

    before = served()
    run([binary(), "renew", server.folder])
    wait_until(lambda: served() != before, 15, "the new certificate")


def test_switched_off_it_does_not_listen(own_server):
    server = own_server().start(listen__https="")
    assert server.https is None


def test_nothing_of_a_request_is_logged(own_server):
    server = own_server().start(log__level="trace")
    browser = Browser(server)
    browser.ask("/export/CaNaRyCaNaRyCaNaRyCaNa", headers={"X-IMEI": "490154203237518", "User-Agent": "canary-agent"})
    with browser.raw() as wire:
        wire.sendall(b"GET /canary-broken HTTP/1.1\r\nX-IMSI 310150123456789\r\n\r\n")
        wire.recv(1000)
    server.stop()
    for word in ("CaNaRy", "490154203237518", "canary", "310150123456789"):
        assert word not in server.log


def test_stopping_waits_for_no_idle_client(own_server):
    server = own_server().start()
    browser = Browser(server)
    idle = browser.connect()
    idle.request("GET", "/")
    idle.getresponse().read()
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 8
    idle.close()
