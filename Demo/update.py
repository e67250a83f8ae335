"""Plays script/demo update: new terms for a thousand people under traffic, a kill in the middle, and the evidence."""

import argparse
import asyncio
import json
import logging
import os
import signal
import sqlite3
import sys
import time
from contextlib import closing

from harness.process import Process, run
from harness.texting import alias

from crowd import Traffic, import_people, in_slices
from stage import Stage
from telling import NotAsTold, Teller

# From the ranges that Germany's regulator keeps for films: nobody has these numbers.
SENDERS = ["+493023125001", "+493023125002"]
PREFIX = "+49"
HANDSETS = "+4917604069"

PEOPLE = 1000     # all with sms on
TEXTERS = 150     # of them, texting phones all the time
NUMBERED = 40     # of them, with texting by number on, texted by number all the time
NEIGHBOURS = 60   # of nobody's concern: without any yes, texting each other by address
RENEWING = 20     # who say yes to the new terms afterwards


class Update:
    def __init__(self, stage, tell):
        self.stage, self.tell = stage, tell

    async def play(self):
        self.carrier = self.stage.carrier
        self.everybody_comes()
        await self.everybody_says_yes()
        await self.traffic_begins()
        await self.the_update()
        self.killed_in_the_middle()
        await self.it_finishes()
        await self.a_new_yes()
        await self.the_evidence()
        await self.traffic.end()
        for member in self.members:
            await member.leave()

    # The people

    def everybody_comes(self):
        tell = self.tell
        tell.step(f"{PEOPLE + NEIGHBOURS:,} people are imported")
        self.members = import_people(self.stage, [f"p{i:04d}" for i in range(PEOPLE + NEIGHBOURS)])
        self.concerned, self.neighbours = self.members[:PEOPLE], self.members[PEOPLE:]
        self.texters = self.concerned[:TEXTERS]
        self.numbered = self.concerned[TEXTERS:TEXTERS + NUMBERED]
        self.callers = self.neighbours[:NUMBERED]
        self.owners = dict(self.content("SELECT name, id FROM person"))
        tell.check(self.count("ledger") == 0 and not self.keys("SELECT 1 FROM key WHERE use <> 'service'"),
                   "An import turns nothing on: no decision is on record, and no purpose has a key.")

    async def everybody_says_yes(self):
        tell = self.tell
        tell.step("A thousand turn on sms, some also texting by number, each in the chat with the server")
        began = time.monotonic()
        for index, member in enumerate(self.numbered):
            member.number = f"{HANDSETS}{index:03d}"
        stay = {*self.texters, *self.numbered, *self.neighbours}

        async def come(member):
            await member.connect()
            if member in self.concerned_set:
                await member.ask("on sms", "sms is on")
            if member.number:
                await member.ask(f"on number-texting {member.number}", "code")
                code = await asyncio.to_thread(self.carrier.wait_code, member.number)
                await member.ask(f"code {code}", "number-texting is on")
            if member not in stay:
                await member.leave()

        self.concerned_set = set(self.concerned)
        await in_slices(come, self.members)
        tell.say(f"That took {time.monotonic() - began:.0f} s.")
        yeses = dict(self.content("SELECT purpose, count(DISTINCT owner) FROM ledger WHERE action = 'grant' AND terms = 1 GROUP BY purpose"))
        tell.check(yeses == {"sms": PEOPLE, "number-texting": NUMBERED},
                   f"On record under version 1 of the terms: {PEOPLE:,} yeses to sms, {NUMBERED} to number-texting.", yeses)
        self.rows_before = self.rows()

    # The traffic

    async def traffic_begins(self):
        tell = self.tell
        tell.step("Everybody texts")
        self.traffic = Traffic(pace=1.0)
        self.traffic.begin(self.texters, lambda i: alias(f"{HANDSETS}{500 + i:03d}"), "sms")
        self.traffic.begin(self.callers, lambda i: alias(self.numbered[i].number), "number")
        self.traffic.begin(self.neighbours[NUMBERED:], lambda i: self.neighbours[i].person.jid, "address")
        await self.soon(lambda: len(self.phones()) >= 2 * TEXTERS, "SMS at the carrier")
        await asyncio.sleep(1)
        tell.show(f"SMS shown on phones so far: {len(self.phones())}",
                  f"by number over the internet: {len(self.by_number())}",
                  f"by address: {len(self.by_address())}")
        tell.check(self.by_number() and self.by_address(), "All three ways work.")

    # The update

    async def the_update(self):
        tell = self.tell
        tell.step("New terms are published, and the server is killed while it switches people off")
        terms = json.loads((self.stage.server.folder / "terms" / "1.json").read_text())
        for purpose in ("sms", "number-texting"):
            entry = terms["purposes"][purpose]
            entry["what"] = entry["what"].rstrip(".") + ", and this is how it works since August."
        document = self.stage.folder / "august.json"
        document.write_text(json.dumps(terms, indent=2))
        diff = await asyncio.to_thread(self.verb, "diff", document)
        tell.show(*(line for line in diff.output.splitlines() if "switched off" in line))
        tell.check(f"sms: {PEOPLE} people" in diff.output and f"number-texting: {NUMBERED} people" in diff.output,
                   "hoopoe terms diff says beforehand whom it concerns.", diff.output)
        self.published_from = time.monotonic()
        self.verb_running = Process([self.stage.server.program, "terms", "publish", self.stage.server.folder,
                                     "--from", document, "--yes"])
        await self.soon(lambda: self.content("SELECT 1 FROM terms WHERE version = 2"), "version 2 on record", every=0.001)
        self.in_force = time.monotonic()
        self.phones_at = len(self.phones())
        await self.soon(lambda: self.stale() >= PEOPLE // 3, "a third switched off", every=0.002)
        self.traffic.is_up.clear()
        self.killed = time.monotonic()
        self.stage.server.kill()

    def killed_in_the_middle(self):
        tell = self.tell
        self.stale_at_kill = self.stale()
        tell.show(f"the verb began, version 2 was on record {self.in_force - self.published_from:.2f} s later, SIGKILL "
                  f"{self.killed - self.in_force:.2f} s after that")
        tell.check(0 < self.stale_at_kill < PEOPLE + NUMBERED,
                   f"SIGKILL came in the middle: {self.stale_at_kill} of {PEOPLE + NUMBERED:,} switch-offs are on disk.")
        self.verb_running.wait(20)
        tell.check(self.verb_running.exit_code != 0 and "stopped before it answered" in self.verb_running.errors,
                   "The verb says that it doesn't know how far it came.", self.verb_running.errors)

    async def it_finishes(self):
        tell = self.tell
        tell.step("The server starts again, and finishes")
        self.uses_before = self.uses()
        self.stage.server.start()
        self.restarted = time.monotonic()
        self.carrier.wait_bound()
        self.traffic.is_up.set()
        await in_slices(self.come_back, self.numbered)
        await self.soon(lambda: self.stale() == PEOPLE + NUMBERED, "the rest switched off")
        tell.check(True, f"{PEOPLE + NUMBERED:,} switch-offs are on disk {time.monotonic() - self.restarted:.1f} s after the start.")
        await self.soon(lambda: sum(bool(m.errors) for m in self.texters) == TEXTERS, "an answer to everybody who texts phones")
        await asyncio.sleep(3)

    async def a_new_yes(self):
        tell = self.tell
        tell.step(f"{RENEWING} of them agree to the new terms")
        self.renewed = self.texters[:RENEWING]
        self.quiet_phones = self.phones()[self.phones_at:]
        for member in self.renewed:
            await member.ask("on sms", "sms is on")
        names = {f"sms {i}." for i in range(RENEWING)}
        await self.soon(lambda: {w.split(".")[0] + "." for w in self.phones()[self.phones_at:]} >= names, "their SMS")
        tell.check(True, "Their texts go out again: what stopped the others' was the missing yes, and nothing else.")

    # The evidence

    async def the_evidence(self):
        tell = self.tell
        await self.traffic.end()
        tell.step("The evidence")
        rows = self.content("SELECT purpose, owner, count(*) FROM ledger WHERE action = 'stale' AND terms = 2 GROUP BY purpose, owner")
        tell.check(len(rows) == PEOPLE + NUMBERED and all(count == 1 for *_, count in rows),
                   f"Ledger: each of the {PEOPLE + NUMBERED:,} yeses has exactly one switch-off, the kill notwithstanding.")
        receipts = self.content(
            "SELECT count(*) FROM evidence JOIN ledger ON ledger.id = evidence.decision WHERE action = 'stale'")[0][0]
        tell.check(receipts == PEOPLE + NUMBERED, "Receipts: one for each switch-off, with a leaf in the log.", receipts)
        new = {self.owners[m.person.name] for m in self.renewed}
        old_uses = {k: v for k, v in self.uses().items() if not (k[0] in new and k[2] == 2)}
        tell.check(old_uses == self.uses_before,
                   "Uses: the counts under every yes to version 1 are what they were before the restart.",
                   {k: v for k, v in old_uses.items() if self.uses_before.get(k) != v})
        # What the carrier had been handed when the version came on record may show a moment later; what was sent by its
        # person after that, never.
        late = [w for w in self.quiet_phones if self.sent_at(self.texters, w) > self.in_force]
        tell.check(not late, "Carrier: of the texts sent after version 2 was on record not one reached a phone without a new yes.", late[:5])
        others = [w for w in self.phones()[self.phones_at:] if w not in self.quiet_phones and int(w.split()[1].split(".")[0]) >= RENEWING]
        tell.check(not others, "And later only those of the people who agreed again.", others[:5])
        late = [b for when, b in self.by_number() if self.sent_at(self.callers, b) > self.in_force]
        tell.check(not late, "Wire: nobody was reached by their number after that.", late[:5])
        refused = [t for m in self.texters for when, t in m.errors if when > self.in_force]
        tell.check(len(refused) >= TEXTERS and all("The terms of sms have changed" in t for t in refused),
                   f"Wire: {len(refused)} attempts were answered: “{refused[0]}”", refused[:3])
        self.others_went_on()
        await self.told_once()

    def others_went_on(self):
        tell = self.tell
        acked = sorted(done for m in self.neighbours[NUMBERED:] for _, _, done in m.sent if done)
        span = lambda a, b: [t for t in acked if a <= t < b]
        before = span(self.published_from - 2, self.published_from)
        during = span(self.published_from, self.killed)
        after = span(self.restarted + 2, time.monotonic())
        gaps = [b - a for a, b in zip(during, during[1:])] or [9]
        tell.show(f"texts by address acknowledged: {len(before)} in the 2 s before, {len(during)} in the "
                  f"{self.killed - self.published_from:.2f} s of publishing (longest pause {max(gaps):.2f} s), {len(after)} since the restart")
        tell.check(during and max(gaps) < 1.5 and after, "Everybody else's traffic went on.")
        arrived = {b for _, b in self.by_address()}
        lost = [w for m in self.neighbours[NUMBERED:] for _, w, done in m.sent if done and done < time.monotonic() - 2 and w not in arrived]
        tell.check(not lost, "Each of their texts that was acknowledged arrived.", lost[:5])

    async def told_once(self):
        tell = self.tell
        idle = [m for m in self.concerned if m not in self.texters and m not in self.numbered]
        rows = self.rows()
        more = {m.person.name: rows[self.owners[m.person.name]] - self.rows_before[self.owners[m.person.name]] for m in idle}
        wrong = {name: count for name, count in more.items() if count != 1}
        tell.check(not wrong, f"Told once: each of the {len(idle)} people who were away has exactly one message more.", list(wrong.items())[:5])

        async def look(member):
            await member.connect()
            await member.until(member.notices, "the notice")

        some = idle[::40]
        await in_slices(look, some)
        tell.show(*some[0].notices()[0].splitlines())
        tell.check(all(len(m.notices()) == 1 for m in some), f"{len(some)} of them come and read it.")
        seen = [m for m in (*self.texters, *self.numbered) if len(set(m.notices())) != 1]
        tell.check(not seen, "Those who were there saw it on their screens.", [m.person.name for m in seen[:5]])

    @staticmethod
    async def come_back(member):
        await member.leave()
        await member.connect()

    # What is asked of the folder, the carrier and the people

    def phones(self):
        """The words on phones of the people who aren't here, in order."""
        return [e["text"] for e in self.carrier.texts() if e["text"].startswith("sms ")]

    def by_number(self):
        return [(when, body) for m in self.numbered for when, _, body in m.got if body.startswith("number ")]

    def by_address(self):
        return [(when, body) for m in self.neighbours for when, _, body in m.got if body.startswith("address ")]

    @staticmethod
    def sent_at(members, words):
        index = int(words.split()[1].split(".")[0])
        return next(when for when, sent, _ in members[index].sent if sent == words)

    def stale(self):
        return self.content("SELECT count(*) FROM ledger WHERE action = 'stale'")[0][0]

    def uses(self):
        """Counts by (owner, purpose, version of the yes)."""
        return {(owner, purpose, terms): count for owner, purpose, terms, count in self.content(
            "SELECT uses.owner, uses.purpose, ledger.terms, sum(count) FROM uses JOIN ledger ON ledger.id = uses.decision "
            "GROUP BY 1, 2, 3")}

    def rows(self):
        counts = dict(self.content("SELECT owner, count(*) FROM message GROUP BY owner"))
        return {owner: counts.get(owner, 0) for owner in self.owners.values()}

    def count(self, table):
        return self.content(f"SELECT count(*) FROM {table}")[0][0]

    def content(self, sql):
        return self._ask("content.sqlite", sql)

    def keys(self, sql):
        return self._ask("keys.sqlite", sql)

    def _ask(self, name, sql):
        file = self.stage.server.folder / "regions" / "home" / name
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=5)) as database:
            return database.execute(sql).fetchall()

    def verb(self, name, document):
        return run([self.stage.server.program, "terms", name, self.stage.server.folder, "--from", document])

    async def soon(self, holds, what, every=0.05):
        end = time.monotonic() + 60
        while not holds():
            if time.monotonic() > end:
                raise NotAsTold(f"{what}: not within a minute")
            await asyncio.sleep(every)


def main():
    options = argparse.ArgumentParser(prog="script/demo update", description="Plays new terms for a thousand people.")
    options.add_argument("--once", action="store_true", help="as without it: this ends by itself")
    options.parse_args()
    sys.stdout.reconfigure(errors="replace")
    logging.disable(logging.CRITICAL)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    os.environ.setdefault("HOOPOE_TEST_PATIENCE", "3")
    stage, tell = Stage(SENDERS, PREFIX), Teller()
    started = time.monotonic()
    try:
        stage.open("127.0.0.1", usual_ports=False, sms__per_day=100000, numbers__new_per_day=1000, log__level="warning")
        tell.line("Hoopoe in a fresh folder, and a simulated phone network beside it.")
        asyncio.run(Update(stage, tell).play())
        tell.line("")
        tell.line(f"All {tell.checked} checks (✓) hold. That took {time.monotonic() - started:.0f} s.")
    except KeyboardInterrupt:
        return 130
    except (NotAsTold, AssertionError) as wrong:
        print(f"\nNot as told: {wrong}", *(stage.server.log.splitlines()[-15:] if stage.server else []), sep="\n", file=sys.stderr)
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        try:
            stage.close()
        except Exception as wrong:  # nothing may keep the folder from being removed
            print(f"script/demo: while ending: {wrong}", file=sys.stderr)
        finally:
            stage.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
