"""A TCP relay that remembers every byte in both directions."""

import asyncio


class Relay:
    """Stands before `target` (host, port); `address` is where to connect instead.

    `connections` has the bytes of each: (from the client, from the target).
    """

    def __init__(self, loop, target):
        self._loop = loop
        self.target = target
        self.connections = []
        self._tasks = set()
        self._writers = set()
        self._server = loop.run(self._start())
        self.address = self._server.sockets[0].getsockname()[:2]

    async def _start(self):
        return await asyncio.start_server(self._accept, "127.0.0.1", 0)

    @property
    def from_client(self):
        return b"".join(bytes(c) for c, _ in self.connections)

    @property
    def from_target(self):
        return b"".join(bytes(t) for _, t in self.connections)

    async def _accept(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        self._writers.add(writer)
        try:
            onward_reader, onward_writer = await asyncio.open_connection(*self.target)
        except OSError:
            writer.close()
            return
        self._writers.add(onward_writer)
        onward, back = bytearray(), bytearray()
        self.connections.append((onward, back))
        await asyncio.gather(self._pump(reader, onward_writer, onward), self._pump(onward_reader, writer, back), return_exceptions=True)

    @staticmethod
    async def _pump(reader, writer, memory):
        try:
            while data := await reader.read(65536):
                memory += data
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    def cut(self):
        """Drops all connections at once; new ones are taken."""

        async def step():
            for writer in list(self._writers):
                if writer.transport is not None:
                    writer.transport.abort()
            self._writers.clear()

        self._loop.run(step())

    def close(self):
        async def step():
            self._server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

        self.cut()
        self._loop.run(step())
