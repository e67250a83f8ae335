"""Go's checker of logs (golang.org/x/mod/sumdb of Debian), built once a session."""

import os
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "sumdb" / "main.go"


def build(folder):
    """The program, built in `folder`; only what Debian's packages brought is used, no network and no module proxy."""
    go = shutil.which("go")
    assert go, "go is missing; script/setup installs it"
    program = Path(folder) / "sumdb"
    environment = {
        **os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(Path(folder) / "cache"),
        "GOPROXY": "off", "GOTOOLCHAIN": "local",
    }
    done = subprocess.run([go, "build", "-o", program, SOURCE], env=environment, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
    return program


def check(program, folder, earlier=None):
    """Checks the log in `folder` with the key of its policy: (status, what it said)."""
    vkey = next(line.split()[1] for line in (Path(folder) / "policy").read_text().splitlines() if line.startswith("log "))
    done = subprocess.run(
        [program, folder, vkey, *([earlier] if earlier else [])], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr
