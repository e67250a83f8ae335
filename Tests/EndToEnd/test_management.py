"""Stream management (XEP-0198) to the letter, by a client that says what no polite one would."""

import asyncio
import time

import pytest

from harness.rawsocket import RawSocket
from harness.waiting import seconds
from harness.wirexmpp import CLIENT, Closed, WireSession


@pytest.fixture
def wire(server, loop):
    """Runs a scenario with a maker of sessions; closes them all."""

    def run(scenario):
        made = []

        async def session(person, resource="wire", bind=True, presence=False, stream_management=True):
            one = WireSession(server, person, resource)
            made.append(one)
            await one.connect()
            if bind:
                await one.bind(stream_management)
            if presence:
                one.presence()
                await one.iq("<ping xmlns='urn:xmpp:ping'/>", to="localhost")
            return one

        async def whole():
            try:
                return await scenario(session)
            finally:
                for one in made:
                    await one.close()

        return loop.run(whole(), seconds(30))

    return run


def bodies(session):
    return [m.findtext(CLIENT + "body") for m in session.messages if m.find(CLIENT + "body") is not None]


async def until(condition, what, limit=10):
    for _ in range(int(seconds(limit) / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"not in time: {what}")


def test_h_counts_stanzas_of_all_kinds_from_enable_on(join, wire):
    (anna,) = join("anna")

    async def scenario(session):
        a = await session(anna)
        got = []
        a.on_ack = got.append
        a.write("<r xmlns='urn:xmpp:sm:3'/>")
        await until(lambda: got == [0], "h=0 right after enable")
        a.presence()
        await a.iq("<ping xmlns='urn:xmpp:ping'/>", to="localhost")
        a.send_text("nobody-at-all@localhost", "x", "m1")
        await until(lambda: got[-1] == 3, f"h=3, has {got}")
        a.write(f"<a xmlns='urn:xmpp:sm:3' h='{a.handled}'/><r xmlns='urn:xmpp:sm:3'/>")
        await until(lambda: len(got) == 3 and got[-1] == 3, f"management elements do not count {got}")

    wire(scenario)


def test_enable_before_bind_and_twice_is_refused(join, wire):
    (anna,) = join("anna")

    async def scenario(session):
        early = await session(anna, bind=False)
        early.write("<enable xmlns='urn:xmpp:sm:3'/>")
        with pytest.raises(Closed):
            await asyncio.wait_for(early._expect("enabled"), seconds(10))
        twice = await session(anna)
        twice.write("<enable xmlns='urn:xmpp:sm:3'/>")
        with pytest.raises(Closed):
            await asyncio.wait_for(twice._expect("enabled"), seconds(10))

    wire(scenario)


def test_resume_takes_over_a_connection_that_still_stands(join, wire):
    anna, ben = join("anna", "ben")

    async def scenario(session):
        a = await session(anna)
        b = await session(ben, presence=True)
        second = await session(ben, bind=False)
        answer, h = await second.resume(b.session_id, b.handled)
        assert (answer, h) == ("resumed", b.sent)
        await until(lambda: b.closed, "the old connection closed")
        a.send_text(ben.jid, "to the new one", "m")
        await until(lambda: bodies(second) == ["to the new one"], "the text")
        assert bodies(b) == []

    wire(scenario)


def test_resume_replays_exactly_what_was_not_handled(join, wire):
    anna, ben = join("anna", "ben")

    async def scenario(session):
        a = await session(anna)
        b = await session(ben, presence=True)
        b.answers_requests = False
        for n in range(6):
            a.send_text(ben.jid, f"t{n}", f"t{n}")
        await a.acknowledged(6)
        await until(lambda: len(bodies(b)) == 6, "six texts")
        handled = b.handled - 2  # as if the last two had not been dealt with
        await b.cut()
        second = await session(ben, bind=False)
        answer, _ = await second.resume(b.session_id, handled)
        assert answer == "resumed"
        await until(lambda: len(bodies(second)) >= 2, "the replay")
        await asyncio.sleep(0.2)
        assert bodies(second) == ["t4", "t5"]

    wire(scenario)


def test_a_session_is_resumed_by_its_own_account_only(join, wire):
    anna, mallory = join("anna", "mallory")

    async def scenario(session):
        a = await session(anna)
        m = await session(mallory, bind=False)
        assert (await m.resume(a.session_id, 0))[0] == "failed"
        await a.iq("<ping xmlns='urn:xmpp:ping'/>", to="localhost")
        await m.bind()  # a failed resumption leaves the stream usable

    wire(scenario)


@pytest.mark.parametrize("previd", ["", "guess", "x" * 5000, "' or 1=1 --"])
def test_unknown_sessions_fail_and_the_stream_goes_on(join, wire, previd):
    (anna,) = join("anna")

    async def scenario(session):
        a = await session(anna, bind=False)
        assert (await a.resume(previd, 0))[0] == "failed"
        await a.bind()

    wire(scenario)


@pytest.mark.parametrize("h", ["999", "-1", "x", "", "4294967296", "99999999999999999999999"])
def test_impossible_acknowledgements_end_only_that_stream(join, wire, h):
    """XEP-0198 §4: more acknowledged than sent is an error of the stream."""
    anna, ben = join("anna", "ben")

    async def scenario(session):
        a = await session(anna)
        b = await session(ben, presence=True)
        b.write(f"<a xmlns='urn:xmpp:sm:3' h='{h}'/>")
        await until(lambda: b.closed, "the stream ended")
        a.send_text(ben.jid, "still kept", "m")
        await a.acknowledged(1)
        again = await session(ben, presence=True)
        await until(lambda: bodies(again) == ["still kept"], "the text held")

    wire(scenario)


def test_resume_after_a_clean_goodbye_is_refused(join, wire):
    (anna,) = join("anna")

    async def scenario(session):
        a = await session(anna)
        id = a.session_id
        a.write("</stream:stream>")
        await until(lambda: a.closed, "closed")
        again = await session(anna, bind=False)
        assert (await again.resume(id, 0))[0] == "failed"

    wire(scenario)


def test_pipelined_stanzas_are_taken_in_order(join, wire):
    """Everything in one write: texts, requests for acknowledgement, a ping."""
    anna, ben = join("anna", "ben")

    async def scenario(session):
        a = await session(anna)
        b = await session(ben, presence=True)
        for n in range(500):
            a.send_text(ben.jid, f"p{n}", f"p{n}", request_ack=n % 7 == 0)
        a.write("<r xmlns='urn:xmpp:sm:3'/>")
        await a.acknowledged(500)
        await until(lambda: len(bodies(b)) >= 500, "500 texts")
        assert bodies(b) == [f"p{n}" for n in range(500)]

    wire(scenario)


def test_unstored_stanzas_keep_their_place_between_stored_ones(join, wire):
    anna, ben = join("anna", "ben")

    async def scenario(session):
        a = await session(anna)
        b = await session(ben, presence=True)
        for n in range(60):
            a.send_text(ben.jid, f"o{n}", f"o{n}", request_ack=False)
            a.sent += 1
            a.write(f"<message to='{ben.jid}' type='chat' id='s{n}'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>")
        a.write("<r xmlns='urn:xmpp:sm:3'/>")
        await a.acknowledged(120)
        await until(lambda: len(b.messages) >= 120, "all of them")
        assert [m.get("id") for m in b.messages] == [x for n in range(60) for x in (f"o{n}", f"s{n}")]

    wire(scenario)


def test_the_question_what_arrived_comes_in_one_piece_with_its_text(server, join):
    """A write to the network for each costs the server twice as much, and a phone another turn of its radio."""
    anna, ben = join("anna", "ben")
    a, b = RawSocket(server, tls="direct"), RawSocket(server, tls="direct")
    address = b.login(ben)
    b.send("<enable xmlns='urn:xmpp:sm:3'/><presence/>")
    b.until("<r xmlns=[^>]*/>")
    b.send("<a xmlns='urn:xmpp:sm:3' h='1'/>")
    a.login(anna)
    for number in range(3):
        # What is sent sooner after a question is asked about with the next one.
        time.sleep(1.5)
        a.send(f"<message to='{address}' type='chat' id='m{number}'><body>number {number}</body></message>")
        b.until(f"number {number}.*<r xmlns=[^>]*/>")
        (piece,) = (piece for piece in b.pieces if f"number {number}".encode() in piece)
        assert b"<r xmlns='urn:xmpp:sm:3'/>" in piece, piece
        b.send(f"<a xmlns='urn:xmpp:sm:3' h='{number + 2}'/>")
