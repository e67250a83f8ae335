"""After the story: how to join it with one's own app, and a phone network to play with in this terminal."""

import os
import select
import sys
import time

import segno

from harness.texting import alias

from story import NOBODYS, SENDERS
from telling import NotAsTold

VISITORS_NUMBER = "+4917604069009"


def tell_how(tell, stage, visitor):
    host, port = stage.server.xmpp
    tell.title("Join with your own app")
    rows = [
        ("address", visitor.jid), ("password", visitor.password),
        ("server", f"{host}, port {port} (STARTTLS) or {stage.server.xmpps[1]} (TLS at once)"),
        ("certificate", f"have the app trust {stage.server.ca}"),
    ]
    if host.startswith("127."):
        rows.insert(3, ("", "from this machine only; script/demo --listen ADDRESS lets phones in"))
    for name, value in rows:
        tell.line(f"   {name:<13}{value}")
    tell.line("")
    for row in qr_rows(f"xmpp:{visitor.jid}"):
        tell.line("   " + (f"\x1b[30;107m{row}\x1b[0m" if tell.is_terminal else row))
    tell.line("")
    tell.line("   or in another terminal:")
    tell.line(f"     SSL_CERT_FILE={stage.server.ca} profanity")
    tell.line(f"     /connect {visitor.jid} server {host} port {port} tls force")


def qr_rows(text):
    """A QR code as rows of half blocks, dark on light, two modules high each."""
    modules = [list(row) for row in segno.make(text, error="l", micro=False).matrix_iter()]
    if len(modules) % 2:
        modules.append([0] * len(modules[0]))
    return ["".join(" ▀▄█"[bool(above) + 2 * bool(below)] for above, below in zip(*pair))
            for pair in zip(modules[::2], modules[1::2])]


def stay(tell, stage, quin):
    """Shows what the handsets get, hands typed lines to the carrier and lets Quin answer, until Ctrl-C."""
    tell.line("")
    tell.line("Running until Ctrl-C, which removes everything. Quin answers by itself. Things to try:")
    tell.line(f"   write to {stage.server.domain}: help, or: on number-texting {VISITORS_NUMBER}; the code appears below")
    tell.line(f"   write to {stage.server.domain}: on sms; text {alias(NOBODYS)}; answer for that handset here:")
    tell.line(f"   from {NOBODYS} to {SENDERS[0]} : your words")
    tell.line("")
    try:
        _watch(tell, stage, quin)
    except KeyboardInterrupt:
        tell.line("")
    else:
        raise NotAsTold("the server or the phone network ended by itself")


def _watch(tell, stage, quin):
    texts, messages = len(stage.carrier.texts()), len(quin.received)
    complaints = len(stage.carrier.process.stderr_lines)
    typed = _typed_lines()
    while stage.server.process.running and stage.carrier.process.running:
        for line in next(typed):
            stage.carrier.command(line)
        for event in stage.carrier.texts()[texts:]:
            texts += 1
            tell.line(f"SMS on {event['to']} from {event['from']}: {event['text']}")
        for line in stage.carrier.process.stderr_lines[complaints:]:
            complaints += 1
            tell.line(line)
        for message in quin.received[messages:]:
            messages += 1
            # The server's own address has no name before the @; what it says is not answered.
            if message.body is not None and message.type != "error" and message.carbon is None and "@" in message.bare:
                quin.send(message.bare, f"Quin got “{message.body.strip()}”.")


def _typed_lines():
    """Each step waits a moment and gives the lines typed meanwhile; none when nobody sits at a terminal."""
    fd, rest, is_open = sys.stdin.fileno(), b"", sys.stdin.isatty()
    while True:
        lines = []
        if not is_open:
            time.sleep(0.1)
        elif select.select([fd], [], [], 0.1)[0]:
            got = os.read(fd, 4096)
            is_open = bool(got)
            *lines, rest = (rest + got).split(b"\n")
        yield [line.decode("utf-8", "replace") for line in lines if line.strip()]
