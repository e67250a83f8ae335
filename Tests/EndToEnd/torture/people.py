"""Who is on the server while it is tortured: senders, recipients, one who texts by SMS, and people who change their minds."""

import asyncio
import random

from harness.wirexmpp import CLIENT

from .client import Client, Text

STANZA_ID = "{urn:xmpp:sid:0}stanza-id"
WINDOW = 64


class Sender(Client):
    """Sends bursts of texts of up to `length` letters to several people, as fast as `pace` says, while it may."""

    def __init__(self, house, person, name, recipients, chance, pace=12.0):
        super().__init__(house, person, name)
        self.name, self.recipients, self.chance, self.pace = name, recipients, chance, pace
        self.haste, self.length = 1.0, 300
        self.texts = {one.jid: [] for one in recipients}
        self.count = 0

    def text(self, to, size=0):
        self.count += 1
        mine = self.texts[to.jid]
        id = f"{self.name}.{self.recipients.index(to)}.{len(mine)}"
        text = Text(id, to.jid, f"{id} " + "x" * size, len(mine))
        mine.append(text)
        return text

    async def pour(self):
        while True:
            await self.may_begin()
            burst = self.chance.choice((1, 1, 1, 2, 5, 20))
            for n in range(burst):
                text = self.text(self.chance.choice(self.recipients), self.chance.randrange(self.length))
                self.send(text, request=n == burst - 1)
            await asyncio.sleep(burst / (self.pace * self.haste) * self.chance.uniform(0.5, 1.5))
            while len(self.outbox) > WINDOW:
                await asyncio.sleep(0.05 / self.haste)


class Recipient(Client):
    """Takes what comes, and remembers under which id and in what order."""

    comes_online = True

    def __init__(self, house, person, resource):
        super().__init__(house, person, resource)
        self.seen = {}
        self.last = {}
        self.repeats = 0

    def received(self, message):
        body, mark = message.findtext(CLIENT + "body"), message.find(STANZA_ID)
        if body is None or mark is None or message.get("type") == "error":
            return
        text, id = message.get("id"), mark.get("id")
        if text in self.seen:
            # Sent again because it wasn't acknowledged: it must carry the id by which a client tells that.
            self.repeats += 1
            if self.seen[text] != id:
                self.failure = f"{text} came as {self.seen[text]} and again as {id}"
            return
        self.seen[text] = id
        self.house.note("delivered", text, id)
        sender, place = text.rsplit(".", 1)
        if int(place) <= self.last.get(sender, -1):
            self.failure = f"{text} came live after {self.last[sender]} of the same sender"
        self.last[sender] = int(place)


class Texter(Client):
    """Texts numbers that only the phone network has."""

    comes_online = True

    def __init__(self, house, person, chance, pace=4.0, resource="texter"):
        super().__init__(house, person, resource)
        self.chance, self.pace = chance, pace
        self.texts = []
        self.told = {}  # by text: the errors that say what became of it
        self.is_idle = True
        self.haste = 1.0
        self._answer = None
        self._answered = set()

    async def ask(self, sentence, limit=10.0):
        """Says something to the server; None if no answer came, as it may after a crash."""
        self._answer = asyncio.get_running_loop().create_future()
        self.send(Text(f"{self.resource}-ask.{random.randrange(1 << 40)}", "localhost", sentence))
        try:
            return await asyncio.wait_for(self._answer, limit)
        except asyncio.TimeoutError:
            return None

    async def pour(self):
        while True:
            await self.may_begin()
            self.is_idle = False
            for _ in range(self.chance.choice((1, 1, 4, 15))):
                number = f"+4917604069{self.chance.randrange(100, 110)}"
                text = self._sms(number, is_long=self.chance.random() < 0.1)
                self.texts.append(text)
                self.send(text)
                await asyncio.sleep(self.chance.uniform(0, 2 / self.pace / self.haste))
            self.is_idle = True

    def _sms(self, number, is_long):
        """Each part of a long one says whose part it is: 153 characters are one."""
        id = f"sms.{len(self.texts)}"
        body, parts = ((f"{id}. " * 60)[:2 * 153 + 100], 3) if is_long else (f"{id}.", 1)
        return Text(id, f"{number}@localhost", body, parts=parts)

    def received(self, message):
        if message.get("type") == "error":
            self.told.setdefault(message.get("id"), []).append(message)
        elif (message.get("from") or "").split("/")[0] == "localhost" and message.find(CLIENT + "body") is not None:
            mark = message.find(STANZA_ID)
            if mark is not None:
                # Sent again after a crash that took its acknowledgement, it answers nothing new.
                if mark.get("id") in self._answered:
                    return
                self._answered.add(mark.get("id"))
            if self._answer is not None and not self._answer.done():
                self._answer.set_result(message.findtext(CLIENT + "body"))


class Decider(Texter):
    """Turns *sms* on and off; knows what was answered last."""

    _HEARD = {"on": ("sms is on.", "sms is on already."), "off": ("sms is off.", "sms isn't on.")}

    def __init__(self, house, person, name, chance):
        super().__init__(house, person, chance, resource=name)
        self.answered = []

    async def pour(self):
        wants = "on"
        while True:
            await self.may_begin()
            self.is_idle = False
            answer = await self.ask(f"{wants} sms", 4.0)
            self.is_idle = True
            # The answer to an earlier question may come after a crash, and says the other thing. A decision whose answer a crash took
            # is made all the same: asked again, the server says that it is so already.
            if answer is not None and answer.startswith(self._HEARD[wants]):
                self.answered.append(wants)
                self.house.note("answered", self.resource, wants)
                wants = "off" if wants == "on" else "on"
            await asyncio.sleep(self.chance.uniform(0.05, 0.5) / self.haste)
