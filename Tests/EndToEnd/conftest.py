"""Fixtures. Servers are shared where a test only needs people of its own; everything is killed at teardown."""

import faulthandler
import os
import signal

import pytest

from harness.hoopoe import Hoopoe
from harness.loop import LoopThread
from harness.people import binary, person
from harness.prosody import Prosody
from harness.shim import SyncShim
from harness.texting import House
from harness.xmpp import Client

PEER = os.environ.get("HOOPOE_PEER", "hoopoe")
WHOLE_TEST_LIMIT = int(os.environ.get("HOOPOE_TEST_LIMIT", "180"))


@pytest.fixture(autouse=True)
def bounded():
    """No test outlives its limit, whatever it waits for."""

    def ring(*_):
        faulthandler.dump_traceback(all_threads=True)
        raise AssertionError(f"the test took longer than {WHOLE_TEST_LIMIT} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(WHOLE_TEST_LIMIT)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def loop():
    thread = LoopThread()
    yield thread
    thread.close()


def _server(folder):
    if PEER == "prosody":
        return Prosody(folder)
    assert os.access(binary(), os.X_OK), f"build the program first, or name it in HOOPOE: {binary()}"
    return Hoopoe(folder)


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory):
    """One server for all tests that bring only their own people."""
    server = _server(tmp_path_factory.mktemp("shared") / "house")
    server.start()
    yield server
    server.close()


@pytest.fixture
def server(shared_server):
    """A running server. If an earlier test broke it, this one says so rather than guessing."""
    assert shared_server.process is not None and shared_server.process.running, f"the shared server is gone\n{shared_server.log[-3000:]}"
    return shared_server


@pytest.fixture
def own_server(tmp_path):
    """Makes servers that belong to this test: `own_server(shim=True)` puts the sync shim under it. Not started."""
    made = []

    def make(shim=False):
        server = _server(tmp_path / f"house{len(made) + 1}")
        if shim:
            server.shim = SyncShim(tmp_path)
        made.append(server)
        return server

    yield make
    for server in made:
        server.close()


@pytest.fixture
def join(request):
    """Makes people and adds them to a server: `anna, ben = join("anna", "ben")`; `on=` names a server of the test's own."""

    def make(*nicknames, on=None):
        target = on or request.getfixturevalue("server")
        people = [person(n) for n in nicknames]
        target.add(*people)
        return people

    return make


@pytest.fixture
def client(loop, request):
    """Signs people in: `client(anna, tls="direct", stream_management=True)`; `on=` and `login=False` as they say."""
    made = []

    def make(who, on=None, login=True, **options):
        one = Client(loop, on or request.getfixturevalue("server"), who, **options)
        made.append(one)
        return one.login() if login else one

    yield make
    for one in made:
        one.close()


@pytest.fixture
def house(own_server, loop):
    """Makes a server with a way out to SMS: `house(sms__grace_seconds=1, route={...})`."""
    made = []

    def make(**settings):
        made.append(House(own_server(), loop, **settings))
        return made[-1]

    yield make
    for one in made:
        one.server.close()
        one.close()


@pytest.fixture(scope="session")
def standing_house(tmp_path_factory, loop):
    """A house for all tests that bring people and numbers of their own and leave the carrier as they found it."""
    one = House(_server(tmp_path_factory.mktemp("standing") / "house"), loop)
    yield one
    one.server.close()
    one.close()


@pytest.fixture
def shared_house(standing_house):
    assert standing_house.server.process.running, f"the standing house is gone\n{standing_house.server.log[-3000:]}"
    standing_house.smsc.forget_script()
    return standing_house
