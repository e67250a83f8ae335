"""The attacks. Each is a coroutine that attacks until it is cancelled, and counts what it does."""

import asyncio
import itertools
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from .wire import OPENING, Wire, addresses

_FAILURES = (OSError, EOFError, ssl.SSLError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


@dataclass
class Field:
    """Where an attack goes, what it may use, and what came of it."""

    xmpp: int
    xmpps: int
    https: int
    domain: str
    password: str
    # Accounts that the people beside don't use.
    first_account: int
    attempts: int = 0
    # Connections that are open now, of attacks that hold them.
    held: int = 0
    answers: Counter[str] = field(default_factory=Counter)

    async def connect(self, source: str, *, tls: bool = True) -> Wire:
        return await Wire.connect(self.xmpps if tls else self.xmpp, self.domain, source, tls=tls)

    async def member(self, number: int = 0, source: str = "127.0.0.66", resource: str = "attacker") -> Wire:
        wire = await self.connect(source)
        await wire.login(f"u{self.first_account + number}", self.password, resource)
        return wire


async def _paced(target: Field, per_second: float, once: Callable[[int], Awaitable[str]], most: int = 200) -> None:
    """Begins so many attempts a second, at most so many at a time; counts how each ended."""
    under_way: set[asyncio.Task[None]] = set()

    async def one(number: int) -> None:
        try:
            target.answers[await once(number)] += 1
        except _FAILURES as problem:
            name = "TLS alert" if isinstance(problem, ssl.SSLError) else str(problem) if isinstance(problem, EOFError) else "reset"
            target.answers[name or "closed"] += 1
        target.attempts += 1

    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in itertools.count():
        await asyncio.sleep(max(0.0, began + number / per_second - loop.time()))
        if len(under_way) < most:
            task = asyncio.create_task(one(number))
            under_way.add(task)
            task.add_done_callback(under_way.discard)


async def _held(target: Field, count: int, sources: list[str], begin: Callable[[str], Awaitable[Wire]], drip: bytes, pause: float) -> None:
    """Keeps so many connections that say a little now and then; makes new ones for those that are closed."""
    gate = asyncio.Semaphore(100)

    async def one(number: int) -> None:
        while True:
            try:
                async with gate:
                    wire = await begin(sources[number % len(sources)])
                target.attempts += 1
                target.held += 1
                end = asyncio.create_task(wire.ended(600))
                try:
                    while not end.done():
                        await asyncio.wait([end], timeout=pause)
                        if drip and not end.done():
                            await wire.send(drip)
                finally:
                    target.held -= 1
                    target.answers[await end if end.done() else "cut off"] += 1
                    wire.close()
            except _FAILURES as problem:
                target.answers[f"refused ({type(problem).__name__})"] += 1
            await asyncio.sleep(1)

    await asyncio.gather(*(one(number) for number in range(count)))


# MARK: Before logging in


async def half_open(target: Field) -> None:
    """More than there are places: the people beside get in only because others are told to go."""
    await _held(target, 10_500, addresses(400), lambda source: target.connect(source, tls=False), b"", 30)


async def slow_handshake(target: Field) -> None:
    async def begin(source: str) -> Wire:
        wire = await Wire.connect(target.xmpps, target.domain, source, tls=False)
        await wire.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        return wire

    await _held(target, 1_000, addresses(40), begin, b"\0", 1)


async def slow_header(target: Field) -> None:
    async def begin(source: str) -> Wire:
        wire = await target.connect(source, tls=False)
        await wire.send(OPENING.format(domain=target.domain)[:-1] + " id='")
        return wire

    await _held(target, 1_000, addresses(40), begin, b"x", 1)


async def slow_sasl(target: Field) -> None:
    async def begin(source: str) -> Wire:
        wire = await target.connect(source)
        await wire.open()
        await wire.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>")
        return wire

    await _held(target, 500, addresses(40), begin, b"A", 1)


async def refused_connections(target: Field) -> None:
    """From one address that had its share: what saying no costs."""

    async def once(number: int) -> str:
        wire = await target.connect("127.0.0.66", tls=number % 2 == 0)
        answer = await wire.ended(5)
        wire.close()
        return answer

    for wire in [await target.connect("127.0.0.66", tls=False) for _ in range(32)]:
        await wire.send(" ")
    await _paced(target, 300, once)


async def handshakes(target: Field) -> None:
    sources = addresses(400)

    async def once(number: int) -> str:
        (await target.connect(sources[number % 400])).close()
        return "shaken hands"

    await _paced(target, 100, once)


_BOMBS = [
    "<!DOCTYPE lolz [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;&lol;&lol;'>]><stream:stream to='&lol2;'>",
    OPENING + "<message>" + "<a>" * 3_000,
    OPENING + "<message " + " ".join(f"a{number}='x'" for number in range(1_200)) + "/>",
    OPENING + "<message " + " ".join(f"xmlns:a{number}='urn:{number}'" for number in range(500)) + "/>",
    OPENING + "<message><" + "n" * 9_000 + "/></message>",
    OPENING + "<iq>" + "x" * 12_000,
]


async def bombs(target: Field) -> None:
    sources = addresses(400)

    async def once(number: int) -> str:
        wire = await target.connect(sources[number % 400], tls=False)
        await wire.send(_BOMBS[number % len(_BOMBS)].replace("{domain}", target.domain))
        answer = await wire.ended(10)
        wire.close()
        return answer

    await _paced(target, 200, once)


async def login_flood(target: Field) -> None:
    """Wrong passwords for one account after the other, from one address."""

    async def once(number: int) -> str:
        wire = await target.connect("127.0.0.66")
        await wire.open()
        answer = await wire.plain(f"u{target.first_account + number % 100}", "wrong")
        wire.close()
        return answer

    await _paced(target, 50, once, most=32)


async def login_flood_from_many(target: Field) -> None:
    """The same from a thousand addresses, three PLAIN passwords a connection: the dearest that a stranger can ask for."""
    sources = addresses(1_000)

    async def once(number: int) -> str:
        wire = await target.connect(sources[number % 1_000])
        await wire.open()
        answers = [await wire.plain(f"nobody{number}", "wrong") for _ in range(3)]
        target.attempts += 2
        wire.close()
        return answers[-1]

    await _paced(target, 30, once)


async def https_flood(target: Field) -> None:
    async def get(wire: Wire) -> str:
        await wire.send("GET /terms/1.json HTTP/1.1\r\nHost: x\r\n\r\n")
        status = (await wire.until(rb"HTTP/1.1 \d+"))[-3:].decode()
        length = int((await wire.until(rb"(?i)content-length: \d+(?=\r\n)")).split()[-1])
        await wire.until(rb"\r\n\r\n(?s:.{%d})" % length)
        return status

    async def once(number: int) -> str:
        wire = await Wire.connect(target.https, target.domain, "127.0.0.66", tls=True)
        # The last of 50 is counted where it is returned to.
        for _ in range(49):
            target.answers[await get(wire)] += 1
            target.attempts += 1
        answer = await get(wire)
        wire.close()
        return answer

    await _paced(target, 10, once, most=10)


# MARK: After logging in


async def slow_stanza(target: Field) -> None:
    """Everybody holds a stanza that is nearly as long as it may be, and says a byte a second."""
    count = itertools.count()

    async def begin(source: str) -> Wire:
        number = next(count)
        wire = await target.member(number % 40, source, f"r{number}")
        await wire.send("<message><body>" + "x" * 250_000)
        return wire

    await _held(target, 200, addresses(40), begin, b"x", 1)


async def single_bytes(target: Field) -> None:
    wire = await target.member()
    drain = asyncio.create_task(wire.ended(600))
    text = b"<presence type='probe' to='u1@%s'><status>drip drip drip drip</status></presence>" % target.domain.encode()
    while not drain.done():
        for byte in text:
            await wire.send(bytes([byte]))
            await asyncio.sleep(0)
            target.attempts += 1


async def big_roster(target: Field) -> None:
    """A roster that grows by a hundred contacts a second, asked for after each ten by four devices that hear of each."""
    devices = [await target.member(0, resource=f"d{number}") for number in range(4)]
    for number, device in enumerate(devices):
        await device.ask(number, "<query xmlns='jabber:iq:roster'/>")
    drains = [asyncio.create_task(device.ended(600)) for device in devices[1:]]

    async def once(number: int) -> str:
        item = f"<item jid='contact{number}@elsewhere.example' name='{'n' * 200}'><group>g</group></item>"
        await devices[0].ask(number + 10, f"<query xmlns='jabber:iq:roster'>{item}</query>", "set")
        if number % 10 == 0:
            await devices[0].ask(number + 1_000_000, "<query xmlns='jabber:iq:roster'/>")
        return "done"

    try:
        await _paced(target, 100, once, most=1)
    finally:
        for drain in drains:
            drain.cancel()


async def presence_storm(target: Field) -> None:
    """Ten people who all know each other, with three devices each, change their status without end."""
    people = range(10)
    devices = [(person, await target.member(person, resource=f"d{number}")) for person in people for number in range(3)]
    for person, device in devices[::3]:
        await device.send("<presence/>")
        for other in people:
            if other != person:
                name = f"u{target.first_account + other}@{target.domain}"
                await device.send(f"<presence to='{name}' type='subscribed'/><presence to='{name}' type='subscribe'/>")
    await asyncio.sleep(1)

    async def storm(device: Wire) -> None:
        drain = asyncio.create_task(device.ended(600))
        for number in itertools.count():
            await device.send(f"<presence><status>{number}{'s' * 500}</status></presence>")
            target.attempts += 1
            await asyncio.sleep(0.1)
            if drain.done():
                raise EOFError(drain.result())

    await asyncio.gather(*(storm(device) for _, device in devices), return_exceptions=True)


async def resource_churn(target: Field) -> None:
    """One account logs in again and again with other resources, says it is there with stream management, and vanishes."""

    async def once(number: int) -> str:
        wire = await target.connect(addresses(50)[number % 50])
        try:
            if not await wire.login(f"u{target.first_account}", target.password, f"r{number}"):
                return "resource-constraint"
        except _FAILURES:
            wire.close()
            raise
        await wire.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/><presence/>")
        await wire.until(rb"<enabled")
        wire.close()
        return "vanished"

    await _paced(target, 20, once, most=20)


_FORM = (
    "<query xmlns='urn:xmpp:mam:2' queryid='{number}'><x xmlns='jabber:x:data' type='submit'>"
    "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>{fields}</x>"
    "<set xmlns='http://jabber.org/protocol/rsm'><max>{most}</max>{page}</set></query>"
)


async def archive_queries(target: Field) -> None:
    """An archive of 5,000 messages, then queries: the longest page, a correspondent that never wrote, all time, the last page."""
    wire = await target.member()
    for number in range(5_000):
        await wire.send(f"<message to='u{target.first_account + 1}@{target.domain}' type='chat'><body>{number}{'b' * 200}</body></message>")
    await wire.ask(1, "<ping xmlns='urn:xmpp:ping'/>")
    devices = [wire] + [await target.member(0, resource=f"d{number}") for number in range(3)]
    kinds = [
        _FORM.format(number=1, fields="", most=1_000_000, page=""),
        _FORM.format(number=2, fields="<field var='with'><value>nobody@elsewhere.example</value></field>", most=250, page="<before/>"),
        _FORM.format(number=3, fields="<field var='start'><value>1970-01-01T00:00:00Z</value></field>", most=250, page="<before/>"),
        _FORM.format(number=4, fields="", most=0, page=""),
    ]

    async def ask(device: Wire) -> None:
        for number in itertools.count(100):
            await device.ask(number, kinds[number % len(kinds)], "set")
            target.attempts += 1

    await asyncio.gather(*(ask(device) for device in devices))


@dataclass(frozen=True)
class Attack:
    name: str
    run: Callable[[Field], Awaitable[None]]
    words: str
    # What the people beside do: text, or log in.
    beside: str = "chat"
    # How long it needs until it is in full swing.
    run_up: float = 3.0
    # Its attempts are connections that stay.
    holds: bool = False
    # What the server has otherwise than as shipped.
    settings: Mapping[str, str] = field(default_factory=dict)


ATTACKS = [
    Attack("half-open", half_open, "10,500 connections from 400 addresses, room for 10,000, say nothing", run_up=30, holds=True),
    Attack("slow-handshake", slow_handshake, "1,000 handshakes, a byte a second", run_up=6, holds=True),
    Attack("slow-header", slow_header, "1,000 stream headers, a byte a second", run_up=6, holds=True),
    Attack("slow-sasl", slow_sasl, "500 attempts to log in, a byte a second", run_up=10, holds=True),
    Attack("slow-stanza", slow_stanza, "200 members hold 250 KB of a stanza, a byte a second", run_up=15, holds=True),
    Attack("refused", refused_connections, "300 connections a second from an address over its limit"),
    Attack("handshakes", handshakes, "100 TLS handshakes a second from 400 addresses"),
    Attack("bombs", bombs, "200 a second: entities, nesting, attributes, namespaces, names, length"),
    Attack("single-bytes", single_bytes, "a member sends single bytes as fast as it can"),
    Attack("login-flood", login_flood, "50 wrong passwords a second from one address; people log in", beside="login"),
    Attack("login-flood-many", login_flood_from_many, "90 wrong passwords a second from 1,000 addresses; people log in", beside="login"),
    Attack("login-flood-texts", login_flood_from_many, "the same; people text"),
    # With the 6,000 as shipped, all at once if need be, an attack of seconds would never meet the limit.
    Attack(
        "https-flood",
        https_flood,
        "500 requests a second from one address, of which 600 a minute are allowed (`limits.requests-per-minute`)",
        settings={"limits.requests-per-minute": "600"},
    ),
    Attack("big-roster", big_roster, "a roster grows by 100 contacts a second; 4 devices"),
    Attack("presence-storm", presence_storm, "300 presences a second, 27 recipients each"),
    Attack("resource-churn", resource_churn, "20 sessions a second of one account, left to be resumed"),
    Attack("archive", archive_queries, "4 devices ask for pages of 5,000 messages as fast as they can", run_up=8),
]
