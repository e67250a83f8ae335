"""A carrier in a few lines (SMPP 3.4): takes every segment, counts it by the words in it, has some answered, and disappears
when told to."""

import asyncio
import contextlib
import random
import re
import struct
from collections import Counter

BIND, BOUND = (0x01, 0x02, 0x09), 0x80000000
SUBMIT, UNBIND, ENQUIRE, DELIVER = 0x04, 0x06, 0x15, 0x05
UDHI = 0x40
TEXT = re.compile(rb"sms\.\d+(?=\.)")
REPLY = 0.2  # how many texts their recipient answers


class Carrier:
    """Silent, it answers nothing and hears no answers: a text of its people that it sends then comes again.

    `submits` counts how often each part of each text was submitted, `answered` how often one was taken.

    `replies` are the texts of people on the phone network that the server has taken: what it says then is a promise.
    """

    def __init__(self, note):
        self._note = note
        self.submits = Counter()
        self.answered = Counter()
        self.replies = []
        self.is_silent = False
        self.port = 0
        self._ids = 0
        self._chance = random.Random(1)
        self._delivering = {}  # by connection and sequence number: a reply, from whom and to whom, that waits for an answer
        self._writers = set()
        self._serving = set()
        self._server = None

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    async def start(self):
        self._server = await asyncio.start_server(self._met, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self):
        """Every connection ends without a word, and nobody listens any more."""
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    def _met(self, reader, writer):
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader, writer):
        self._writers.add(writer)
        try:
            while True:
                header = await reader.readexactly(16)
                length, command, status, sequence = struct.unpack(">IIII", header)
                body = await reader.readexactly(length - 16)
                if command in BIND:
                    self._write(writer, command | BOUND, sequence, b"CARRIER\0")
                    self._deliver_again(writer)
                elif command == SUBMIT:
                    self._submit(writer, sequence, body)
                elif command == DELIVER | BOUND and not self.is_silent:
                    reply = self._delivering.pop((writer, sequence), None)
                    if reply is not None and status == 0:
                        self.replies.append(reply[0])
                elif command in (UNBIND, ENQUIRE) and not self.is_silent:
                    self._write(writer, command | BOUND, sequence, b"")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            with contextlib.suppress(Exception):
                writer.transport.abort()

    def _submit(self, writer, sequence, body):
        source, destination, esm_class, receipt, words = _read(body)
        part = 1
        if esm_class & UDHI:
            part, words = words[words[0]], words[1 + words[0]:]
        text = TEXT.search(words).group().decode()
        self.submits[text, part] += 1
        self._note("submitted", text)
        if self.is_silent:
            return
        self._ids += 1
        id = f"{self._ids:08x}"
        self.answered[text, part] += 1
        self._write(writer, SUBMIT | BOUND, sequence, id.encode() + b"\0")
        if receipt & 1:
            asyncio.get_running_loop().call_later(0.05, self._receipt, writer, id, source, destination)
        if part == 1 and self._chance.random() < REPLY:
            asyncio.get_running_loop().call_later(
                self._chance.uniform(0.1, 0.6), self._reply, writer, f"re.{text}", source, destination
            )

    def _receipt(self, writer, id, source, destination):
        if self.is_silent:
            return
        text = f"id:{id} sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000 text:"
        self._deliver(writer, 4, text, source, destination)

    def _reply(self, writer, text, source, destination):
        if (sequence := self._deliver(writer, 0, text, source, destination)) is not None:
            self._delivering[writer, sequence] = text, source, destination

    def _deliver_again(self, writer):
        """What the server never answered, as a carrier does; it may have it all the same."""
        for key in [key for key in self._delivering if key[0] not in self._writers]:
            asyncio.get_running_loop().call_later(0.1, self._reply, writer, *self._delivering.pop(key))

    def _deliver(self, writer, esm_class, text, to, sender):
        """The sequence number; None if nobody is there."""
        if writer not in self._writers or writer.is_closing():
            return None
        body = b"\0\x01\x01" + sender + b"\0\x01\x01" + to + b"\0" + bytes([esm_class]) + b"\0\0\0\0\0\0\0\0"
        self._ids += 1
        self._write(writer, DELIVER, self._ids, body + bytes([len(text)]) + text.encode())
        return self._ids

    @staticmethod
    def _write(writer, command, sequence, body):
        writer.write(struct.pack(">IIII", 16 + len(body), command, 0, sequence) + body)


def _read(body):
    """Source, destination, esm_class, registered_delivery and the octets of a submit_sm's body."""
    _, _, rest = body.partition(b"\0")
    source, _, rest = rest[2:].partition(b"\0")
    destination, _, rest = rest[2:].partition(b"\0")
    esm_class = rest[0]
    _, _, rest = rest[3:].partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    return source, destination, esm_class, rest[0], rest[5:5 + rest[4]]
