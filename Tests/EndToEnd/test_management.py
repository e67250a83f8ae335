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

        async def session(
                person, resource="wire", bind=True, presence=False, stream_management=True, longest_wait=None):
            one = WireSession(server, person, resource)
            made.append(one)
            await one.connect()
            if bind:
                await one.bind(stream_management, longest_wait)
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


@pytest.mark.parametrize("managed", [True, False])
def test_what_was_said_before_goodbye_is_done(join, wire, managed):
    """RFC 6120 §10.1: the first text has its recipient looked up, the others wait behind it, and the stream is over by then."""
    anna, ben, cleo = join("anna", "ben", "cleo")

    async def scenario(session):
        a = await session(anna, stream_management=managed)
        a.write("<presence/>" + "".join(
            f"<message to='{one.jid}' type='chat' id='{id}'><body>{id}</body></message>"
            for one, id in ((ben, "b1"), (cleo, "c1"), (ben, "b2"))) + "</stream:stream>")
        await until(lambda: a.closed, "closed")
        b, c = await session(ben, presence=True), await session(cleo, presence=True)
        await until(lambda: bodies(b) == ["b1", "b2"] and bodies(c) == ["c1"], "what was said")

    wire(scenario)


@pytest.mark.parametrize("managed", [True, False])
def test_a_session_that_ends_has_nothing_sent_twice_to_the_others(join, wire, managed):
    """What one device leaves unanswered the others look for; they have it already, though they haven't said so either."""
    anna, ben = join("anna", "ben")

    async def scenario(session):
        a = await session(anna)
        laptop = await session(ben, "laptop", presence=True, stream_management=managed)
        phone = await session(ben, "phone", presence=True, stream_management=managed)
        laptop.answers_requests = phone.answers_requests = False
        for n in range(40):
            a.send_text(ben.jid, f"t{n}", f"t{n}")
        await until(lambda: len(bodies(laptop)) == len(bodies(phone)) == 40, "forty texts on both")
        laptop.write("</stream:stream>")
        await until(lambda: laptop.closed, "the laptop gone")
        await asyncio.sleep(0.5)  # the phone looks for what the laptop had
        a.send_text(ben.jid, "last", "last")
        await until(lambda: "last" in bodies(phone), "the last text")
        assert bodies(phone) == [*(f"t{n}" for n in range(40)), "last"]

    wire(scenario)


def test_what_came_by_full_address_does_not_come_again_with_presence(join, wire):
    anna, ben = join("anna", "ben")

    async def scenario(session):
        a = await session(anna)
        b = await session(ben)
        b.answers_requests = False
        a.send_text(b.jid, "to this very device", "m1")
        await until(lambda: bodies(b) == ["to this very device"], "the text")
        b.presence()
        a.send_text(ben.jid, "last", "m2")
        await until(lambda: "last" in bodies(b), "the last text")
        assert bodies(b) == ["to this very device", "last"]

    wire(scenario)


@pytest.mark.parametrize("managed", [True, False])
def test_a_queue_longer_than_a_turn_of_the_loop_comes_whole(join, wire, managed):
    """Two megabytes wait; what one turn of the server's loop doesn't write the next ones do, in order."""
    anna, ben = join("anna", "ben")

    async def scenario(session):
        a = await session(anna)
        sent = [f"{n} " + "x" * 30_000 for n in range(64)]
        for n, text in enumerate(sent):
            a.send_text(ben.jid, text, f"t{n}")
        await a.acknowledged(64)
        b = await session(ben, stream_management=managed)
        b.answers_requests = False
        b.presence()
        await until(lambda: len(bodies(b)) >= 64, "all texts")
        assert bodies(b) == sent

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


def test_what_a_device_that_never_returns_left_comes_to_the_others(join, wire):
    """By push, to a session that has long read what waited: both what the device was sent and what it wasn't any more."""
    anna, ben = join("anna", "ben")

    async def scenario(session):
        a = await session(anna)
        tablet = await session(ben, "tablet", presence=True)
        phone = await session(ben, "phone", presence=True, longest_wait=2)
        phone.answers_requests = False
        a.send_text(phone.jid, "sent and not confirmed", "m1")
        await until(lambda: bodies(phone) == ["sent and not confirmed"], "the text")
        await phone.cut()
        a.send_text(phone.jid, "into the void", "m2")
        await a.acknowledged(2)
        assert bodies(tablet) == []
        await until(lambda: len(bodies(tablet)) >= 2, "the texts of the device that is gone")
        assert bodies(tablet) == ["sent and not confirmed", "into the void"]

    wire(scenario)
