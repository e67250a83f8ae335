"""Bounded waiting. No test here sleeps and hopes, and none waits without an end."""

import os
import time

# A debug build on a busy machine is slow; one factor stretches every limit.
PATIENCE = float(os.environ.get("HOOPOE_TEST_PATIENCE", "1"))


class TimedOut(AssertionError):
    """Something awaited did not come in time."""


def seconds(limit):
    """The limit, stretched for a slow machine."""
    return limit * PATIENCE


def wait_until(condition, timeout=10.0, what="the condition", interval=0.01):
    """Returns the first truthy value of `condition()`; fails with `what` (text or callable) after `timeout`."""
    limit = time.monotonic() + seconds(timeout)
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= limit:
            said = what() if callable(what) else what
            raise TimedOut(f"not within {seconds(timeout):g} s: {said}")
        time.sleep(interval)


def stays(condition, during=1.0, what="the condition"):
    """Fails as soon as `condition()` stops being truthy within `during` seconds."""
    limit = time.monotonic() + during
    while time.monotonic() < limit:
        if not condition():
            raise AssertionError(f"did not hold for {during:g} s: {what() if callable(what) else what}")
        time.sleep(0.02)
