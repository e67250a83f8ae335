"""script/soak: see there."""

import argparse
import asyncio
import json
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from harness.hoopoe import Hoopoe
from harness.people import Person

from .figures import MIB, Sample, judge
from .people import Books, Device, PasserBy, Sender

EVERY = 10


def measure(server, books, began, level):
    """A sample; memory and descriptors as the server's own metrics have them."""
    host, port = server.metrics
    with urllib.request.urlopen(f"http://{host}:{port}/metrics", timeout=60) as answer:
        metrics = dict(line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if line and not line.startswith("#"))
    region = server.folder / "regions" / "home"

    def size(*names):
        return sum((region / name).stat().st_size for name in names if (region / name).exists())

    p50, p99 = level
    return Sample(
        time.monotonic() - began, int(float(metrics["process_resident_memory_bytes"])), int(float(metrics["process_open_fds"])),
        size("content.sqlite-wal", "keys.sqlite-wal"), size("content.sqlite", "keys.sqlite"), int(float(metrics["hoopoe_sessions_open"])),
        len(books.arrived), p50, p99)


async def chores(server, scratch):
    """What an operator's machine does besides: a new certificate, and a backup, again and again."""
    while True:
        for words in (["renew", server.folder], ["reload", server.folder],
                      ["backup", server.folder, scratch / "content", "--keys", scratch / "keys", "--keep", "2"]):
            child = await asyncio.create_subprocess_exec(server.program, *map(str, words), stdout=asyncio.subprocess.DEVNULL)
            if await child.wait() != 0:
                raise AssertionError(f"hoopoe {words[0]} ended with {child.returncode}")
            await asyncio.sleep(150)


async def soak(server, scratch, options):
    books, began = Books(), time.monotonic()
    people = [Person(f"p{n}", f"the password of p{n} is no secret") for n in range(2 * options.pairs + options.visitors)]
    server.add(*people)
    devices = []
    for n in range(options.pairs):
        to = people[2 * n + 1]
        devices.append(Sender(server, people[2 * n], books, (20, 90), to=to, every=options.pairs / options.rate))
        devices.append(Device(server, to, books, (20, 90)))
    devices += [PasserBy(server, p, books, (1, 4)) for p in people[2 * options.pairs:]]
    tasks = [asyncio.ensure_future(device.run()) for device in devices]
    besides = asyncio.ensure_future(chores(server, scratch))
    samples, minute = [], 0
    while time.monotonic() - began < 60 * options.minutes:
        await asyncio.sleep(EVERY)
        sample = await asyncio.to_thread(measure, server, books, began, books.latencies())
        samples.append(sample)
        if sample.seconds // 60 > minute or options.minutes <= 2:
            minute = sample.seconds // 60
            said = " ".join(f"{name} {value:.1f} ms" for name, value in (("p50", sample.p50), ("p99", sample.p99)) if value is not None)
            print(f"soak: {sample.seconds / 60:5.1f} min  {sample.resident / MIB:6.1f} MiB  {sample.descriptors} descriptors  "
                  f"log {sample.wal / MIB:4.1f} MiB  store {sample.content / MIB:.1f} MiB  {sample.texts} texts  {said}",
                  file=sys.stderr, flush=True)
        if besides.done():
            besides.result()
        if server.process.exit_code is not None:
            raise AssertionError(f"the server ended with {server.process.exit_code}\n{server.log[-2000:]}")
    besides.cancel()

    # Senders finish what they began, recipients come once more for what waits.
    for device in devices:
        if not isinstance(device, Device) or isinstance(device, (Sender, PasserBy)):
            device.is_over = True
    limit = time.monotonic() + 150
    while time.monotonic() < limit and (books.missing or not all(t.done() for t, d in zip(tasks, devices) if d.is_over)):
        await asyncio.sleep(0.5)
    for device in devices:
        device.is_over = True
    await asyncio.wait(tasks, timeout=60)
    return books, samples


def main():
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    parser.add_argument("minutes", type=float)
    parser.add_argument("--rate", type=float, default=60, help="texts a second, all pairs together")
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--visitors", type=int, default=6)
    parser.add_argument("--samples", type=Path, help="a file for all samples, as JSON lines")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hoopoe-soak-") as scratch:
        scratch = Path(scratch)
        server = Hoopoe(scratch / "house").start(listen__metrics="127.0.0.1:0", log__interval=10)
        try:
            books, samples = asyncio.run(soak(server, scratch, options))
            ended = server.stop()
        finally:
            server.close()
    if options.samples:
        options.samples.write_text("".join(json.dumps(vars(s)) + "\n" for s in samples))
    figures, complaints = judge(samples)
    if books.missing:
        complaints.append(f"{len(books.missing)} acknowledged texts never arrived")
    if len(books.troubles) > 0.001 * books.logins + 3:
        complaints.append(f"{len(books.troubles)} sessions ended that shouldn't have, such as {books.troubles[:3]}")
    if ended != 0:
        complaints.append(f"the server ended with {ended}")
    print(json.dumps({
        "minutes": options.minutes, "rate": options.rate, "texts": len(books.arrived), "logins": books.logins,
        "resumed": books.resumed, "again": books.again, "troubles": len(books.troubles), "figures": figures,
        "verdict": "flat" if not complaints else "not flat", "complaints": complaints}, indent=1))
    return 1 if complaints else 0


sys.exit(main())
