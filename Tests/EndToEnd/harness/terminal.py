"""A program in tmux: typed at, and read from the screen as a person would."""

import itertools
import os
import subprocess

from .waiting import seconds, wait_until

_serial = itertools.count(1)


class Terminal:
    def __init__(self, argv, env, cwd, columns=160, rows=48):
        self._socket = f"e2e-{os.getpid()}-{next(_serial)}"
        words = " ".join("'" + str(w).replace("'", "'\\''") + "'" for w in ["env", *(f"{k}={v}" for k, v in env.items()), *argv])
        self._tmux("-f", "/dev/null", "new-session", "-d", "-s", "it", "-x", str(columns), "-y", str(rows), "-c", str(cwd), words)

    def _tmux(self, *words):
        ran = subprocess.run(["tmux", "-L", self._socket, *words], capture_output=True, text=True, timeout=seconds(10))
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def type(self, line):
        self._tmux("send-keys", "-t", "it", "-l", "--", line)
        self._tmux("send-keys", "-t", "it", "Enter")

    @property
    def screen(self):
        return self._tmux("capture-pane", "-p", "-t", "it")

    def wait(self, text, timeout=15.0):
        wait_until(lambda: text in self.screen, timeout, lambda: f"{text!r} on the screen:\n{self.screen}", interval=0.1)

    def close(self):
        subprocess.run(["tmux", "-L", self._socket, "kill-server"], capture_output=True, timeout=10)
