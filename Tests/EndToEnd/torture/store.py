"""The store's two files, read beside the server: what became of each SMS, and whether keys, ledger and log agree."""

import json
import sqlite3
from collections import defaultdict
from contextlib import closing

from harness.logfolder import LogFolder, leaf_hash, root_of
from harness.process import run

from .broken import hold

WAITING, SENDING, SUBMITTED, UNKNOWN, DELIVERED, FAILED = range(6)


class Store:
    def __init__(self, house):
        self.house = house
        self.region = house.server.folder / "regions" / "home"
        self.checkpoint = house.work / "last-checkpoint"
        self.settled = set()  # texts whose outcome won't change
        self.unknown = self.failed = 0

    def _read(self, file, sql, *arguments):
        with closing(sqlite3.connect(f"file:{self.region / file}?mode=ro", uri=True, timeout=10)) as store:
            return store.execute(sql, arguments).fetchall()

    def content(self, sql, *arguments):
        return self._read("content.sqlite", sql, *arguments)

    def keys(self, sql, *arguments):
        return self._read("keys.sqlite", sql, *arguments)

    # SMS

    def waiting(self):
        """How many texts are on their way to the carrier, or wait for its answer."""
        return self.content("SELECT count(*) FROM outgoing WHERE state IN (0, 1)")[0][0]

    def all_told(self, load, ids):
        """Whether the texter was told of each SMS whose outcome is unknown."""
        unknown = {message for message, state in self._outcomes() if state == UNKNOWN}
        return all(text.id in load.texter.told for text in load.texter.texts if int(ids.get(text.id, "0"), 16) in unknown)

    def _outcomes(self):
        return self.content("SELECT message, state FROM outgoing WHERE message IS NOT NULL")

    def check_sms(self, load, ids):
        """Each acknowledged text has one outcome; no part was submitted twice, and none unless it says so. How many more are
        unknown, and how many failed."""
        carrier = self.house.carrier
        submitted, answered = defaultdict(set), defaultdict(set)
        for (text, part), count in carrier.submits.items():
            hold(count == 1, f"part {part} of {text} went to the carrier {count} times")
            submitted[text].add(part)
        for text, part in carrier.answered:
            answered[text].add(part)
        states = dict(self._outcomes())
        unknown = failed = 0
        for text in load.texter.texts:
            hold(text.id in ids, f"{text.id}, an SMS, was acknowledged and is in no archive")
            state, parts = states.get(int(ids[text.id], 16)), submitted[text.id]
            hold(state is not None, f"{text.id} was acknowledged, and nothing is known of it")
            if state in (SUBMITTED, DELIVERED):
                hold(parts == set(range(1, text.parts + 1)), f"{text.id} is said to be with the carrier, which got {parts} of {text.parts}")
            elif state == UNKNOWN:
                unknown += 1
                hold(text.id in load.texter.told, f"{text.id} is unknown, and its sender wasn't told")
            else:
                hold(state == FAILED, f"{text.id} is still on its way")
                failed += 1
                hold(not answered[text.id], f"{text.id} failed, and the carrier has taken it")
        fresh = unknown - self.unknown, failed - self.failed
        self.unknown, self.failed = unknown, failed
        return fresh

    # Keys, ledger, log

    def check_evidence(self, load):
        people = {name: id for id, name in self.content("SELECT id, name FROM person")}
        for decider in load.deciders:
            owner = people[decider.person.name]
            ledger = self.content("SELECT id, action, key FROM ledger WHERE owner = ? AND purpose = 'sms' ORDER BY id", owner)
            actions = [action for _, action, _ in ledger]
            hold(all(a != b for a, b in zip(actions, actions[1:])), f"the ledger repeats itself: {actions}")
            turns = sum(1 for a, b in zip([None, *decider.answered], decider.answered) if a != b)
            hold(len(actions) >= turns, f"{turns} decisions were answered, {len(actions)} are in the ledger")
            live = self.keys("SELECT id FROM key WHERE owner = ? AND use LIKE '%sms' AND wrapped IS NOT NULL", owner)
            stands = [(ledger[-1][2],)] if actions and actions[-1] == "grant" else []
            hold(live == stands, f"keys that live {live}, keys of a standing yes {stands}")
        decisions = {id for (id,) in self.content("SELECT id FROM ledger")}
        proven = {id for (id,) in self.content("SELECT e.id FROM evidence e JOIN leaf l ON l.log = e.log AND l.idx = e.idx")}
        hold(decisions <= proven, f"decisions without a leaf: {sorted(decisions - proven)[:5]}")
        salted = {id for (id,) in self.keys("SELECT decision FROM salt")}
        hold(decisions <= salted, f"decisions without a salt: {sorted(decisions - salted)[:5]}")

    def check_log(self):
        folder = LogFolder(self.house.server)
        newest = folder.checkpoint()
        if newest is None:
            return
        leaves = self.content("SELECT idx, commitment FROM leaf WHERE log = 1 ORDER BY idx")
        hold([index for index, _ in leaves] == list(range(len(leaves))), "the log's indices have gaps")
        hold(newest.size <= len(leaves), f"signed {newest.size}, stored {len(leaves)}")
        root = root_of([leaf_hash(entry) for _, entry in leaves[:newest.size]])
        hold(root == newest.root, "the checkpoint signs another tree")
        self._run("log", "verify", folder.path, "--checkpoint", self.checkpoint)

    def check_files(self):
        ended = run([self.house.server.program, "check", self.house.server.folder, "--json"], check=False)
        states = {one["id"]: one for one in json.loads(ended.output)["findings"]}
        for file in ("store-content", "store-keys"):
            hold(states[file]["state"] == "ok", f"hoopoe check: {states[file]}")

    def _run(self, *words):
        ended = run([self.house.server.program, *words], check=False)
        hold(ended.returncode == 0, f"hoopoe {words[0]} {words[1]} ends with {ended.returncode}: {ended.output}{ended.errors}")
