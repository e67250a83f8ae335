"""Everybody's archive beside what was sent: each acknowledged text once, under one id, in order of its sender."""

from collections import Counter

from harness.wirexmpp import CLIENT, WireSession

from .broken import hold

ORIGIN = "{urn:xmpp:sid:0}origin-id"


class Archives:
    """Reads on from where it was the last time."""

    def __init__(self, house):
        self.house = house
        self.reached = {}
        self.places = {}  # by sender and recipient: how many texts are accounted for
        self.sms = {}  # by text: under which id its sender has it
        self.replies = Counter()  # texts from the phone network

    async def rows(self, person):
        """New rows: (archive id, id of the text, whether this person sent it)."""
        session = WireSession(self.house.server, person, resource="books")
        await session.connect()
        await session.bind(stream_management=False)
        found = await session.archive_after(self.reached.get(person.name))
        await session.close()
        ids = [id for id, _ in found]
        hold(ids == sorted(set(ids)), f"{person.name}: archive ids don't rise: {ids[:5]}…")
        last = self.reached.get(person.name)
        hold(not ids or last is None or ids[0] > last, f"{person.name}: the archive goes back behind {last}")
        if ids:
            self.reached[person.name] = ids[-1]
        rows = []
        for id, message in found:
            origin = message.find(ORIGIN)
            if (body := message.findtext(CLIENT + "body") or "").startswith("re."):
                self.replies[body] += 1
            if origin is not None and message.find(CLIENT + "body") is not None:
                rows.append((id, origin.get("id"), (message.get("from") or "").startswith(person.jid)))
        return rows

    async def check(self, load):
        taken = list(self.house.carrier.replies)
        for name in (*(one.resource for one in load.recipients), "away"):
            person = self.house.people[name]
            rows = [(id, text) for id, text, is_own in await self.rows(person) if not is_own]
            self._check(load, person, rows)
            live = next((one for one in load.recipients if one.person == person), None)
            if live is not None:
                for id, text in rows:
                    hold(live.seen.get(text) == id, f"{text} is archived as {id}, and came live as {live.seen.get(text)}")
        for sender in load.senders:
            texts = [text for _, text, is_own in await self.rows(sender.person) if is_own]
            hold(len(set(texts)) == len(texts), lambda texts=texts: f"twice in the archive of who sent it: {_twice(texts)}")
            whole = self.places.get(sender.name, 0) + len(texts)
            self.places[sender.name] = whole
            sent = sum(map(len, sender.texts.values()))
            hold(whole == sent, f"{sender.name} sent {sent} texts and has {whole} in the archive")
        for id, text, is_own in await self.rows(load.texter.person):
            if is_own and text.startswith("sms."):
                hold(text not in self.sms, f"{text} is twice in the archive of who sent it")
                self.sms[text] = id
        lost = [text for text in taken if text not in self.replies]
        hold(not lost, f"SMS that were taken from the carrier and are found nowhere: {lost[:5]}")
        hold(not (twice := [text for text, count in self.replies.items() if count > 1]), f"SMS that came twice: {twice[:5]}")

    def _check(self, load, person, rows):
        for sender in load.senders:
            sent = sender.texts[person.jid]
            at = self.places.get((sender.name, person.name), 0)
            mine = [text for _, text in rows if text.startswith(f"{sender.name}.")]
            wanted = [one.id for one in sent[at:]]
            hold(len(set(mine)) == len(mine), f"twice: {_twice(mine)}")
            lost = [one for one in wanted if one not in set(mine)]
            hold(not lost, f"acknowledged and found nowhere: {lost[:5]}, {len(lost)} of {len(wanted)}")
            hold(mine == wanted, lambda: f"not in the order they were sent: {_first_difference(mine, wanted)}")
            self.places[sender.name, person.name] = len(sent)


def _twice(texts):
    return [one for one in texts if texts.count(one) > 1][:5]


def _first_difference(mine, wanted):
    at = next((n for n, (a, b) in enumerate(zip(mine, wanted)) if a != b), min(len(mine), len(wanted)))
    return f"archived {mine[at:at + 5]}, sent {wanted[at:at + 5]}"
