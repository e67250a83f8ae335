"""The main job from beginning to end, each sentence checked as it is told."""

import time
import xml.etree.ElementTree as ET

from harness.canary import Canary
from harness.texting import alias, ask

from stage import DOMAIN, GRACE
from telling import NotAsTold

# From the ranges that Germany's regulator keeps for films: nobody has these numbers.
SENDERS = ["+493023125001", "+493023125002"]
PREFIX = "+49"
QUINS = "+4917604069021"
NOBODYS = "+4917604069042"
UNKNOWN = "+4917604069077"


class Story:
    def __init__(self, stage, tell):
        self.stage, self.tell, self.carrier = stage, tell, stage.carrier

    def play(self):
        self.people_join()
        self.nobody_said_yes()
        self.quin_says_yes()
        self.over_the_internet()
        self.by_sms()
        self.quin_is_away()
        self.quin_withdraws()
        self.as_at_the_start()

    def people_join(self):
        tell = self.tell
        tell.step("Two people join")
        self.pia, self.quin = self.stage.add("pia"), self.stage.add("quin")
        self.p, self.q = self.stage.sign_in(self.pia), self.stage.sign_in(self.quin)
        tell.say(f"{self.pia.jid} and {self.quin.jid} have a name and a password. Nothing else was asked.",
                 f"Signed in with {self.p.mechanism_used} over {self.p.tls_version}.")
        tell.check(not self.stage.kept.index(), "The server's index of phone numbers is empty.")

    def nobody_said_yes(self):
        tell = self.tell
        tell.step("Pia texts a number before its owner has said yes")
        tell.say(f"{QUINS} is Quin's, {UNKNOWN} is nobody's. Pia texts both.")
        quins, unknown = self._refused(QUINS), self._refused(UNKNOWN)
        tell.show(f"← {QUINS}: {shown(quins)}", f"← {UNKNOWN}: {shown(unknown)}")
        tell.check(comparable(quins) == comparable(unknown), "Byte for byte the same answer, but for the number and the stanza's id.",
                   f"{comparable(quins)}\n{comparable(unknown)}")
        tell.check(not self._received(self.q) and not self.carrier.texts(), "Quin saw nothing, and no SMS went out.")
        self.at_start = comparable(quins)

    def quin_says_yes(self):
        tell = self.tell
        tell.step("Quin turns on texting by number")
        tell.say("In the chat with the server's own address, which every app can have.")
        self._chat(self.q, f"on number-texting {QUINS}", "by SMS")
        code = self.carrier.wait_code(QUINS)
        tell.show(f"SMS on {QUINS}: “{self.carrier.texts(QUINS)[-1]['text']}”")
        self._chat(self.q, f"code {code}", "number-texting is on")
        tell.check(len(self.stage.kept.index()) == 1, "The index of phone numbers has one row, a keyed fingerprint.")
        self._check_at_rest()

    def over_the_internet(self):
        tell = self.tell
        tell.step("The same number, over the internet")
        before = len(self.carrier.texts())
        self.p.send(alias(QUINS), "Dinner at eight?")
        got = self.q.wait_text("Dinner at eight?")
        self.q.send(got.bare, "Eight is fine.")
        back = self.p.wait_text("Eight is fine.")
        tell.show(f"Pia sent   to {alias(QUINS)}: “Dinner at eight?”",
                  f"Quin got   from {got.bare}: “{got.body}”",
                  f"Quin sent  to {got.bare}: “Eight is fine.”",
                  f"Pia got    from {back.bare}: “{back.body}”")
        tell.check(got.bare == self.pia.jid and back.bare == alias(QUINS),
                   "One conversation on both sides: the answer comes from the address that Pia wrote to.",
                   f"from {got.bare} and from {back.bare}")
        tell.check(len(self.carrier.texts()) == before, "Free: no SMS went out.")

    def by_sms(self):
        tell = self.tell
        tell.step("A number that is nobody's here")
        self._chat(self.p, "on sms", "sms is on")
        id = self.p.send(alias(NOBODYS), "Are you coming, too? Pia", receipt=True)
        text = self.carrier.wait_text(NOBODYS, "Are you coming, too? Pia")
        receipt = self.p.wait_receipt(id)
        self.carrier.command(f"from {NOBODYS} to {text['from']} : On my way!")
        back = self.p.wait_text("On my way!")
        tell.show(f"Pia sent   to {alias(NOBODYS)}, id {id[:8]}…: “Are you coming, too? Pia”",
                  f"SMS on {NOBODYS} from {text['from']}: “{text['text']}”",
                  f"Pia got    <received id='{receipt.receipt_of[:8]}…'/> from {receipt.bare}",
                  f"the handset answers {text['from']}: “On my way!”",
                  f"Pia got    from {back.bare}: “{back.body}”")
        tell.check(len(self.carrier.texts(NOBODYS)) == 1, "One SMS went out, and the network's delivery receipt came back "
                   "as an XMPP one (XEP-0184).")
        tell.check(receipt.bare == back.bare == alias(NOBODYS), "The answer by SMS is in the same chat.",
                   f"from {receipt.bare} and from {back.bare}")

    def quin_is_away(self):
        tell = self.tell
        words = "The table is by the window."
        tell.step("Quin is away")
        self.q.close()
        sent = time.monotonic()
        self.p.wait_acked(self.p.send(alias(QUINS), words))
        text = self.carrier.wait_text(QUINS, words, timeout=GRACE + 15)
        waited = time.monotonic() - sent
        tell.show(f"Pia sent   to {alias(QUINS)}: “{words}”",
                  f"SMS on {QUINS} from {text['from']}, {waited:.1f} s later: “{text['text']}”")
        tell.check(waited >= GRACE, f"It waited for Quin's app for the grace time ({GRACE} s here, by default 2 minutes).")
        self.q = self.stage.sign_in(self.quin)
        got = self.q.wait_text(words)
        self.q.ping()
        kept = [id for id, message in self.q.whole_archive() if message.body == words]
        id = got.stanza_ids.get(self.quin.jid)
        tell.show(f"Quin returns and gets from {got.bare}: “{got.body}”, stanza-id {id}",
                  f"Quin's archive has it with id {', '.join(kept) or 'none'}")
        tell.check(self.q.texts().count(words) == 1 and kept == [id], "Shown once, kept once, under one id.")
        copies = sum(words in text["text"] for text in self.carrier.texts(QUINS))
        tell.check(copies == 1, "And one SMS.", f"there are {copies}")

    def quin_withdraws(self):
        tell, kept = self.tell, self.stage.kept
        tell.step("Quin withdraws")
        key, = kept.index()
        before = kept.rows_under(key)
        answer = self._chat(self.q, "off number-texting", "number-texting is off")
        after, index = kept.rows_under(key), kept.index()
        total = sum(before.values())
        tell.show(f"rows under Quin's number-texting key, before: {total} ({listed(before)})",
                  f"after: {sum(after.values())}; rows of the index of numbers: 1 before, {len(index)} after")
        tell.check(total > 0 and f" {total} row" in answer and "now 0" in answer,
                   f"The server says the same as its files: {total} before, 0 after.", f"it says: {answer}\n{listed(before)}")
        tell.check(not any(after.values()) and not index and kept.has_tombstone(key),
                   "The key is destroyed (a tombstone without it is left), and the index row is gone.", listed(after))

    def as_at_the_start(self):
        tell = self.tell
        tell.step("Pia turns SMS off")
        self._chat(self.p, "off sms", "sms is off")
        count = len(self.carrier.texts())
        answers = [self._refused(number) for number in (QUINS, NOBODYS, UNKNOWN)]
        for number, error in zip((QUINS, NOBODYS, UNKNOWN), answers):
            tell.show(f"← {number}: {shown(error, brief=True)}")
        tell.check([comparable(error) for error in answers] == 3 * [self.at_start],
                   "Quin's number, the one texted by SMS and the unknown one get the answer of the beginning.")
        tell.check(len(self.carrier.texts()) == count, "No SMS went out.")
        self._check_at_rest()

    def _check_at_rest(self):
        """No number of the story at rest, whatever was said yes to."""
        canary = Canary(QUINS, NOBODYS, UNKNOWN)
        hits = canary.files(self.stage.folder) + canary.search(self.stage.server.log.encode(), "the log")
        files = sum(file.is_file() for file in self.stage.folder.rglob("*"))
        self.tell.check(not hits, f"No number stands in any of the folder's {files} files or the log: not in clear, hex, "
                        "base64, UTF-16, BCD or as a digest.", "; ".join(map(str, hits[:5])))

    # What people do

    def _refused(self, number):
        """Pia's text to a number nobody can be texted at, and the error that answers it."""
        return self.p.wait_error(self.p.send(alias(number), "Hello?")).xml

    def _chat(self, client, words, expecting):
        answer = ask(client, words)
        if expecting not in answer:
            raise NotAsTold(f"“{words}” was answered otherwise than expected: {answer}")
        self.tell.show(f"{client.person.name.capitalize()} writes “{words}”. {DOMAIN}: “{first_sentences(answer)}”")
        return answer

    @staticmethod
    def _received(client):
        return [m for m in client.received if m.body is not None]


def comparable(error):
    """An error stanza as bytes, without the two things that the sender chose: the number and the stanza's id."""
    copy = ET.fromstring(ET.tostring(error))
    number = copy.get("from").split("@")[0]
    copy.attrib.pop("id")
    return ET.canonicalize(ET.tostring(copy)).replace(number, "NUMBER")


def shown(error, brief=False):
    """The error's type, condition and text."""
    inner = error.find("{jabber:client}error")
    condition, text = "", ""
    for element in inner:
        name = element.tag.partition("}")[2]
        if name == "text":
            text = element.text
        elif element.tag.startswith("{urn:ietf:params:xml:ns:xmpp-stanzas}"):
            condition = name
    return f"<error type='{inner.get('type')}'><{condition}/>" + ("" if brief else f" “{text}”")


def first_sentences(text, most=160):
    """As many whole sentences as fit, one at least."""
    sentences = text.replace("\n", " ").replace(". ", ".\x00").split("\x00")
    kept = sentences.pop(0)
    while sentences and len(kept) + len(sentences[0]) < most:
        kept += " " + sentences.pop(0)
    return kept + (" …" if sentences else "")


def listed(rows):
    return ", ".join(f"{table} {count}" for table, count in rows.items() if count) or "none"
