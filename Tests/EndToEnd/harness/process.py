"""Child processes that are always read, always bounded and never left behind."""

import atexit
import os
import signal
import subprocess
import threading
import time

from .waiting import TimedOut, seconds, wait_until

_alive = set()


@atexit.register
def _kill_leftovers():
    for process in list(_alive):
        process.kill()


class Process:
    """A child with its output captured line by line while it runs."""

    def __init__(self, argv, env=None, cwd=None, stdin=None):
        self.argv = [str(a) for a in argv]
        self.stdout_lines = []
        self.stderr_lines = []
        self._child = subprocess.Popen(
            self.argv,
            env=env,
            cwd=cwd,
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        _alive.add(self)
        self._readers = [
            threading.Thread(target=self._read, args=(self._child.stdout, self.stdout_lines), daemon=True),
            threading.Thread(target=self._read, args=(self._child.stderr, self.stderr_lines), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        if stdin:
            self.write(stdin)

    @staticmethod
    def _read(pipe, lines):
        with pipe:
            for line in pipe:
                lines.append(line.decode("utf-8", "replace").rstrip("\n"))

    @property
    def pid(self):
        return self._child.pid

    @property
    def running(self):
        return self._child.poll() is None

    @property
    def exit_code(self):
        """None while it runs; negative is the signal that ended it."""
        return self._child.poll()

    @property
    def output(self):
        return "\n".join(self.stdout_lines)

    @property
    def errors(self):
        return "\n".join(self.stderr_lines)

    def write(self, text):
        self._child.stdin.write(text.encode())
        self._child.stdin.flush()

    def line(self, matches, timeout=10.0, start=0):
        """The first line of standard output, from index `start`, for which `matches(line)` is true."""

        def find():
            found = next((line for line in self.stdout_lines[start:] if matches(line)), None)
            if found is None and not self.running:
                self._join()
                found = next((line for line in self.stdout_lines[start:] if matches(line)), None)
                if found is None:
                    raise AssertionError(f"{self.argv[0]} ended with {self.exit_code} before the line came\n{self._tail()}")
            return found

        return wait_until(find, timeout, lambda: f"a line from {' '.join(self.argv)}\n{self._tail()}")

    def wait(self, timeout=10.0):
        try:
            code = self._child.wait(seconds(timeout))
        except subprocess.TimeoutExpired:
            raise TimedOut(f"still running after {seconds(timeout):g} s: {' '.join(self.argv)}\n{self._tail()}") from None
        self._join()
        _alive.discard(self)
        return code

    def terminate(self, timeout=10.0):
        """SIGTERM, then the exit code; SIGKILL and a failure if it does not leave."""
        if self.running:
            os.kill(self.pid, signal.SIGTERM)
        try:
            return self.wait(timeout)
        except TimedOut:
            self.kill()
            raise

    def kill(self):
        """SIGKILL to the child and all that it started."""
        try:
            os.killpg(self._child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._child.wait()
        self._join()
        _alive.discard(self)

    def _join(self):
        for reader in self._readers:
            reader.join(2)

    def _tail(self, lines=25):
        return "\n".join(["stdout:", *self.stdout_lines[-lines:], "stderr:", *self.stderr_lines[-lines:]])


def run(argv, stdin="", timeout=30.0, env=None, check=True):
    """Runs to the end and returns the finished `Process`."""
    started = time.monotonic()
    finished = subprocess.run(
        [str(a) for a in argv], input=stdin.encode(), capture_output=True, timeout=seconds(timeout), env=env
    )
    finished.output = finished.stdout.decode("utf-8", "replace")
    finished.errors = finished.stderr.decode("utf-8", "replace")
    finished.took = time.monotonic() - started
    if check and finished.returncode != 0:
        raise AssertionError(f"{argv} exited {finished.returncode}\n{finished.output}\n{finished.errors}")
    return finished
