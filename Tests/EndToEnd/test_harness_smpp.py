"""The SMSC double and the ESME wrapper against each other: what the texting tests stand on."""

import pytest

from harness import sms
from harness.esme import Esme
from harness.smsc import THROTTLED, Smsc
from harness.waiting import wait_until

LONG = "Lorem ipsum {dolor} €uro " * 20
EMOJI = "\U0001f426 hoopoe \U0001f468‍\U0001f469‍\U0001f467 " * 12
RTL = "שלום, ההודעה הזאת ארוכה מאוד. " * 6


@pytest.fixture
def smsc(loop):
    double = Smsc(loop)
    yield double
    double.close()


@pytest.fixture
def esme(smsc):
    one = Esme(smsc.address, "someone", "secret")
    one.listen()
    yield one
    one.close()


def test_receives_accepts_and_sends_receipts(smsc, esme):
    esme.send("493023125000", "4917604069001", "hello")
    assert esme.wait_responses(1)[0].status == 0
    wait_until(esme.receipts, 5, "a receipt")
    assert b"stat:DELIVRD" in esme.receipts()[0].short_message
    assert smsc.texts("+4917604069001") == [("493023125000", "4917604069001", "hello")]
    assert b"4917604069001" in smsc.relay.from_client and b"DELIVRD" in smsc.relay.from_target


# smpplib cuts escape pairs at a segment's end, so what it splits here has none.
@pytest.mark.parametrize("text", ["Lorem ipsum dolor " * 20, "שלום"], ids=["long", "short-rtl"])
def test_reassembles(smsc, esme, text):
    count = esme.send("493023125000", "4917604069001", text)
    esme.wait_responses(count)
    assert [t for _, _, t in smsc.texts()] == [text]


@pytest.mark.parametrize("text", ["hi", LONG, EMOJI, RTL, "€" * 81], ids=["short", "long", "emoji", "rtl", "escapes"])
@pytest.mark.parametrize("wide", [False, True])
def test_handset_sends(smsc, esme, text, wide):
    smsc.wait_bound()
    assert smsc.from_handset("+4917604069001", "+493023125000", text, wide) == 0
    parts = []
    for pdu in esme.incoming():
        at = pdu.short_message[0] + 1 if pdu.esm_class & 0x40 else 0
        parts.append(pdu.short_message[at:])
        assert len(pdu.short_message) <= 160
    assert sms.decode(b"".join(parts), 0 if sms.is_gsm(text) else 8) == text
    for part in parts:
        sms.decode(part, 0 if sms.is_gsm(text) else 8)


def test_script(smsc, esme):
    script = {b"text 0": THROTTLED, b"text 1": "silent", b"text 2": "receipt-first"}
    smsc.answer = lambda segment: script[segment.payload]
    for n in range(3):
        esme.send("493023125000", "4917604069001", f"text {n}")
    wait_until(lambda: smsc.accepted and esme.receipts(), 5, "the last text accepted and its receipt")
    assert [s.payload for s in smsc.refused] == [b"text 0"]
    assert [s.payload for s in smsc.accepted] == [b"text 2"]
    wait_until(lambda: [(s.payload, status) for s, status in smsc.wire_submits()]
               == [(b"text 0", THROTTLED), (b"text 1", None), (b"text 2", 0)], 5, smsc.wire_submits)


def test_off_and_on(smsc, esme):
    smsc.turn_off("+4917604069001")
    esme.send("493023125000", "4917604069001", "x")
    esme.wait_responses(1)
    assert not esme.receipts()
    smsc.turn_on("+4917604069001")
    wait_until(esme.receipts, 5, "the receipt")


def test_restart_at_the_same_address(smsc):
    smsc.stop()
    smsc.start()
    again = Esme(smsc.address, "someone", "secret")
    again.listen()
    again.send("1", "2", "after")
    again.wait_responses(1)
    again.close()
