"""A carrier's SMSC for tests, on PyPI's `smpp34`: keeps what it is sent, and does what the script says."""

import asyncio
import itertools
import re
import socket
import struct
import time

import smpp34

from . import sms
from .prosody import free_port
from .proxy import Relay
from .waiting import wait_until

ROK, THROTTLED, QUEUE_FULL, BAD_DESTINATION = 0, 0x58, 0x14, 0x0B


def pdus(stream):
    """Splits a connection's bytes: (length, command, status, sequence, whole PDU)."""
    stream, at = bytes(stream), 0
    while at + 16 <= len(stream):
        header = struct.unpack_from(">IIII", stream, at)
        if at + header[0] > len(stream) or header[0] < 16:
            return
        yield *header, stream[at: at + header[0]]
        at += header[0]


class Smsc:
    """Accepts binds and submits. By default each segment is accepted at once and a DELIVRD receipt follows.

    Script: `answer(segment)` says what to do with each one: "accept", "silent", "receipt-first" or a status to refuse with;
    `receipt` is the state to report, or None for none; handsets in `off` get no receipt until they are on again.

    smpp34 hands a window's submits over in any order. What order they were sent in is on the relay: see `wire_submits`.
    """

    def __init__(self, loop, system_id="CARRIER"):
        self._loop = loop
        self._system_id = system_id
        self.forget_script()
        self.attempts = []
        self.accepted = []
        self.refused = []
        self.sessions = {}
        self.unbound = []
        self._held = []
        self._pending = {}
        self._ids = itertools.count(0x7A3F01)
        self._references = itertools.count(0x31)
        self._tasks = set()
        self._server = None
        self.relay = Relay(loop, ("127.0.0.1", 9))
        self.start()

    def forget_script(self):
        self.answer = lambda segment: "accept"
        self.receipt = "DELIVRD"
        self.receipt_delay = 0.02
        self.receipt_text = "id:{id} sub:001 dlvrd:001 submit date:{date} done date:{date} stat:{state} err:{error} text:"
        self.off = set()

    # Up and down

    def start(self):
        """Behind the relay, whose address stays; the port behind it is another one each time."""

        async def step():
            for attempt in range(5):
                self.port = free_port()
                self._server = smpp34.Server("127.0.0.1", self.port, system_id=self._system_id)
                try:
                    await self._server.start()
                    break
                except smpp34.SmppError:
                    if attempt == 4:
                        raise
            self.relay.target = ("127.0.0.1", self.port)
            self._pump_task = asyncio.ensure_future(self._pump(self._server))

        self._loop.run(step())

        def listens():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0

        wait_until(listens, 5, "the SMSC listening")

    def stop(self):
        async def step():
            self._pump_task.cancel()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(self._pump_task, *self._tasks, return_exceptions=True)
            self._held.clear()
            self.sessions.clear()
            await self._server.stop()

        self._loop.run(step())

    def close(self):
        self.stop()
        self.relay.close()

    @property
    def address(self):
        """Where the server under test connects: the relay, so that every byte is on record."""
        return "{}:{}".format(*self.relay.address)

    def wait_bound(self, timeout=15.0):
        wait_until(lambda: self.sessions, timeout, "the server to bind at the SMSC")

    # What came

    async def _pump(self, server):
        while True:
            event = await server.next()
            if isinstance(event, smpp34.SubmitSmEvent):
                self._submit(event)
            elif isinstance(event, smpp34.Unbound):
                self.sessions.pop(event.session_id, None)
                self.unbound.append(event.session_id)
            else:
                self.sessions[event.session_id] = event

    def _submit(self, event):
        segment = sms.read_segment(event)
        segment.at = time.monotonic()
        self.attempts.append(segment)
        answer = self.answer(segment)
        if answer == "silent":
            self._held.append(event)  # kept alive: dropping it would answer
            return
        if isinstance(answer, int):
            self.refused.append(segment)
            event.reject(answer)
            return
        segment.message_id = f"{next(self._ids):x}"
        self._spawn(self._accept(event, segment, first=answer == "receipt-first"))

    async def _accept(self, event, segment, first):
        if first:
            await self._receipt(segment)
            await asyncio.sleep(0.1)
        self.accepted.append(segment)
        event.accept(segment.message_id)
        if first or not segment.registered_delivery & 1 or self.receipt is None:
            return
        if segment.destination.lstrip("+") in self.off:
            self._pending.setdefault(segment.destination.lstrip("+"), []).append(segment)
            return
        await asyncio.sleep(self.receipt_delay)
        await self._receipt(segment)

    async def _receipt(self, segment, state=None):
        state = state or self.receipt
        date = time.strftime("%y%m%d%H%M")
        text = self.receipt_text.format(id=segment.message_id, date=date, state=state, error="000" if state == "DELIVRD" else "001")
        number = {"DELIVRD": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "ACCEPTD": 6, "UNKNOWN": 7, "REJECTD": 8}[state]
        tlvs = [smpp34.Tlv(smpp34.TLV_RECEIPTED_MESSAGE_ID, segment.message_id.encode() + b"\0"),
                smpp34.Tlv(smpp34.TLV_MESSAGE_STATE, bytes([number]))]
        await self._session().deliver_sm(
            segment.source, text.encode(), source_addr=segment.destination, source_addr_ton=1, source_addr_npi=1,
            dest_addr_ton=1, dest_addr_npi=1, esm_class=0x04, tlvs=tlvs)

    def _session(self):
        assert self.sessions, "nobody is bound at the SMSC"
        return next(s for s in self.sessions.values() if s.can_receive)

    def _spawn(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # What a handset does

    def turn_off(self, number):
        self.off.add(number.lstrip("+"))

    def turn_on(self, number):
        number = number.lstrip("+")
        self.off.discard(number)
        for segment in self._pending.pop(number, []):
            self._loop.run(self._receipt(segment))

    def from_handset(self, source, destination, text, wide_reference=False):
        """A person's SMS to one of the server's numbers; returns the status of the last deliver_sm_resp."""

        async def step():
            for coding, esm_class, octets in sms.split(text, next(self._references), wide_reference):
                answer = await self._session().deliver_sm(
                    destination.lstrip("+"), octets, source_addr=source.lstrip("+"), source_addr_ton=1, source_addr_npi=1,
                    dest_addr_ton=1, dest_addr_npi=1, esm_class=esm_class, data_coding=coding)
            return answer.command_status

        return self._loop.run(step(), 20)

    # What tests ask

    def segments(self, to):
        """Every segment that came for that number, accepted or not."""
        return [s for s in list(self.attempts) if s.destination.lstrip("+") == to.lstrip("+")]

    def texts(self, to=None):
        """Complete texts in the order of their last segment: (source, destination, text)."""
        open_texts, done = {}, []
        for segment in list(self.accepted):
            if to is not None and segment.destination.lstrip("+") != to.lstrip("+"):
                continue
            key = (segment.source, segment.destination, segment.reference if segment.total > 1 else segment.message_id)
            parts = open_texts.setdefault(key, {})
            parts[segment.number] = segment
            if len(parts) == segment.total:
                done.append((segment.source, segment.destination, sms.join(parts.values())))
                del open_texts[key]
        return done

    def wire_submits(self):
        """Every submit_sm in the order sent, over all connections: (segment, status of its response or None)."""
        rows = []
        for sent, answered in self.relay.connections:
            statuses = {p[3]: p[2] for p in pdus(answered) if p[1] == 0x80000004}
            for length, command, _, sequence, pdu in pdus(sent):
                if command == 0x04:
                    rows.append((sms.read_segment(smpp34.decode(pdu)), statuses.get(sequence)))
        return rows

    def wait_text(self, to, matches, timeout=15.0):
        """The first text to that number whose words contain `matches` (a string) or that it accepts (a function)."""
        test = matches if callable(matches) else (lambda words: matches in words)
        return wait_until(lambda: next((row for row in self.texts(to) if test(row[2])), None), timeout,
                          lambda: f"SMS to {to}; has {self.texts(to)}")

    def wait_code(self, to, timeout=15.0, after=0):
        """The newest 6-digit code sent to that number, beyond the first `after` texts."""

        def code():
            rows = self.texts(to)[after:]
            found = rows and re.search(r"(?<!\d)(\d{6})(?!\d)", rows[-1][2])
            return found and found[1]

        return wait_until(code, timeout, lambda: f"a code to {to}; has {self.texts(to)}")
