"""Two thousand clients connect at the same moment, are cut off, and all come back at once."""

import asyncio
import json
import sys

from harness.waiting import seconds

from ..broken import hold

CLIENTS = 2000
LIMIT = 240.0


async def befall(house, load, chance):
    """They run in a process of their own, so that the others' load goes on."""
    clients = CLIENTS if house.storm is None else house.storm
    names = [name for name in house.people if name.startswith("storm")]
    storm = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "torture.crowd", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        cwd=house.sources)
    words = {
        "address": house.server.xmpps, "ca": str(house.server.ca), "clients": clients,
        "people": [[house.people[name].name, house.people[name].password] for name in names],
    }
    try:
        answer, _ = await asyncio.wait_for(storm.communicate(json.dumps(words).encode()), seconds(LIMIT))
    except asyncio.TimeoutError:
        storm.kill()
        await storm.wait()
        hold(False, f"{clients} clients weren't back within {seconds(LIMIT):g} s")
    hold(storm.returncode == 0, f"the crowd ended with {storm.returncode}")
    found = json.loads(answer)
    hold(found["back"] == clients, f"{found['back']} of {clients} clients came back")
    return f"{clients} back within {found['seconds']:.1f} s, {found['refused']} refusals"
