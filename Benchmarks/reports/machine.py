"""What a figure was measured on."""

import os
import platform
import re
import subprocess
from pathlib import Path


def machine(folder: Path) -> dict[str, str]:
    """Processor, memory, kernel, system, and the file system that `folder` is on."""
    processor = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
    system = re.search(r'^PRETTY_NAME="(.*)"$', Path("/etc/os-release").read_text(), re.MULTILINE)
    return {
        "processor": f"{len(os.sched_getaffinity(0))} × {processor.group(1) if processor else platform.machine()}",
        "memory": f"{int(memory.group(1)) / 2**20:.0f} GiB" if memory else "unknown",
        "system": f"{system.group(1) if system else 'unknown'}, Linux {platform.release()}",
        "filesystem": _filesystem(folder),
    }


def package_version(name: str) -> str:
    """The version of an installed Debian package, or that it isn't there."""
    answer = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or "not installed"


def load_average() -> float:
    """How busy the machine was in the last minute, ourselves included."""
    return os.getloadavg()[0]


def _filesystem(folder: Path) -> str:
    answer = subprocess.run(["findmnt", "-n", "-o", "FSTYPE", "-T", str(folder)], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or "unknown"
