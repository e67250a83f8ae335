"""Hoopoe in release, with durability and everything else as shipped."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import accounts
from .server import Place, Server, ServerFailed


class Hoopoe(Server):
    name = "hoopoe"
    title = "Hoopoe"
    promise = "Synced (write-ahead log, `synchronous=FULL`), then delivered, then acknowledged."

    def __init__(
        self, program: Path, *, built_here: bool, people: int = accounts.COUNT, settings: Mapping[str, str] | None = None
    ) -> None:
        self._program = program
        self._built_here = built_here
        self._people = people
        self._settings = settings or {}

    def version(self) -> str:
        if not self._built_here:
            return "Hoopoe, a program that was given"
        commit = self._git("rev-parse", "--short", "HEAD")
        changed = self._git("status", "--porcelain", "--untracked-files=no", "--", ":/Sources", ":/Package.swift")
        return f"Hoopoe {commit}{' with changes' if changed else ''}"

    def prepare(self, template: Path, certificate: Path, key: Path) -> None:
        template.rmdir()
        tls = ["--certificate", str(certificate), "--key", str(key)]
        self._run("init", str(template), "--domain", accounts.DOMAIN, *tls)
        verifiers = "\t".join(accounts.verifier(algorithm).text for algorithm in ("sha1", "sha256"))
        people = template.with_name(f"{template.name}.tsv")
        people.write_text("".join(f"{name}\t{verifiers}\n" for name in accounts.names(self._people)))
        people.chmod(0o600)
        self._run("person", "add", "--from", str(people), str(template))

    def command(self, place: Place) -> Sequence[str]:
        settings = {"listen.xmpp": "127.0.0.1:0", "listen.xmpps": f"127.0.0.1:{place.port}", "listen.https": ""}
        if place.carrier is not None:
            settings |= self._texting(place)
        settings |= self._settings
        words = (word for key, value in settings.items() for word in ("--set", f"{key}={value}"))
        return [str(self._program), "serve", str(place.folder), *words]

    def _texting(self, place: Place) -> dict[str, str]:
        """A route to the generator, and limits that a run doesn't reach."""
        password = place.folder / "carrier.password"
        password.write_text("bench")
        password.chmod(0o600)
        route = {
            "name": "bench",
            "smsc": f"127.0.0.1:{place.carrier}",
            "system-id": "bench",
            "password-file": password.name,
            "senders": ["+447700900123"],
            "prefixes": ["+49176"],
        }
        return {"routes": json.dumps([route]), "numbers.new-per-day": "10000", "sms.per-day": "100000"}

    def _run(self, *words: str) -> None:
        done = subprocess.run([str(self._program), *words], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ServerFailed(f"hoopoe {words[0]}: {done.stderr.strip() or done.stdout.strip()}")

    def _git(self, *words: str) -> str:
        return subprocess.run(["git", *words], capture_output=True, text=True, check=False).stdout.strip()
