"""The generator, run once against one server; its contract is `load --help`."""

import json
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import accounts


class LoadFailed(Exception):
    """The generator couldn't run, took too long, or said something that isn't a result."""


def run(program: Path, words: Sequence[str], *, port: int, server: int, label: str, limit: float) -> dict[str, Any]:
    """Its answer; `server` is the root of the process tree whose cost is counted, `limit` are seconds."""
    command = [str(program), *words, *_target(port), "--server", str(server), "--label", label]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            said, progress = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            raise LoadFailed(f"not done within {limit:.0f} s") from None
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise LoadFailed(f"status {process.returncode}: {_last_line(progress)}")
    try:
        answer = json.loads(said)
    except json.JSONDecodeError:
        raise LoadFailed(f"said no JSON but {said[:80]!r}") from None
    if not isinstance(answer, dict):
        raise LoadFailed(f"said no JSON object but {said[:80]!r}")
    return answer


def shown(words: Sequence[str]) -> str:
    """The command as a person would type it."""
    return " ".join(["load", *words, *_target(5223), "--server PID"])


def _target(port: int) -> list[str]:
    where = ["--host", "127.0.0.1", "--port", str(port), "--domain", accounts.DOMAIN]
    return [*where, "--password", accounts.PASSWORD, "--users", str(accounts.COUNT)]


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing"
