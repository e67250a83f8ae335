"""Clients that others wrote: go-sendxmpp and profanity, as people run them."""

import os
import shutil

import pytest

from harness.process import Process, run
from harness.terminal import Terminal
from harness.waiting import wait_until


def needs(program):
    path = shutil.which(program)
    assert path, f"{program} is missing; script/setup installs it"
    return path


class GoSendXMPP:
    """Its command line for one person; a home of its own, the local CA as the only root."""

    def __init__(self, server, person, home, direct=False):
        host, port = server.xmpps if direct else server.xmpp
        self.argv = [needs("go-sendxmpp"), "-u", person.jid, "-p", person.password, "-j", f"{host}:{port}"]
        if direct:
            self.argv.append("-t")
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "SSL_CERT_FILE": str(server.ca), "LANG": "C.UTF-8"}

    def send(self, to, text):
        return run([*self.argv, to.jid], stdin=text + "\n", env=self.env, timeout=20)

    def listen(self):
        return Process([*self.argv, "-l"], env=self.env)


@pytest.fixture
def go_sendxmpp(server, tmp_path):
    running = []

    def make(person, direct=False):
        home = tmp_path / person.name
        home.mkdir(exist_ok=True)
        return GoSendXMPP(server, person, home, direct)

    def listen(person, direct=False):
        running.append(make(person, direct).listen())
        return running[-1]

    make.listen = listen
    yield make
    for one in running:
        one.kill()


@pytest.mark.parametrize("direct", [False, True], ids=["starttls", "direct"])
def test_go_sendxmpp_sends(join, client, go_sendxmpp, direct):
    anna, ben = join("anna", "ben")
    b = client(ben)
    go_sendxmpp(anna, direct).send(ben, "from the shell: ünïcode & <tags>")
    got = b.wait_for(lambda m: m.body is not None)
    assert got.body.rstrip("\n") == "from the shell: ünïcode & <tags>"
    assert got.bare == anna.jid


@pytest.mark.parametrize("direct", [False, True], ids=["starttls", "direct"])
def test_go_sendxmpp_listens(join, client, go_sendxmpp, direct):
    anna, ben = join("anna", "ben")
    a = client(anna)
    # Sent before it is there: held, then shown once.
    a.send(ben, "waiting for you")
    a.ping()
    listening = go_sendxmpp.listen(ben, direct)
    listening.line(lambda line: "waiting for you" in line, timeout=15)
    a.send(ben, "now live")
    listening.line(lambda line: "now live" in line, timeout=15)
    assert listening.output.count("waiting for you") == 1


def test_go_sendxmpp_wrong_password(join, go_sendxmpp):
    anna, ben = join("anna", "ben")
    wrong = type(anna)(anna.name, "wrong")
    one = go_sendxmpp(wrong)
    assert run([*one.argv, ben.jid], stdin="x\n", env=one.env, check=False).returncode != 0


def test_go_sendxmpp_sends_to_someone_away(join, client, go_sendxmpp):
    anna, ben = join("anna", "ben")
    go_sendxmpp(anna).send(ben, "for later")
    b = client(ben)
    got = b.wait_for(lambda m: m.body is not None)
    assert got.body.strip() == "for later" and got.delayed


@pytest.fixture
def profanity(server, tmp_path):
    running = []

    def start(person):
        home = tmp_path / f"profanity-{person.name}"
        (home / ".config" / "profanity").mkdir(parents=True)
        (home / ".config" / "profanity" / "profrc").write_text("[ui]\nsplash=false\n[notifications]\nmessage=off\n")
        env = {
            "HOME": home, "XDG_CONFIG_HOME": home / ".config", "XDG_DATA_HOME": home / ".local/share", "TERM": "xterm-256color",
            "SSL_CERT_FILE": server.ca, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"],
        }
        terminal = Terminal([needs("profanity")], env, home)
        running.append(terminal)
        terminal.wait("Profanity")
        host, port = server.xmpp
        terminal.type(f"/connect {person.jid} server {host} port {port} tls force")
        terminal.wait("password", timeout=15)
        terminal.type(person.password)
        terminal.wait("logged in successfully", timeout=20)
        return terminal

    yield start
    for terminal in running:
        terminal.close()


def test_profanity_sends_and_receives(join, client, profanity):
    anna, ben = join("anna", "ben")
    a = client(anna)
    a.send(ben, "sent while profanity was off")
    a.ping()
    p = profanity(ben)
    p.type(f"/msg {anna.jid} hello from a terminal")
    got = a.wait_text("hello from a terminal", timeout=15)
    assert got.bare == ben.jid
    p.wait("sent while profanity was off")
    a.send(got.sender, "hello terminal")
    p.wait("hello terminal")
    assert p.screen.count("sent while profanity was off") == 1


def test_profanity_shows_presence_and_takes_a_subscription(join, client, profanity):
    anna, ben = join("anna", "ben")
    a = client(anna)
    p = profanity(ben)
    a.presence(type="subscribe", to=ben.jid)
    p.wait(anna.jid)
    p.type(f"/sub allow {anna.jid}")
    a.wait_presence(ben, "subscribed", timeout=15)
    a.wait_presence(ben, None)
    p.type(f"/sub request {anna.jid}")
    a.wait_presence(ben, "subscribe", timeout=15)
    a.presence(type="subscribed", to=ben.jid)
    a.presence(show="away", status="gone fishing")
    wait_until(lambda: "away" in p.screen, 15, lambda: p.screen, interval=0.1)
