"""`script/lint` refuses what would open another way out. Runs on a copy of the sources; formatting is somebody else's check."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RELEASE = "import Consent\n\nfunc f(_ x: Disclosure<{0}>) -> [UInt8] {{\n    x.release(by: {0}.self)\n}}\n"
CASES = {
    "a network module in the server": ("Server/Chat/Leak.swift", "import NIOCore\n"),
    "a client library": ("Server/Texting/Leak.swift", "package import AsyncHTTPClient\n"),
    "sockets of the system": ("Server/Chat/Leak.swift", "import func Glibc.socket\n"),
    "a network module in the program": ("hoopoe/Verbs/Leak.swift", "@preconcurrency import NIOPosix\n"),
    "raw numbers": ("Server/Messaging/Delivery/Leak.swift", "import Numbers\n"),
    "a network module in the store": ("Store/Leak.swift", "import NIOCore\n"),
    "a release elsewhere": ("Server/Chat/Leak.swift", RELEASE.format("ClientStanza")),
    "a release in the store": ("Store/Leak.swift", RELEASE.format("SMPPSubmit")),
    "a way in another way's file": ("Server/WaysOut/SMPPSubmit+Released.swift", RELEASE.format("ClientStanza")),
    "a release by a name": ("Server/WaysOut/Leak.swift", RELEASE.format("HTTPBody").replace("HTTPBody.self", "way")),
    "a release by its name alone": ("Server/Chat/Leak.swift", "func f(_ x: Disclosure<ClientStanza>) -> Any {\n    x.release\n}\n"),
    "a release over two lines": ("Server/Chat/Leak.swift", "let x = y.release(\n    by: ClientStanza.self)\n"),
    "a kind of identifier": ("Store/Leak.swift", "enum Loot: IdentifierKind {\n}\n"),
    "a way out": ("Server/Chat/Leak.swift", "enum Loophole: WayOut {}\n"),
    "a look at the memory of a disclosure": (
        "Server/Chat/Leak.swift", "func f(_ x: Disclosure<HTTPBody>) {\n    unsafe withUnsafeBytes(of: x) { _ in }\n}\n"),
    "a number asked for digit by digit": ("Server/Chat/Leak.swift", "let x = number.begins(with: [0x34])\n"),
    "another member of the closed set": ("Server/Chat/Leak.swift", "struct Loot: Sendable, PermitResult {\n}\n"),
    "a membership": ("Store/Leak.swift", "func f() -> Membership<Int>? { nil }\n"),
    "a bit cast": ("Server/Chat/Leak.swift", "let x = unsafe unsafeBitCast(1, to: UInt.self)\n"),
    "a testable import": ("Server/Chat/Leak.swift", "@testable import Consent\n"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lint")
    for name in ("Sources", "Tests", "Demo", "docs", "script", "Deployment", ".ci"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    bin = folder / "bin"
    bin.mkdir()
    for tool in ("swift", "shellcheck"):
        (bin / tool).write_text("#!/bin/sh\n")
        (bin / tool).chmod(0o755)
    return folder


def lint(folder):
    environment = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    return subprocess.run([folder / "script" / "lint"], env=environment, capture_output=True, text=True, timeout=60)


def test_the_sources_pass(copy):
    done = lint(copy)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("case", CASES)
def test_refuses(case, copy):
    path, text = CASES[case]
    file = copy / "Sources" / path
    before = file.read_text() if file.exists() else None
    file.write_text((before or "") + text)
    try:
        done = lint(copy)
    finally:
        file.unlink() if before is None else file.write_text(before)
    assert done.returncode == 1 and path in done.stderr, done.stderr


@pytest.mark.parametrize("old,new,said", [
    ("test_tls.py::test_no_early_data", "test_tls.py::test_no_late_data", "names the test test_no_late_data"),
    ("`Tests/EndToEnd/test_sms.py::test_sms_from", "`Tests/EndToEnd/test_smoke.py::test_sms_from", "names Tests/EndToEnd/test_smoke.py"),
    ("| A fraudster | 5 |", "| A friend | 5 |", "names no test: A fraudster"),
])
def test_refuses_a_defence_without_a_test(old, new, said, copy):
    model = copy / "docs" / "threat-model.md"
    before = model.read_text()
    assert old in before
    model.write_text(before.replace(old, new))
    try:
        done = lint(copy)
    finally:
        model.write_text(before)
    assert done.returncode == 1 and said in done.stderr, done.stderr
