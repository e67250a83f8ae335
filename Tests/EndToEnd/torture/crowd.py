"""Many clients that connect at once, are cut off and come back at once. Reads what to do from standard input; a process of its own.

Each is in as few lines as it takes, since two thousand of them share a core with the server.
"""

import asyncio
import base64
import json
import random
import ssl
import sys
import time

from harness.rawsocket import STREAM

BIND = "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{}</resource></bind></iq>"
TOGETHER = 400  # handshakes under way in this process; the others' connections wait in the server's queue


class Crowd:
    def __init__(self, address, ca):
        self.address = tuple(address)
        self.context = ssl.create_default_context(cafile=ca)
        self.context.set_alpn_protocols(["xmpp-client"])
        self.gate = asyncio.Semaphore(TOGETHER)
        self.refused = 0

    async def come(self, name, password, resource):
        """Signs in, however often that takes; returns what writes to the connection."""
        while True:
            try:
                async with self.gate:
                    return await asyncio.wait_for(self._sign_in(name, password, resource), 30)
            except (OSError, ssl.SSLError, asyncio.TimeoutError, asyncio.IncompleteReadError):
                self.refused += 1
                await asyncio.sleep(random.uniform(0.2, 1))

    async def _sign_in(self, name, password, resource):
        reader, writer = await asyncio.open_connection(*self.address, ssl=self.context, server_hostname="localhost")
        try:
            secret = base64.b64encode(f"\0{name}\0{password}".encode()).decode()
            auth = f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>"
            for words, answer in ((STREAM, b"</stream:features>"), (auth, b"<success"), (STREAM, b"</stream:features>"),
                                  (BIND.format(resource), b"<jid>")):
                writer.write(words.encode())
                await reader.readuntil(answer)
            return writer
        except BaseException:
            writer.transport.abort()
            raise


async def main():
    words = json.load(sys.stdin)
    crowd = Crowd(words["address"], words["ca"])
    people = words["people"]
    who = [(*people[n % len(people)], f"r{n // len(people)}") for n in range(words["clients"])]
    for writer in await asyncio.gather(*(crowd.come(*one) for one in who)):
        writer.transport.abort()
    began = time.monotonic()
    back = await asyncio.gather(*(crowd.come(*one) for one in who))
    print(json.dumps({"back": len(back), "seconds": time.monotonic() - began, "refused": crowd.refused}))
    for writer in back:
        writer.transport.abort()


if __name__ == "__main__":
    asyncio.run(main())
