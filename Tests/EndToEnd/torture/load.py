"""Everybody who uses the server at once."""

import asyncio
import random
from contextlib import contextmanager

from .people import Decider, Recipient, Sender, Texter

SENDERS = ("anna", "ben", "cleo")
RECIPIENTS = ("rosa", "busy")
DECIDERS = ("dora", "emil")
EVERYBODY = (*SENDERS, *RECIPIENTS, *DECIDERS, "away", "tessa")


class Load:
    def __init__(self, house, seed):
        self.house = house
        people = house.people
        to = [people[name] for name in (*RECIPIENTS, "away")]
        self.senders = [Sender(house, people[name], name, to, random.Random(f"{seed} {name}")) for name in SENDERS]
        self.recipients = [Recipient(house, people[name], name) for name in RECIPIENTS]
        self.texter = Texter(house, people["tessa"], random.Random(f"{seed} tessa"))
        self.deciders = [Decider(house, people[name], name, random.Random(f"{seed} {name}")) for name in DECIDERS]
        self.tasks = []

    @property
    def clients(self):
        return [*self.senders, *self.recipients, self.texter, *self.deciders]

    async def begin(self):
        self.tasks = [asyncio.ensure_future(one.run()) for one in self.clients]
        await asyncio.gather(*(one.up() for one in self.clients))
        assert await self.texter.ask("on sms"), "no answer to `on sms`"
        self.tasks += [asyncio.ensure_future(one.pour()) for one in (*self.senders, self.texter, *self.deciders)]

    def recipient(self, name):
        return self.recipients[RECIPIENTS.index(name)]

    @contextmanager
    def hurry(self, length=300):
        """Meanwhile there is always much on its way to the disk, and something on its way to the carrier; texts are up to so long."""
        for one in self.senders:
            one.haste, one.length = 30.0, length
        self.texter.haste = 5.0
        try:
            yield
        finally:
            for one in self.senders:
                one.length = 300
            for one in (*self.senders, self.texter):
                one.haste = 1.0

    @property
    def acknowledged(self):
        return sum(len(mine) for one in self.senders for mine in one.texts.values()) - sum(len(one.outbox) for one in self.senders)

    async def end(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for one in self.clients:
            if one.session is not None:
                await one.session.close(goodbye=False)
