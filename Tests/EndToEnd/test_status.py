"""Health, readiness and metrics: on their own port, for whoever runs the server, and nothing personal in them."""

import math
import os
import shutil
import signal
import subprocess
import time

import pytest

from harness.canary import Canary
from harness.status import Status
from harness.texting import alias, ask, number, turn_on_number
from harness.waiting import wait_until
from harness.web import Browser

MEASURED = {
    "hoopoe_build_info": "gauge", "hoopoe_ready": "gauge", "hoopoe_connections_open": "gauge", "hoopoe_connections": "counter",
    "hoopoe_throttled": "counter", "hoopoe_logins": "counter", "hoopoe_sessions_open": "gauge", "hoopoe_stanzas_received": "counter",
    "hoopoe_stanzas_sent": "counter", "hoopoe_outbox_stanzas": "gauge", "hoopoe_commit_jobs": "histogram",
    "hoopoe_commit_seconds": "histogram", "hoopoe_sms_texts": "counter", "hoopoe_sms_texts_received": "counter",
    "hoopoe_writer_queue_jobs": "gauge", "hoopoe_sms_queue_texts": "gauge", "hoopoe_consent_denials": "counter",
    "hoopoe_log_leaves_published": "gauge", "process_cpu_seconds": "counter", "process_resident_memory_bytes": "gauge",
    "process_virtual_memory_bytes": "gauge", "process_open_fds": "gauge", "process_max_fds": "gauge",
    "process_start_time_seconds": "gauge",
}
LABELS = {"version", "listener", "limit", "outcome", "kind", "state", "purpose", "le"}


@pytest.fixture
def watched(own_server):
    return own_server().start(listen__metrics="127.0.0.1:0")


def test_off_unless_asked_for_and_never_on_the_public_port(server, own_server):
    assert server.metrics is None, "nobody listens for questions that nobody asked to be answered"
    watched = own_server().start(listen__metrics="127.0.0.1:0")
    for path in ("/health", "/ready", "/metrics"):
        assert Status(watched).ask(path)[0] == 200
        assert Browser(watched).ask(path).status == 404
    assert Status(watched).ask("/terms/1.json")[0] == 404
    assert Status(watched).ask("/metrics", "POST")[0] == 405


def test_answers_are_plain_words(watched):
    status = Status(watched)
    code, headers, body = status.ask("/ready")
    assert (code, body) == (200, b"ready\n") and headers["Content-Type"].startswith("text/plain")
    assert status.ask("/health")[2] == b"ok\n"
    assert status.ask("/metrics")[1]["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert status.ask("/metrics", "HEAD")[2] == b""


def test_the_format_is_what_others_read(watched):
    """prometheus-client reads all of it, and finds each family once, of its kind, with closed labels."""
    families = Status(watched).families()
    assert {f.name: f.type for f in families} == MEASURED and len(families) == len(MEASURED)
    for family in families:
        assert family.documentation.endswith(".")
        for sample in family.samples:
            assert set(sample.labels) <= LABELS and math.isfinite(sample.value), sample
    for family in (f for f in families if f.type == "histogram"):
        buckets = [s for s in family.samples if s.name.endswith("_bucket")]
        bounds = [float(s.labels["le"]) for s in buckets]
        assert bounds == sorted(bounds) and bounds[-1] == math.inf
        counts = [s.value for s in buckets]
        assert counts == sorted(counts) and counts[-1] > 0
        assert [s.value for s in family.samples if s.name.endswith("_count")] == counts[-1:]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_has_nothing_to_say(watched):
    checked = subprocess.run(["promtool", "check", "metrics"], input=Status(watched).metrics(), capture_output=True, timeout=30)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


def test_counts_what_happens(watched, join, client):
    status = Status(watched)
    anna, ben = join("anna", "ben", on=watched)
    a = client(anna, on=watched, stream_management=True)
    b = client(ben, on=watched, tls="direct")
    before = {kind: status.value("hoopoe_stanzas_received_total", kind=kind) for kind in ("message", "presence", "iq")}
    commits = status.value("hoopoe_commit_jobs_count")
    for k in range(5):
        a.wait_acked(a.send(ben, f"text {k}"))
    b.wait_text("text 4")
    b.ping()
    assert status.value("hoopoe_stanzas_received_total", kind="message") == before["message"] + 5
    assert status.value("hoopoe_stanzas_received_total", kind="iq") > before["iq"]
    assert status.value("hoopoe_stanzas_sent_total", kind="message") == 5
    assert status.value("hoopoe_commit_jobs_count") >= commits + 5, "each was awaited, so each had a commit"
    assert status.value("hoopoe_commit_seconds_sum") > 0
    assert status.value("hoopoe_logins_total", outcome="ok") == 2
    assert status.value("hoopoe_sessions_open") == 2
    assert status.value("hoopoe_connections_open", listener="xmpp") == 1
    assert status.value("hoopoe_connections_open", listener="xmpps") == 1
    wrong = client(type(anna)(anna.name, "not it"), on=watched, login=False)
    with pytest.raises(BaseException):
        wrong.login(timeout=5)
    wait_until(lambda: status.value("hoopoe_logins_total", outcome="refused") >= 1, 10, "a refused login")
    a.close(), b.close(), wrong.close()
    wait_until(lambda: status.value("hoopoe_connections_open", listener="xmpps") == 0, 10, "the connection to be gone")
    wait_until(lambda: status.value("hoopoe_sessions_open") == 0 and status.value("hoopoe_outbox_stanzas") == 0, 10,
               "sessions and outboxes to be gone")
    assert status.value("hoopoe_logins_total", outcome="ok") == 2


def test_nothing_personal_is_in_it(house, join, client):
    """Canaries under traffic: names, addresses, resources, ids, numbers, texts, in every encoding."""
    h = house(listen__metrics="127.0.0.1:0", log__level="debug")
    status = Status(h.server)
    pia, quin = join("pianissima", "quintessence", on=h.server)
    p = client(pia, on=h.server, resource="canary-resource-one", stream_management=True)
    q = client(quin, on=h.server, resource="canary-resource-two", stream_management=True)
    nq, nobodys = number(), number()
    refused = p.wait_error(p.send(alias(nobodys), "nobody-is-there", id="canary-id-0"))
    assert refused.error == "item-not-found"
    turn_on_number(q, nq, h.smsc)
    ask(p, "on sms")
    p.send(alias(nq), "canary-text-by-alias", id="canary-id-1")
    q.wait_text("canary-text-by-alias")
    p.send(quin, "canary-text-by-name", id="canary-id-2")
    q.wait_text("canary-text-by-name")
    id = p.send(alias(nobodys), "canary-text-by-sms", receipt=True, id="canary-id-3")
    source, _, _ = h.smsc.wait_text(nobodys, "canary-text-by-sms")
    p.wait_receipt(id)
    h.smsc.from_handset(nobodys, source, "canary-answer")
    p.wait_text("canary-answer")
    words = [pia.name, quin.name, "canary-resource", "canary-id", "canary-text", "canary-answer", "carrier", "localhost"]
    canary = Canary(nq, nobodys, words=words)
    for path in ("/metrics", "/ready", "/health", "/"):
        _, headers, body = status.ask(path)
        found = canary.search(body + str(headers).encode(), path)
        assert not found, found
    assert canary.search(f"sessions{{who=\"{pia.name}\"}} 1".encode()), "the canary would have found a name"
    assert status.value("hoopoe_sms_texts_total", state="delivered") == 1
    assert status.value("hoopoe_sms_texts_received_total") == 1
    assert status.value("hoopoe_consent_denials_total", purpose="sms") == 1
    assert not canary.search("\n".join(l for l in h.server.log.splitlines() if "message stored" in l).encode(), "the log")


def test_not_ready_while_the_disk_stalls(own_server, join, client):
    server = own_server(shim=True).start(listen__metrics="127.0.0.1:0")
    status = Status(server)
    (anna,) = join("anna", on=server)
    a = client(anna, on=server, stream_management=True)
    server.shim.delay(6_000)
    a.send(anna, "on its way to a slow disk")
    time.sleep(0.2)
    began = time.monotonic()
    code, _, body = status.ask("/ready")
    assert (code, body) == (503, b"the store has not answered within 2 seconds\n")
    assert 1.9 <= time.monotonic() - began < 6
    assert status.ask("/health")[0] == 200, "the process answers all the same"
    assert status.value("hoopoe_writer_queue_jobs") >= 1
    server.shim.release()
    wait_until(lambda: status.ask("/ready")[0] == 200, 20, "the disk to be well again")


def _watch(status, until):
    """What /ready answered, each answer once, until the port is closed."""
    answers = []
    deadline = time.monotonic() + until
    while time.monotonic() < deadline:
        try:
            code, _, body = status.ask("/ready")
        except OSError:
            return answers
        if (code, body) not in answers:
            answers.append((code, body))
    raise AssertionError(f"the port is still open: {answers}")


def test_not_ready_after_the_disk_failed(own_server, join, client):
    server = own_server(shim=True).start(listen__metrics="127.0.0.1:0")
    status = Status(server)
    (anna,) = join("anna", on=server)
    a = client(anna, on=server, stream_management=True)
    assert status.ask("/ready")[0] == 200
    server.shim.fail()
    a.send(anna, "never on disk")
    answers = _watch(status, 20)
    assert answers[-1][0] == 503 and b"the disk refused a write" in answers[-1][1], answers


def test_not_ready_while_stopping(watched, join, client):
    status = Status(watched)
    (anna,) = join("anna", on=watched)
    client(anna, on=watched)
    assert status.value("hoopoe_ready") == 1
    os.kill(watched.process.pid, signal.SIGTERM)
    answers = _watch(status, 20)
    assert answers[-1][0] == 503 and answers[-1][1].startswith(b"stopping"), answers
    assert watched.stop() == 0
