"""Opens what a power cut left with the real program, and looks for everything that was promised before."""

import asyncio
from types import SimpleNamespace

from harness.hoopoe import Hoopoe
from harness.logfolder import Checkpoint, leaf_hash, root_of
from harness.wirexmpp import CLIENT, WireSession

from torture.broken import hold
from torture.house import SETTINGS
from torture.store import DELIVERED, FAILED, SUBMITTED, UNKNOWN, Store

ORIGIN = "{urn:xmpp:sid:0}origin-id"


class Reopened:
    """`folder` is what was left of `worked`'s folder; `promised` are the events before the cut."""

    def __init__(self, worked, folder, promised):
        self.worked, self.promised = worked, promised
        self.server = Hoopoe(folder, is_new=False)
        self.work = folder.parent
        (folder.parent / "last-checkpoint").unlink(missing_ok=True)
        self.archives = {}

    async def check(self):
        try:
            self.server.start(**SETTINGS, routes="[]")
        except AssertionError as error:
            hold(False, f"it doesn't start: {error}")
        try:
            people = self.worked.house.people
            found = await asyncio.gather(*(self._archive(person) for person in people.values()))
            self.archives = dict(zip(people, found))
            self._check_texts()
            store = Store(self)
            self._check_sms(store)
            self._check_decisions(store)
            self._check_checkpoints(store)
            store.check_log()
            store.check_files()
        finally:
            self.server.close()

    def _events(self, what):
        return [event.words for event in self.promised if event.what == what]

    async def _archive(self, person):
        session = WireSession(self.server, person, resource="books")
        await session.connect()
        await session.bind(stream_management=False)
        rows = await session.archive_after()
        await session.close(goodbye=False)
        ids = [id for id, _ in rows]
        hold(ids == sorted(set(ids)), f"{person.name}: archive ids don't rise")
        texts = [(message.find(ORIGIN).get("id"), id) for id, message in rows
                 if message.find(ORIGIN) is not None and message.find(CLIENT + "body") is not None]
        hold(len(dict(texts)) == len(texts), f"{person.name} has texts twice")
        return dict(texts)

    def _check_texts(self):
        acknowledged = {id for (id,) in self._events("acknowledged")}
        delivered = dict(self._events("delivered"))
        for sender in self.worked.load.senders:
            own = self.archives[sender.name]
            for jid, texts in sender.texts.items():
                name = next(n for n, person in self.worked.house.people.items() if person.jid == jid)
                theirs = self.archives[name]
                mine = [id for id in theirs if id.startswith(f"{sender.name}.")]
                hold(mine == [one.id for one in texts[:len(mine)]], f"not the first texts of {sender.name} in their order: {mine}")
                for one in texts:
                    if one.id in acknowledged:
                        hold(one.id in theirs, f"{one.id} was acknowledged and is gone")
                        hold(one.id in own, f"{one.id} was acknowledged and is gone for who sent it")
                    if one.id in delivered:
                        hold(theirs.get(one.id) == delivered[one.id], f"{one.id} was delivered and is gone")

    def _check_sms(self, store):
        ids = self.archives["tessa"]
        states = dict(store.content("SELECT message, state FROM outgoing WHERE message IS NOT NULL"))
        acknowledged = {id for (id,) in self._events("acknowledged") if id.startswith("sms.")}
        for id in acknowledged:
            hold(id in ids and int(ids[id], 16) in states, f"{id} was acknowledged and is gone")
        for (id,) in self._events("submitted"):
            state = states.get(int(ids.get(id, "0"), 16))
            hold(state in (SUBMITTED, DELIVERED, UNKNOWN, FAILED), f"the carrier has {id}, and it would be sent again: {state}")

    def _check_decisions(self, store):
        answered = {decider.resource: [] for decider in self.worked.load.deciders}
        for name, wants in self._events("answered"):
            answered[name].append(wants)
        then = [SimpleNamespace(person=one.person, answered=answered[one.resource]) for one in self.worked.load.deciders]
        store.check_evidence(SimpleNamespace(deciders=then))

    def _check_checkpoints(self, store):
        leaves = [leaf_hash(entry) for _, entry in store.content("SELECT idx, commitment FROM leaf WHERE log = 1 ORDER BY idx")]
        for (text,) in self._events("checkpoint"):
            seen = Checkpoint(text)
            hold(seen.size <= len(leaves) and root_of(leaves[:seen.size]) == seen.root,
                 f"a checkpoint of {seen.size} was shown, and {len(leaves)} leaves don't make it")
