"""The programs in `../CompileFailures`: each fails to compile for the reason it names, the controls compile."""

import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.people import binary

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = sorted((ROOT / "Tests" / "CompileFailures").glob("*.swift"))
# What each of these takes with it on the compiler's command line.
WITH_VALUE = {"-I", "-Xcc", "-enable-upcoming-feature", "-package-name", "-swift-version", "-target"}
ALONE = {"-strict-memory-safety"}


def settings():
    """The settings that the package itself was compiled with: its name, its strictness, where modules are."""
    program = Path(binary())
    manifest = next(f for f in (folder / f"{program.parent.name}.yaml" for folder in program.parents) if f.exists())
    line = next(x for x in manifest.read_text().splitlines() if x.strip().startswith("args: ") and '"-module-name","Store"' in x)
    given, kept = json.loads(line.strip().removeprefix("args: ")), []
    for index, one in enumerate(given):
        if one in WITH_VALUE:
            kept += [one, given[index + 1]]
        elif one in ALONE:
            kept.append(one)
    assert "-package-name" in kept and "-strict-memory-safety" in kept
    return kept


def errors(program):
    """The exit status, the errors in this program as (line, text), how many are elsewhere, and all that was said."""
    # Not -typecheck: who may move and borrow is decided after that.
    argv = ["swiftc", "-emit-sil", "-o", os.devnull, "-module-name", "Program", "-parse-as-library",
            "-diagnostic-style", "llvm", *settings(), str(program)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120)
    found = re.findall(rf"^{re.escape(str(program))}:(\d+):\d+: error: (.*)$", done.stderr, re.M)
    everywhere = re.findall(r"error: ", done.stderr)
    return done.returncode, found, len(everywhere) - len(found), done.stderr


@pytest.fixture(scope="module")
def results():
    """All of them at once: the compiler takes a second for each."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(PROGRAMS, pool.map(errors, PROGRAMS)))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.stem)
def test_program(program, results):
    status, found, elsewhere, output = results[program]
    first = program.read_text().splitlines()[0]
    if first == "// compiles":
        assert status == 0, output
        return
    expected = first.removeprefix("// expect: ")
    assert expected != first, "a program says what it expects in its first line"
    assert status != 0, f"{program.name} compiles"
    assert any(expected in text for _, text in found), output
    assert elsewhere == 0 and len({line for line, _ in found}) == 1, output


def test_there_are_programs():
    assert sum(p.stem.startswith("control-") for p in PROGRAMS) >= 3 and len(PROGRAMS) >= 20
