"""Every door by which an IMEI, IMSI or ICCID could come in: refused with the reason, or not kept. A body is its writer's own."""

import random
import socket
import ssl
import subprocess
import xml.etree.ElementTree as ET

import pytest
from slixmpp.exceptions import IqError

from harness.canary import Canary
from harness.people import person
from harness.rawsocket import STREAM
from harness.waiting import wait_until
from harness.wirexmpp import WireSession

REASON = "isn't kept"
CARD = "<vCard xmlns='vcard-temp'>{}</vCard>"
PRIVATE = "<query xmlns='jabber:iq:private'><note xmlns='urn:example:note'{}</note></query>"
ROSTER = "<query xmlns='jabber:iq:roster'><item jid='somebody@localhost'{}</item></query>"


def checked(digits):
    """With the check digit of ISO/IEC 7812-1."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def some(count):
    return "".join(random.choice("123456789") for _ in range(count))


class Identifiers:
    """One of each kind, that nobody has, with the canaries that know them again however they are written down."""

    def __init__(self):
        self.imei, self.imsi, self.iccid = checked("35" + some(12)), "26201" + some(10), checked("89490" + some(13))
        self.all = {"imei": self.imei, "imsi": self.imsi, "iccid": self.iccid}
        self._canaries = [Canary("+" + i, country_code=i[:2]) for i in self.all.values()]

    def search(self, data, where):
        return [hit for canary in self._canaries for hit in canary.search(data, where)]

    def files(self, folder):
        return [hit for canary in self._canaries for hit in canary.files(folder)]

    def everywhere(self, server, *clients):
        """Hits at rest, in the log, and in what clients were sent."""
        hits = self.files(server.folder) + self.search(server.log.encode(), "the log")
        for one in clients:
            hits += self.search(one.wire_in, f"what {one.person.name} was sent")
        return hits


KINDS = ["imei", "imsi", "iccid"]

# What a client asks the server to keep or to pass on: (payload with {} for the identifier, kind of IQ, to the server itself).
REQUESTS = {
    "vCard, a note": (CARD.format("<NOTE>my phone is {}</NOTE>"), "set"),
    "vCard, an extension": (CARD.format("<X-DEVICE><ID>{}</ID></X-DEVICE>"), "set"),
    "private XML, text": (PRIVATE.format(">{}"), "set"),
    "private XML, attribute": (PRIVATE.format(" device='{}'>"), "set"),
    "roster, name": (ROSTER.format(" name='Ann {}'>"), "set"),
    "roster, group": (ROSTER.format("><group>{}</group>"), "set"),
    "roster, address": ("<query xmlns='jabber:iq:roster'><item jid='{}@localhost'/></query>", "set"),
    "disco, node": ("<query xmlns='http://jabber.org/protocol/disco#info' node='urn:example#{}'/>", "get"),
    "disco, items": ("<query xmlns='http://jabber.org/protocol/disco#items' node='{}'/>", "get"),
}

# What stands beside a message's body: (attributes of the message, its children besides the body); KIND is its name.
METADATA = {
    "attribute": ("KIND='{}'", ""),
    "id": ("id='urn:gsma:KIND:{}'", ""),
    "escaped": ("id='&#{};={{}}'", ""),
    "element": ("id='1'", "<KIND xmlns='urn:example:device'>{}</KIND>"),
    "element's attribute": ("id='1'", "<device xmlns='urn:example:device' KIND='{}'/>"),
    "name and value": ("id='1'", "<meta xmlns='urn:example:device' name='KIND' value='{}'/>"),
    "form": ("id='1'", "<x xmlns='jabber:x:data' type='submit'><field var='device-KIND'><value>{}</value></field></x>"),
    "thread": ("id='1'", "<thread>KIND={}</thread>"),
    "origin-id": ("id='1'", "<origin-id xmlns='urn:xmpp:sid:0' id='KIND-{}'/>"),
    "forwarded": ("id='1'", "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' id='KIND:{}'/></forwarded>"),
    "JSON": ("id='1'", "<json xmlns='urn:xmpp:json:0'>{{\"KIND\":\"{}\"}}</json>"),
}

PRESENCE = {
    "status": "<status>on {}</status>",
    "attribute": "<device xmlns='urn:example:device' number='{}'/>",
    "capabilities": "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:example:{}' ver='abc'/>",
}


def refusal(ask):
    """(condition, text) of the error that a request must get."""
    with pytest.raises(IqError) as refused:
        ask()
    return refused.value.condition, refused.value.text or ""


def test_every_request(join, client, server):
    planted = Identifiers()
    (anna,) = join("anna")
    a = client(anna)
    for kind, identifier in planted.all.items():
        for door, (payload, type) in REQUESTS.items():
            condition, text = refusal(lambda: a.iq(payload.format(identifier), type))
            assert condition == "not-acceptable" and REASON in text and kind.upper() in text, (door, kind, condition, text)
    # Nothing was kept: neither at rest nor for a client that asks for it again.
    again = client(anna)
    again.iq("<query xmlns='jabber:iq:roster'/>")
    again.iq("<vCard xmlns='vcard-temp'/>")
    again.iq(PRIVATE.format(">"))
    assert not (hits := planted.everywhere(server, a, again)), list(map(str, hits[:5]))


def test_a_card_says_no_number_and_no_address(join, client, server):
    (anna,) = join("anna")
    a = client(anna)
    card = "<N><GIVEN>Anna</GIVEN></N>"
    for field, kind in (("<TEL><HOME/><NUMBER>+49 176 0406 9001</NUMBER></TEL>", "phone number"),
                        ("<EMAIL><USERID>anna@example.org</USERID></EMAIL>", "e-mail address")):
        condition, text = refusal(lambda: a.iq(CARD.format(card + field), "set"))
        assert condition == "not-acceptable" and REASON in text and kind in text, (condition, text)
    # Clients send empty fields along.
    a.iq(CARD.format(card + "<TEL><HOME/><NUMBER/></TEL><EMAIL><INTERNET/><USERID> </USERID></EMAIL>"), "set")


def test_message_metadata(join, client, server):
    planted = Identifiers()
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    for kind, identifier in planted.all.items():
        for door, (attributes, children) in METADATA.items():
            if door == "escaped":
                attributes = f"id='&#{ord(kind[0])};{kind[1:]}={{}}'"
            attributes, children = (x.replace("KIND", kind).format(identifier) for x in (attributes, children))
            before = len(a.received)
            a.raw(f"<message to='{ben.jid}' type='chat' {attributes}><body>{door}</body>{children}</message>")
            wait_until(lambda: len(a.received) > before, 10, f"the refusal of {door} with {kind}")
            error = a.received[-1]
            assert error.error == "not-acceptable" and REASON in (error.error_text or ""), (door, kind, error)
    a.send(b, "the end")
    b.wait_text("the end")
    assert [m.body for m in b.received if m.body] == ["the end"]
    again = client(anna)
    again.whole_archive()
    # Errors bear the id of what they answer; the sender knows it.
    assert not (hits := planted.everywhere(server, b, again)), list(map(str, hits[:5]))


def test_presence(join, client, server):
    planted = Identifiers()
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    for kind, identifier in planted.all.items():
        for door, child in PRESENCE.items():
            for to in ("", f" to='{ben.jid}'", f" to='{ben.jid}' type='subscribe'"):
                before = len(a.presences)
                a.raw(f"<presence{to}>{child.format(identifier)}</presence>")
                wait_until(lambda: any(t == "error" for _, t, _ in a.presences[before:]), 10, f"the refusal of {door}{to}")
                answer = next(x for _, t, x in a.presences[before:] if t == "error")
                assert REASON in ET.tostring(answer, encoding="unicode"), (door, kind)
    b.ping()
    later = client(ben)
    later.ping()
    assert not (hits := planted.everywhere(server, a, b, later)), list(map(str, hits[:5]))


def test_resource_names(join, loop, server):
    planted = Identifiers()
    (anna,) = join("anna")

    async def bind(resource):
        session = await WireSession(server, anna).connect()
        answer = await session.iq(
            f"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{resource}</resource></bind>", "set")
        await session.close()
        return ET.tostring(answer, encoding="unicode")

    for kind, identifier in planted.all.items():
        for resource in (identifier, f"Phone-{identifier}", f"{kind}:{identifier}", f"android {identifier} 1.0"):
            answer = loop.run(bind(resource), 10)
            assert "not-acceptable" in answer and REASON in answer and identifier not in answer, (resource, answer)
    answer = loop.run(bind("+4917604069001"), 10)
    assert "not-acceptable" in answer and "phone number" in answer
    # Names that programs give themselves.
    for resource in ("Conversations.x7Ab", "gajim.4KXQ8Z2P", "Psi+1795381748123", "f47ac10b-5831-4372-9567-026215123456"):
        assert resource in loop.run(bind(resource), 10)
    assert not (hits := planted.everywhere(server)), list(map(str, hits[:5]))


def test_software_versions(join, client, loop, server):
    planted = Identifiers()
    anna, ben = join("anna", "ben")
    b = client(ben)
    for kind, identifier in planted.all.items():
        a = client(anna)

        async def install():
            a.slix.register_plugin("xep_0092", {"software_name": "Talk", "version": "1.0", "os": f"Phone {identifier}"})

        loop.run(install(), 10)
        condition, text = refusal(lambda: b.iq("<query xmlns='jabber:iq:version'/>", to=a.jid))
        assert condition == "not-acceptable" and REASON in text and kind.upper() in text
        a.close()
    assert not (hits := planted.everywhere(server, b)), list(map(str, hits[:5]))


def test_names_of_people(server, tmp_path):
    planted = Identifiers()
    names = [*planted.all.values(), f"phone-{planted.imei}", f"imsi.{planted.imsi}"]
    for name in names:
        for argv, given in ((["person", "add", name, server.folder], "a good password"),
                            (["person", "add", "--from", "-", server.folder], f"{name}\ta good password\n")):
            done = subprocess.run([server.program, *argv], input=given.encode(), capture_output=True, timeout=30)
            assert done.returncode == 65 and REASON.encode() in done.stderr, done
            assert name.encode() not in done.stderr + done.stdout
    assert not (hits := planted.everywhere(server)), list(map(str, hits[:5]))


def test_what_a_person_types_is_theirs(join, client, server):
    planted = Identifiers()
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    for kind, identifier in planted.all.items():
        a.send(b, f"my {kind.upper()} is {identifier}", extra=["<active xmlns='http://jabber.org/protocol/chatstates'/>"])
        b.wait_text(f"my {kind.upper()} is {identifier}")
    # Sealed, like every text.
    assert not (hits := planted.everywhere(server)), list(map(str, hits[:5]))


def test_ids_are_inventions(join, client, server):
    """Counters and clocks of any length are ids like others, as long as nothing calls them an IMEI."""
    anna, ben = join("anna", "ben")
    a, b = client(anna), client(ben)
    for id in ("1795381748123", "12345678901234", checked("35" + some(12)), "26201" + some(10), "1795381748123456",
               "1795381748123456789", checked("89490" + some(13))):
        a.send(b, f"with {id[-4:]}", id=id, origin_id=id)
        assert b.wait_text(f"with {id[-4:]}").id == id


def test_headers_of_requests(server):
    """Whatever a browser or a proxy tells about the device that asks: answered, not logged, not kept, not repeated."""
    planted = Identifiers()
    context = ssl.create_default_context(cafile=server.ca)
    told = {"User-Agent": f"Phone/1.0 (IMEI {planted.imei})", "X-IMSI": planted.imsi, "X-Device": f"iccid={planted.iccid}",
            "Cookie": f"imei={planted.imei}", "Referer": f"https://localhost/?imsi={planted.imsi}"}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    requests = [
        f"GET / HTTP/1.1\r\nHost: localhost\r\n{head}Connection: close\r\n\r\n",
        f"GET /nothing/{planted.imei}?imsi={planted.imsi} HTTP/1.1\r\nHost: localhost\r\n{head}Connection: close\r\n\r\n",
        f"POST /export/{planted.iccid} HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: 0\r\nConnection: close\r\n\r\n",
        f"BREW /{planted.imei} HTTP/9.9\r\n{head}\r\n",
    ]
    for request in requests:
        with socket.create_connection(server.https, timeout=10) as plain, \
                context.wrap_socket(plain, server_hostname="localhost") as secure:
            secure.sendall(request.encode())
            answer = b""
            while got := secure.recv(65536):
                answer += got
        assert answer.startswith(b"HTTP/1.1 ") or request.startswith("BREW"), answer[:200]
        assert not planted.search(answer, "the answer")
    assert not (hits := planted.everywhere(server)), list(map(str, hits[:5]))
