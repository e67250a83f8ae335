"""slixmpp, a real client, driven from plain tests."""

import asyncio
import itertools
import logging
import re
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

import slixmpp
from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from .waiting import seconds, wait_until

logging.getLogger("slixmpp").setLevel(logging.CRITICAL)

CLIENT = "{jabber:client}"
NS = {
    "c": "jabber:client",
    "carbons": "urn:xmpp:carbons:2",
    "delay": "urn:xmpp:delay",
    "forward": "urn:xmpp:forward:0",
    "mam": "urn:xmpp:mam:2",
    "receipts": "urn:xmpp:receipts",
    "rsm": "http://jabber.org/protocol/rsm",
    "sid": "urn:xmpp:sid:0",
    "stanzas": "urn:ietf:params:xml:ns:xmpp-stanzas",
    "states": "http://jabber.org/protocol/chatstates",
    "blocking": "urn:xmpp:blocking",
    "disco": "http://jabber.org/protocol/disco#info",
    "roster": "jabber:iq:roster",
}
_resources = itertools.count(1)


class LoginFailed(AssertionError):
    """The server did not let us in; the text says how it said so."""


@dataclass
class Received:
    """One message as it came, with what tests ask about pulled out."""

    xml: ET.Element
    sender: str
    to: str
    type: str
    id: str | None
    body: str | None
    stanza_ids: dict = field(default_factory=dict)
    origin_id: str | None = None
    delayed: str | None = None
    carbon: str | None = None
    receipt_of: str | None = None
    chat_state: str | None = None
    error: str | None = None
    error_type: str | None = None
    error_text: str | None = None

    @property
    def bare(self):
        return self.sender.split("/")[0]


def parse_message(xml, carbon=None, delayed=None):
    """Reads a `<message/>`; a carbon is unwrapped and marked."""
    for direction in ("sent", "received"):
        wrapped = xml.find(f"carbons:{direction}/forward:forwarded/c:message", NS)
        if wrapped is not None:
            return parse_message(wrapped, carbon=direction)
    receipt = xml.find("receipts:received", NS)
    delay = xml.find("delay:delay", NS)
    state = next((e for e in xml if e.tag.startswith("{" + NS["states"] + "}")), None)
    error = xml.find("c:error", NS)
    condition = text = kind = None
    if error is not None:
        kind = error.get("type")
        text = error.findtext("stanzas:text", None, NS)
        names = [e.tag.split("}")[1] for e in error if e.tag.startswith("{" + NS["stanzas"] + "}")]
        condition = next((n for n in names if n != "text"), None)
    origin = xml.find("sid:origin-id", NS)
    return Received(
        xml=xml,
        sender=xml.get("from", ""),
        to=xml.get("to", ""),
        type=xml.get("type", "normal"),
        id=xml.get("id"),
        body=xml.findtext("c:body", None, NS),
        stanza_ids={e.get("by"): e.get("id") for e in xml.findall("sid:stanza-id", NS)},
        origin_id=None if origin is None else origin.get("id"),
        delayed=delayed or (None if delay is None else delay.get("stamp")),
        carbon=carbon,
        receipt_of=None if receipt is None else receipt.get("id"),
        chat_state=None if state is None else state.tag.split("}")[1],
        error=condition, error_type=kind, error_text=text,
    )


class _Slix(slixmpp.ClientXMPP):
    """slixmpp that remembers every byte in each direction."""

    def __init__(self, jid, password, owner):
        super().__init__(jid, password)
        self._owner = owner

    def data_received(self, data):
        self._owner.wire_in += data if isinstance(data, bytes) else data.encode()
        super().data_received(data)

    def send_raw(self, data):
        self._owner.wire_out += data if isinstance(data, bytes) else data.encode()
        super().send_raw(data)


class Client:
    """One signed-in resource. All waiting is bounded; all lists only grow."""

    def __init__(self, loop, server, person, resource=None, tls="starttls", mechanism=None, stream_management=False,
                 carbons=False, available=True, priority=None):
        self._loop = loop
        self.server = server
        self.person = person
        self.resource = f"r{next(_resources)}" if resource is None else resource
        self.tls = tls
        self.mechanism = mechanism
        self.stream_management = stream_management
        self.carbons = carbons
        self.available = available
        self.priority = priority
        self.received = []
        self.presences = []
        self.roster_pushes = []
        self.block_pushes = []
        self.archive_results = []
        self.acked = []
        self.events = []
        self.wire_in = bytearray()
        self.wire_out = bytearray()
        self._slix = None

    # Coming and going

    def login(self, timeout=10.0):
        self._loop.call(self._build)
        self._dial(timeout)
        return self

    def _build(self):
        full = f"{self.person.jid}/{self.resource}" if self.resource else self.person.jid
        c = _Slix(full, self.person.password, self)
        c.ca_certs = str(self.server.ca)
        c.auto_authorize = None
        c.auto_subscribe = False
        plugins = ["xep_0030", "xep_0059", "xep_0184", "xep_0199", "xep_0280", "xep_0313", "xep_0359", "xep_0191"]
        for name in plugins:
            c.register_plugin(name)
        c.plugin["xep_0184"].auto_ack = False
        c.plugin["xep_0184"].auto_request = False
        if self.stream_management:
            c.register_plugin("xep_0198", {"window": 1})
        if self.mechanism:
            c.plugin["feature_mechanisms"].use_mech = self.mechanism
        c.enable_direct_tls = self.tls == "direct"
        c.enable_starttls = self.tls == "starttls"
        c.enable_plaintext = False
        for event in ("session_start", "session_resumed", "failed_auth", "failed_all_auth", "disconnected", "session_end",
                      "stream_error", "sm_enabled", "sm_failed", "connection_failed", "ssl_invalid_chain"):
            c.add_event_handler(event, lambda data, event=event: self.events.append((event, data)))
        c.add_event_handler("stanza_acked", lambda stanza: self.acked.append(stanza["id"]))
        for name, tag, handler in (
            ("every message", "message", self._on_message),
            ("every presence", "presence", self._on_presence),
            ("every push", "iq", self._on_iq),
        ):
            c.register_handler(Callback(name, MatchXPath(CLIENT + tag), handler))
        self._slix = c

    def _dial(self, timeout):
        start = len(self.events)
        address = self.server.xmpps if self.tls == "direct" else self.server.xmpp
        self._loop.call(self._slix.connect, *address)

        def outcome():
            return next(((n, d) for n, d in self.events[start:] if n in
                         ("session_start", "session_resumed", "failed_all_auth", "disconnected", "connection_failed")), None)

        name, data = wait_until(outcome, timeout, f"{self.person.jid} signed in")
        if name not in ("session_start", "session_resumed"):
            self._loop.call(self._slix.cancel_connection_attempt)
            raise LoginFailed(f"{name}: {data}; saw {[n for n, _ in self.events[start:]]}")
        if name == "session_start":
            if self.carbons:
                self.iq('<enable xmlns="urn:xmpp:carbons:2"/>', type="set")
            if self.available:
                # As clients do: the roster first, which makes this resource one that gets pushes (RFC 6121 §2.2).
                self.roster()
                self._loop.call(lambda: self._slix.send_presence(ppriority=self.priority))
                # The round trip makes sure that the server knows us to be available before the test goes on.
                self.ping()
        self.resumed = name == "session_resumed"

    def cut(self):
        """Drops the TCP connection without a word, as a lost network does."""
        start = len(self.events)
        self._loop.call(self._slix.transport.abort)
        wait_until(lambda: any(n == "disconnected" for n, _ in self.events[start:]), 5, "the connection to be gone")

    def reconnect(self, timeout=10.0):
        self._dial(timeout)
        return self

    def close(self):
        if self._slix is None:
            return

        async def leave():
            self._slix.cancel_connection_attempt()
            if self._slix.transport is not None:
                try:
                    await asyncio.wait_for(self._slix.disconnect(wait=1.0, ignore_send_queue=True), 2)
                except asyncio.TimeoutError:
                    pass
            if self._slix.transport is not None:
                self._slix.transport.abort()
            sending = self._slix._run_out_filters
            if sending is not None:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)

        self._loop.run(leave(), 5)
        self._slix = None

    @property
    def connected(self):
        return self._slix is not None and self._slix.transport is not None

    @property
    def jid(self):
        return str(self._slix.boundjid)

    @property
    def slix(self):
        return self._slix

    @property
    def tls_version(self):
        return self._slix.transport.get_extra_info("ssl_object").version()

    @property
    def mechanism_used(self):
        return self._slix.plugin["feature_mechanisms"].mech.name

    # Sending

    def send(self, to, body=None, type="chat", id=None, origin_id=None, receipt=False, extra=()):
        """Sends a message and returns its id. `to` is a person, a client or an address; `extra` is XML text or elements."""
        id = id or uuid.uuid4().hex
        message = ET.Element(CLIENT + "message", {"to": address_of(to), "type": type, "id": id})
        if body is not None:
            ET.SubElement(message, CLIENT + "body").text = body
        if origin_id:
            ET.SubElement(message, "{urn:xmpp:sid:0}origin-id", {"id": origin_id})
        if receipt:
            ET.SubElement(message, "{urn:xmpp:receipts}request")
        for element in extra:
            message.append(ET.fromstring(element) if isinstance(element, str) else element)
        self._loop.call(lambda: self._slix.send(self._slix.Message(xml=message)))
        return id

    def send_receipt(self, to, id):
        return self.send(to, extra=[f'<received xmlns="urn:xmpp:receipts" id="{id}"/>'])

    def presence(self, **attributes):
        self._loop.call(lambda: self._slix.send_presence(**{"p" + k: v for k, v in attributes.items()}))

    def raw(self, xml):
        self._loop.call(self._slix.send_raw, xml)

    def ping(self):
        """XEP-0199 to one's own server; returns when the answer is there, so all sent before is processed."""
        self.iq('<ping xmlns="urn:xmpp:ping"/>', to=self.server.domain)

    def iq(self, payload, type="get", to=None, timeout=10.0):
        """The answer's element; raises slixmpp's `IqError` for an error."""

        async def ask():
            iq = self._slix.make_iq(itype=type, ito=to)
            iq.append(ET.fromstring(payload) if isinstance(payload, str) else payload)
            return await iq.send(timeout=seconds(timeout))

        try:
            return self._loop.run(ask(), timeout + 2).xml
        except IqTimeout:
            raise AssertionError(f"no answer to {payload}") from None

    def iq_error(self, payload, type="get", to=None):
        """The condition of the error that the request must get."""
        try:
            answer = self.iq(payload, type, to)
        except IqError as refused:
            return refused.condition
        raise AssertionError(f"not refused: {ET.tostring(answer)}")

    def run(self, coroutine, timeout=10.0):
        return self._loop.run(coroutine, timeout)

    # Receiving

    def _on_message(self, stanza):
        result = stanza.xml.find("mam:result", NS)
        if result is not None:
            forwarded = result.find("forward:forwarded", NS)
            stamp = forwarded.find("delay:delay", NS).get("stamp")
            message = parse_message(forwarded.find("c:message", NS), delayed=stamp)
            self.archive_results.append((result.get("queryid"), result.get("id"), message))
        else:
            self.received.append(parse_message(stanza.xml))

    def _on_presence(self, stanza):
        xml = stanza.xml
        self.presences.append((xml.get("from", ""), xml.get("type"), xml))

    def _on_iq(self, stanza):
        xml = stanza.xml
        if xml.get("type") != "set":
            return
        roster = xml.find("roster:query", NS)
        if roster is not None:
            self.roster_pushes += [dict(item.attrib) for item in roster]
        if any(e.tag.startswith("{urn:xmpp:blocking}") for e in xml):
            self.block_pushes.append(xml)

    def texts(self, sender=None, carbon=None):
        """Bodies received, in order: from `sender` if given; carbons only if asked for."""
        want = None if sender is None else address_of(sender)
        return [m.body for m in self.received
                if m.body is not None and m.carbon == carbon and m.type != "error" and want in (None, m.sender, m.bare)]

    def wait_for(self, matches, timeout=10.0, what="a message", start=0):
        return wait_until(
            lambda: next((m for m in self.received[start:] if matches(m)), None), timeout,
            lambda: f"{what} for {self.person.jid}; has {[(m.sender, m.type, m.body, m.error) for m in self.received[start:]]}",
        )

    def wait_text(self, body, timeout=10.0, start=0, carbon=None):
        return self.wait_for(lambda m: m.body == body and m.carbon == carbon and m.type != "error", timeout, f"text {body!r}", start)

    def wait_error(self, id, timeout=10.0):
        return self.wait_for(lambda m: m.type == "error" and m.id == id, timeout, f"an error for {id}")

    def wait_asked(self, timeout=5.0):
        """Until the server has asked what came and has our answer: what was received then counts as delivered."""
        count = self._slix.plugin["xep_0198"].handled

        def told():
            answers = re.findall(rb'<a xmlns="urn:xmpp:sm:3" h="(\d+)"', bytes(self.wire_out))
            return answers and int(answers[-1]) >= count

        wait_until(told, timeout, lambda: f"to be asked for {count}; {bytes(self.wire_out[-200:])}")

    def wait_receipt(self, id, timeout=10.0):
        return self.wait_for(lambda m: m.receipt_of == id, timeout, f"a receipt for {id}")

    def wait_acked(self, id, timeout=10.0):
        def acked():
            # slixmpp's own request overtakes the stanza it is about, so the last one is asked for again.
            self._loop.call(self._slix.plugin["xep_0198"].request_ack)
            return id in self.acked

        wait_until(acked, timeout, f"stream-management ack of {id}", interval=0.05)

    def wait_presence(self, sender, type=None, timeout=10.0, start=0):
        want = address_of(sender)
        return wait_until(
            # A tuple, because an element without children counts as false.
            lambda: next((p for p in self.presences[start:] if want in (p[0], p[0].split("/")[0]) and p[1] == type), None),
            timeout, lambda: f"presence {type} from {want}; has {[(f, t) for f, t, _ in self.presences]}")[2]

    # The archive

    def archive(self, with_=None, start=None, end=None, max=None, after=None, before=None, to=None, timeout=10.0):
        """One page: (list of (archive id, message), fin element). `before=""` asks for the last page."""
        query_id = uuid.uuid4().hex[:8]
        fields = {"FORM_TYPE": "urn:xmpp:mam:2", "with": with_ and address_of(with_), "start": start, "end": end}
        query = ET.Element("{urn:xmpp:mam:2}query", {"queryid": query_id})
        form = ET.SubElement(query, "{jabber:x:data}x", {"type": "submit"})
        for name, value in fields.items():
            if value is not None:
                row = ET.SubElement(form, "{jabber:x:data}field", {"var": name})
                if name == "FORM_TYPE":
                    row.set("type", "hidden")
                ET.SubElement(row, "{jabber:x:data}value").text = value
        rsm = {"max": max, "after": after, "before": before}
        if any(v is not None for v in rsm.values()):
            page = ET.SubElement(query, "{http://jabber.org/protocol/rsm}set")
            for name, value in rsm.items():
                if value is not None:
                    ET.SubElement(page, "{http://jabber.org/protocol/rsm}" + name).text = str(value)
        answer = self.iq(query, type="set", to=to, timeout=timeout)
        rows = [(i, m) for q, i, m in self.archive_results if q == query_id]
        return rows, answer.find("mam:fin", NS)

    def whole_archive(self, with_=None, page=50):
        """All pages from the beginning."""
        rows, after = [], None
        while True:
            got, fin = self.archive(with_=with_, max=page, after=after)
            rows += got
            if fin.get("complete") == "true" or not got:
                return rows
            after = got[-1][0]

    # The roster

    def roster(self):
        answer = self.iq('<query xmlns="jabber:iq:roster"/>')
        return {item.get("jid"): dict(item.attrib) for item in answer.find("roster:query", NS)}


def address_of(someone):
    """The address of a person, a client or a string that is one already."""
    if isinstance(someone, str):
        return someone
    return someone.jid
