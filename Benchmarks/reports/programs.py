"""Builds programs in release."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "Benchmarks"


class NotBuilt(Exception):
    """The compiler refused; the whole log is in a file."""


def release(package: Path, product: str) -> Path:
    """The program, built now if anything changed."""
    print(f"Building {product} ...", file=sys.stderr)
    log = BENCHMARKS / ".build" / f"{product}.build.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("w") as file:
        command = ["swift", "build", "-c", "release", "--product", product]
        done = subprocess.run(command, cwd=package, stdout=file, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        errors = sorted({line for line in log.read_text(errors="replace").splitlines() if "error:" in line})
        raise NotBuilt("\n".join([*errors[:20], f"The build of {product} failed; all of it is in {log}."]))
    return package / ".build" / "release" / product
