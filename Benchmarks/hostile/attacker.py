"""The attacker's process: one attack, counted aloud. It is nice, so that what slows the server down is its own work."""

import asyncio
import json
import os
import resource
import sys

from .attacks import ATTACKS, Field

# A ninth of what others get of a processor that they want too.
NICENESS = 10


async def _run(name: str, target: Field) -> None:
    attack = next(one for one in ATTACKS if one.name == name)
    task = asyncio.ensure_future(attack.run(target))
    while True:
        await asyncio.wait([task], timeout=0.25)
        print(json.dumps({"attempts": target.attempts, "held": target.held, "answers": target.answers}), flush=True)
        if task.done():
            task.result()
            return


def main() -> None:
    name, *numbers = sys.argv[1:]
    xmpp, xmpps, https, first = map(int, numbers[:4])
    os.nice(NICENESS)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(_run(name, Field(xmpp, xmpps, https, numbers[4], numbers[5], first)))


if __name__ == "__main__":
    main()
