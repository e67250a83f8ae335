"""One attack on a fresh server: quiet, during, and what is left after."""

import copy
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from peers import accounts, load
from peers.hoopoe import Hoopoe
from peers.server import Place, Running, free_port

from .attacks import Attack

# The people beside: 25 pairs, 300 messages a second in all, at their time whatever happens; or one log-in after the other.
_BESIDE = {
    "chat": ["chat", "--pairs", "25", "--rate", "300", "--warmup", "2"],
    "login": ["login", "--parallel", "1"],
}
_FIRST_ATTACKER = accounts.COUNT - 1_000
_SETTLING_SECONDS = 8.0


class Attacked(Hoopoe):
    """As shipped, but only the address that the people beside come from is trusted, and for what an attack sets."""

    def __init__(self, program: Path, *, built_here: bool) -> None:
        super().__init__(program, built_here=built_here)
        self.xmpp, self.https = free_port(), free_port()

    def with_settings(self, settings: Mapping[str, str]) -> Self:
        one = copy.copy(self)
        one._settings = {**self._settings, **settings}
        return one

    def command(self, place: Place) -> Sequence[str]:
        settings = {
            "listen.xmpp": f"127.0.0.1:{self.xmpp}",
            "listen.https": f"127.0.0.1:{self.https}",
            "limits.trusted-addresses": '["127.0.0.1"]',
        }
        return [*super().command(place), *(word for key, value in settings.items() for word in ("--set", f"{key}={value}"))]


@dataclass(frozen=True)
class Trial:
    server: Attacked
    template: Path
    certificate: tuple[Path, Path]
    generator: Path
    scratch: Path
    seconds: float

    def run(self, attack: Attack) -> dict[str, Any]:
        folder = self.scratch / attack.name
        shutil.copytree(self.template, folder)
        place = Place(folder, free_port(), *self.certificate)
        running = Running(self.server.with_settings(attack.settings), place)
        try:
            return self._measure(attack, place, running)
        finally:
            running.stop()
            shutil.rmtree(folder, ignore_errors=True)

    def _measure(self, attack: Attack, place: Place, running: Running) -> dict[str, Any]:
        self._beside(attack, place, running, 1)
        quiet = self._beside(attack, place, running, self.seconds)
        with _watched(running.child.pid) as memory, _attacking(attack, self.server, place) as counts:
            before = memory[0]
            time.sleep(attack.run_up)
            (first, began) = (counts.now, time.monotonic())
            during = self._beside(attack, place, running, self.seconds)
            (last, ended) = (counts.now, time.monotonic())
            if counts.ended:
                print(f"{attack.name}: the attack ended early", file=sys.stderr)
        most = max(memory)
        time.sleep(_SETTLING_SECONDS)
        rate = (last["attempts"] - first["attempts"]) / (ended - began)
        cpu = during["server_cpu_s"] / during["seconds"] - quiet["server_cpu_s"] / quiet["seconds"]
        if attack.beside == "login":
            # Fewer log-ins in the same time cost less: what they cost when it is quiet isn't the attack's.
            cpu = (during["server_cpu_s"] - quiet["server_cpu_s"] / quiet["count"] * during["count"]) / during["seconds"]
        running.check()
        return {
            "attack": attack.name,
            "per_second": rate,
            "held": last["held"] if attack.holds else None,
            "answers": last["answers"],
            # Less than nothing where the attack costs less than two quiet runs differ.
            "cpu_per_second": cpu,
            "memory_before": before,
            "memory_most": most,
            "memory_after": _resident(running.child.pid),
            "quiet": {key: quiet[key] for key in ("p50_ms", "p99_ms", "count")},
            "during": {key: during[key] for key in ("p50_ms", "p99_ms", "count", "lost")},
            "errors": during["errors"],
        }

    def _beside(self, attack: Attack, place: Place, running: Running, seconds: float) -> dict[str, Any]:
        words = [*_BESIDE[attack.beside], "--seconds", f"{seconds:g}"]
        return load.run(self.generator, words, port=place.port, server=running.child.pid, label=attack.name, limit=seconds + 120)


class _Counts:
    """What an attacker has said last."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.now: dict[str, Any] = {"attempts": 0, "held": 0, "answers": {}}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout or []:
            self.now = json.loads(line)

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None


@contextmanager
def _attacking(attack: Attack, server: Attacked, place: Place) -> Iterator[_Counts]:
    ports = [str(server.xmpp), str(place.port), str(server.https), str(_FIRST_ATTACKER)]
    command = [sys.executable, "-m", "hostile.attacker", attack.name, *ports, accounts.DOMAIN, accounts.PASSWORD]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            yield _Counts(process)
        finally:
            process.kill()


@contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """The process's memory in bytes, four times a second."""
    found = [_resident(pid)]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.25):
            found.append(_resident(pid))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        done.set()
        watcher.join()


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
