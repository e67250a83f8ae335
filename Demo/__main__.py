"""Plays the story of script/demo. That script sets up and builds; this wants HOOPOE to name the program."""

import argparse
import logging
import signal
import sys
import time

import joining
from stage import Stage
from story import PREFIX, SENDERS, Story
from telling import NotAsTold, Teller


def main():
    options = argparse.ArgumentParser(prog="script/demo", description="Plays a text to a phone number, end to end.")
    options.add_argument("--once", action="store_true", help="end when all has been shown")
    options.add_argument("--listen", metavar="HOST", default="127.0.0.1",
                         help="where apps connect: this machine's address in your network lets phones join")
    options = options.parse_args()
    sys.stdout.reconfigure(errors="replace")
    logging.disable(logging.CRITICAL)
    # Every way of being ended goes through the clearing up below.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    stage = Stage(SENDERS, PREFIX)
    tell = Teller()
    try:
        play(stage, tell, options)
    except KeyboardInterrupt:
        return 130
    except (NotAsTold, AssertionError) as wrong:
        if tell.checked:
            print(f"\nNot as told: {wrong}", *last_words(stage), sep="\n", file=sys.stderr)
        else:
            print(f"script/demo: it did not start: {wrong}", file=sys.stderr)
        return 1
    finally:
        clear_up(stage)
    return 0


def play(stage, tell, options):
    started = time.monotonic()
    stage.open(options.listen, usual_ports=not options.once)
    host, port = stage.server.xmpp
    tell.line("Hoopoe in a fresh folder with its defaults, and a simulated phone network beside it.")
    tell.line(f"People reach it by XMPP at {host}:{port}; it reaches the network by SMPP 3.4 at {stage.carrier.address}.")
    story = Story(stage, tell)
    story.play()
    tell.line("")
    tell.line(f"All {tell.checked} checks (✓) hold. That took {time.monotonic() - started:.0f} s.")
    joining.tell_how(tell, stage, stage.add("you"))
    if options.once:
        tell.line("")
        tell.line("Ending here because of --once; without it the server keeps running.")
    else:
        joining.stay(tell, stage, story.q)


def clear_up(stage):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    try:
        stage.close()
    except Exception as wrong:  # nothing may keep the folder from being removed
        print(f"script/demo: while ending: {wrong}", file=sys.stderr)
    finally:
        stage.remove()


def last_words(stage):
    """What the server logged last: it names no person and no number."""
    lines = stage.server.log.splitlines()[-15:] if stage.server else []
    return ["The server's last words:", *lines] if lines else []


if __name__ == "__main__":
    sys.exit(main())
