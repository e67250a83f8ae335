"""A carrier in a few lines (SMPP 3.4): takes every segment, counts it by the words in it, and disappears when told to."""

import asyncio
import contextlib
import struct
from collections import Counter

BIND, BOUND = (0x01, 0x02, 0x09), 0x80000000
SUBMIT, UNBIND, ENQUIRE, DELIVER = 0x04, 0x06, 0x15, 0x05


class Carrier:
    """`submits` counts how often each text was submitted, answered or not; its words end at the first full stop after a number."""

    def __init__(self, note):
        self._note = note
        self.submits = Counter()
        self.answered = Counter()
        self.is_silent = False
        self.port = 0
        self._ids = 0
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
                length, command, _, sequence = struct.unpack(">IIII", header)
                body = await reader.readexactly(length - 16)
                if command in BIND:
                    self._write(writer, command | BOUND, sequence, b"CARRIER\0")
                elif command == SUBMIT:
                    self._submit(writer, sequence, body)
                elif command in (UNBIND, ENQUIRE) and not self.is_silent:
                    self._write(writer, command | BOUND, sequence, b"")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            with contextlib.suppress(Exception):
                writer.transport.abort()

    def _submit(self, writer, sequence, body):
        source, destination, flags, words = _read(body)
        text = ".".join(words.decode("latin-1").split(".")[:2])
        self.submits[text] += 1
        self._note("submitted", text)
        if self.is_silent:
            return
        self._ids += 1
        id = f"{self._ids:08x}"
        self.answered[text] += 1
        self._write(writer, SUBMIT | BOUND, sequence, id.encode() + b"\0")
        if flags & 1:
            asyncio.get_running_loop().call_later(0.05, self._receipt, writer, id, source, destination)

    def _receipt(self, writer, id, source, destination):
        if self.is_silent or writer not in self._writers:
            return
        text = f"id:{id} sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000 text:".encode()
        body = (b"\0\x01\x01" + destination + b"\0\x01\x01" + source + b"\0\x04\0\0\0\0\0\0\0\0" + bytes([len(text)]) + text)
        self._ids += 1
        self._write(writer, DELIVER, self._ids, body)

    @staticmethod
    def _write(writer, command, sequence, body):
        writer.write(struct.pack(">IIII", 16 + len(body), command, 0, sequence) + body)


def _read(body):
    """Source, destination, registered_delivery and the octets of a submit_sm's body."""
    _, _, rest = body.partition(b"\0")
    source, _, rest = rest[2:].partition(b"\0")
    destination, _, rest = rest[2:].partition(b"\0")
    _, _, rest = rest[3:].partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    return source, destination, rest[0], rest[5:5 + rest[4]]
