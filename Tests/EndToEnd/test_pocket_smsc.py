"""The pocket SMSC (stage 2) against PyPI's smpplib: any ESME can bind to it, and its handsets answer."""

import json

import pytest
import smpplib.exceptions

from harness import sms
from harness.esme import Esme
from harness.people import binary
from harness.process import Process
from harness.texting import number
from harness.waiting import wait_until

SENDER = "+493023125001"


class Pocket:
    """The simulated carrier as a process: typed at on its input, read from its output."""

    def __init__(self, folder):
        password = folder / "smsc.password"
        password.write_text("secret")
        self.process = Process(
            [binary(), "smsc", "--listen", "127.0.0.1:0", "--system-id", "someone", "--password-file", password, "--json"], stdin="")
        line = self.process.line(lambda text: text.startswith("ready "), timeout=20)
        self.address = json.loads(line[len("ready "):])["smpp"]

    def type(self, command):
        """Returns when the command is carried out: the answer to the one after it has come."""
        said = len(self.process.stderr_lines)
        self.process.write(command + "\nhelp\n")
        wait_until(lambda: len(self.process.stderr_lines) > said, 10, f"an answer after {command!r}")

    @property
    def events(self):
        return [json.loads(line) for line in self.process.stdout_lines if line.startswith("{")]

    def wait_shown(self, text):
        wait_until(lambda: any(text in json.dumps(e, ensure_ascii=False) for e in self.events), 10,
                   lambda: f"{text!r} on a handset; {self.process.stdout_lines}")


@pytest.fixture
def pocket(tmp_path):
    one = Pocket(tmp_path)
    yield one
    one.process.kill()


@pytest.fixture
def esme(pocket):
    one = Esme(pocket.address, "someone", "secret")
    one.listen()
    yield one
    one.close()


def test_wrong_password_is_refused(pocket):
    with pytest.raises(smpplib.exceptions.PDUError):
        Esme(pocket.address, "someone", "wrong").close()


def test_shows_texts_and_sends_receipts(pocket, esme):
    n = number()
    esme.send(SENDER, n, "hello handset")
    response = esme.wait_responses(1)[0]
    assert response.status == 0 and response.message_id
    pocket.wait_shown("hello handset")
    wait_until(esme.receipts, 10, "a receipt")
    receipt = esme.receipts()[0]
    assert b"stat:DELIVRD" in receipt.short_message
    assert receipt.receipted_message_id.rstrip(b"\0") == response.message_id.rstrip(b"\0")


@pytest.mark.parametrize("text", ["x" * 400, "שלום " * 40], ids=["gsm", "ucs2"])
def test_long_texts_are_put_together(pocket, esme, text):
    count = esme.send(SENDER, number(), text)
    assert count > 1
    pocket.wait_shown(text)
    wait_until(lambda: len(esme.receipts()) >= count, 10, "a receipt for every segment")


@pytest.mark.parametrize("text", ["a reply", "ответ", "long reply " * 30], ids=["gsm", "ucs2", "long"])
def test_typed_replies_arrive(pocket, esme, text):
    n = number()
    pocket.type(f"from {n} to {SENDER} : {text}")
    wait_until(esme.incoming, 10, "the reply")

    def whole():
        parts = [p.short_message[p.short_message[0] + 1:] if p.esm_class & 0x40 else p.short_message for p in esme.incoming()]
        return sms.decode(b"".join(parts), esme.incoming()[0].data_coding).strip()

    wait_until(lambda: whole() == text.strip(), 10, whole)
    assert esme.incoming()[0].source_addr.decode().lstrip("+") == n[1:]


def test_a_handset_that_is_off_gets_it_later(pocket, esme):
    n = number()
    pocket.type(f"off {n}")
    esme.send(SENDER, n, "for later")
    esme.wait_responses(1)
    assert not esme.receipts()
    pocket.type(f"on {n}")
    pocket.wait_shown("for later")
    wait_until(esme.receipts, 10, "the receipt")


def test_throttles_and_fails_by_script(pocket, esme):
    n = number()
    pocket.type("throttle 2")
    statuses = []
    for k in range(3):
        esme.send(SENDER, n, f"t{k}")
        wait_until(lambda: len({r.sequence for r in esme.responses}) > k, 10, "a response")
        statuses.append(esme.responses[-1].status)
    assert statuses == [0x58, 0x58, 0]
    failing = number()
    pocket.type(f"fail {failing}")
    esme.send(SENDER, failing, "never arrives")
    wait_until(lambda: any(b"stat:UNDELIV" in r.short_message for r in esme.receipts()) or esme.responses[-1].status != 0, 10, "failure")
