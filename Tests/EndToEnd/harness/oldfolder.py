"""A data folder with a little of everything: how it is filled, kept, unpacked, and what must be found in it for ever.

`script/keep-folder` fills one with a released program and keeps it in `folders/`; every later program opens it. The
passwords are in here and the keys are in the archive: nothing in such a folder is a secret.
"""

import io
import json
import re
import tarfile
import time
from pathlib import Path

from .people import Person, binary
from .process import run
from .texting import House, alias, ask, turn_on_number
from .waiting import wait_until
from .xmpp import Client

FOLDERS = Path(__file__).resolve().parents[1] / "folders"

# With history: what they have stays. Dora has none, so that hers goes when the delivery window ends.
ADA, BEN, CLEO, DORA = people = [Person(name, f"the password of {name} is no secret") for name in ("ada", "ben", "cleo", "dora")]
LEFT = Person("emil", "the password of emil is no secret")
ADAS_NUMBER, STRANGER = "+4917604069900", "+4917604069901"
CARD = "<vCard xmlns='vcard-temp'><FN>Ada</FN><NOTE>kept since the beginning</NOTE></vCard>"
NOTES = "<query xmlns='jabber:iq:private'><notes xmlns='urn:example:notes'><note>mine</note></notes></query>"


def fill(server, loop, scratch):
    """Lives a little in a new server's folder and stops it; what only the people have in their hands afterwards."""
    house = House(server, loop, log__interval=1)
    try:
        server.add(*people, LEFT)
        clients = {p.name: Client(loop, server, p, resource="first").login() for p in (*people, LEFT)}
        ada, ben, cleo, dora, emil = (clients[p.name] for p in (*people, LEFT))
        for one in (ada, ben, cleo):
            ask(one, "on history")
        turn_on_number(ada, ADAS_NUMBER, house.smsc)
        ask(cleo, "on sms")
        ask(ben, "on sms"), ask(ben, "off sms"), ask(ben, "no number-texting"), ask(emil, "on history")
        for one, other in ((ada, ben), (ben, ada)):
            one.iq(f"<query xmlns='jabber:iq:roster'><item jid='{other.person.jid}' name='old friend'><group>here</group></item></query>", "set")
        ada.iq(CARD, "set"), ben.iq(NOTES, "set")
        cleo.iq(f"<block xmlns='urn:xmpp:blocking'><item jid='{DORA.jid}'/></block>", "set")
        for number in range(6):
            ada.send(BEN, f"ada says {number}"), ben.send(ADA, f"ben says {number}, with an ümlaut and a 🦉")
        ben.wait_text("ada says 5")
        dora.send(ADA, "from somebody without history")
        ada.wait_text("from somebody without history")
        ben.send(alias(ADAS_NUMBER), "by number")
        ada.wait_text("by number")
        cleo.send(alias(STRANGER), "by SMS")
        house.smsc.wait_text(STRANGER, "by SMS")
        for one in clients.values():
            one.close()
        run([binary(), "person", "remove", "--yes", LEFT.name, server.folder, "--receipt", scratch / "left"])
        ben = Client(loop, server, BEN, resource="second").login()
        wait_until(lambda: "tlog-proof" in _handed_over(ben, 1)[1], 15, "the proofs", interval=0.3)
        ben.close()
        server.stop()
        log = server.folder / "regions" / "home" / "log" / "1"
        return {
            "checkpoint": (log / "checkpoint").read_text(), "policy": (log / "policy").read_text(),
            "left": [(scratch / f"left.{end}").read_text() for end in ("receipt.jws", "tlog-proof")],
        }
    finally:
        server.close()
        house.close()


def keep(server, path):
    """Writes the stopped server's folder as an archive that is the same for the same files."""
    with tarfile.open(path, "w:xz", preset=9) as archive:
        for file in sorted(server.folder.rglob("*")):
            info = archive.gettarinfo(file, file.relative_to(server.folder))
            info.uid = info.gid = info.mtime = 0
            info.uname = info.gname = ""
            archive.addfile(info, io.BytesIO(file.read_bytes()) if file.is_file() else None)


def unpack(path, folder):
    folder.mkdir(mode=0o700)
    with tarfile.open(path) as archive:
        archive.extractall(folder, filter="tar")


def contents(server, loop):
    """What people with history find: archives, rosters, what they keep, whom they block, and their receipts."""
    found = {}
    for person in (ADA, BEN, CLEO):
        client = Client(loop, server, person, resource="reader").login()
        rows = archive(client)
        kept = client.iq({ADA: CARD, BEN: NOTES, CLEO: "<blocklist xmlns='urn:xmpp:blocking'/>"}[person])
        found[person.name] = {
            "archive": rows, "roster": client.roster(), "kept": sorted(t for t in kept.itertext()) + sorted(
                e.get("jid") for e in kept.iter() if e.get("jid")),
            "receipts": [_handed_over(client, number)[0] for number in range(1, {ADA: 3, BEN: 5, CLEO: 3}[person])],
        }
        # Or what this client wasn't asked about yet comes again to the next one.
        time.sleep(2)
        client.close()
    return json.loads(json.dumps(found))


def archive(client):
    """The texts that this client finds, as they are kept beside the folder."""
    return [[id, m.sender.split("/")[0], m.to.split("/")[0], m.body] for id, m in client.whole_archive()]


def proofs(server, loop, person, count):
    """Receipts and their proofs as they are handed over now."""
    client = Client(loop, server, person, resource="prover").login()
    try:
        return [_handed_over(client, number + 1) for number in range(count)]
    finally:
        client.close()


def _handed_over(client, number):
    start = len(client.received)
    client.send("localhost", f"receipt {number}")

    def both():
        rows = [m.body for m in client.received[start:] if m.bare == "localhost" and m.body]
        return rows[:2] if len(rows) >= 2 else None

    receipt, proof = wait_until(both, 10, f"receipt {number} of {client.person.name}")
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", receipt), receipt
    return receipt, proof
