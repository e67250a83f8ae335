"""Debian packages of the peers: installed when missing, their services never started."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# Debian asks this program before it starts a service of a package that it just installed.
_POLICY = Path("/usr/sbin/policy-rc.d")
_APT = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=600"]


class NotInstalled(Exception):
    """A package is missing and can't be had."""


def install(names: Iterable[str]) -> None:
    """Installs what is missing, by apt; asks for root if need be."""
    missing = [name for name in sorted(set(names)) if not _is_installed(name)]
    if not missing:
        return
    print(f"Installing {', '.join(missing)} ...", file=sys.stderr)
    root = [] if os.geteuid() == 0 else ["sudo"]
    if root and shutil.which("sudo") is None:
        raise NotInstalled(f"{', '.join(missing)}: installing needs root, and sudo is not there; run this as root once")
    # A policy that is there is the machine's own: it stays, whatever it says.
    forbids = not _POLICY.exists() and not root
    if forbids:
        _POLICY.write_text("#!/bin/sh\nexit 101\n")
        _POLICY.chmod(0o755)
    try:
        _run([*root, *_APT, "update"])
        command = [*root, "env", "DEBIAN_FRONTEND=noninteractive", *_APT, "install", "-y", "--no-install-recommends", *missing]
        if said := _run(command):
            raise NotInstalled(f"apt-get could not install {', '.join(missing)}: {said}")
    finally:
        if forbids:
            with suppress(FileNotFoundError):
                _POLICY.unlink()


def _is_installed(name: str) -> bool:
    answer = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", name], capture_output=True, text=True, check=False)
    return answer.stdout == "installed"


def _run(command: list[str]) -> str:
    """Nothing if all went well; otherwise the last words."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stderr or done.stdout).strip()[-400:] or f"status {done.returncode}"
