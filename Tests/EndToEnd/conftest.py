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
from harness.waiting import seconds
from harness.xmpp import Client

PEER = os.environ.get("HOOPOE_PEER", "hoopoe")
WHOLE_TEST_LIMIT = int(os.environ.get("HOOPOE_TEST_LIMIT", "180"))


@pytest.fixture(autouse=True)
def bounded():
    """No test outlives its limit, whatever it waits for."""

    limit = int(seconds(WHOLE_TEST_LIMIT))

    def ring(*_):
        faulthandler.dump_traceback(all_threads=True)
        raise AssertionError(f"the test took longer than {limit} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(limit)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows how the servers it used are and what they logged last."""
    outcome = yield
    report = outcome.get_result()
    if report.when != "call" or not report.failed:
        return
    for name in ("shared_server", "standing_house", "own_server", "house"):
        for server in _servers_of(item, name):
            process = server.process
            state = "stopped" if process is None else "running" if process.running else f"ended with {process.exit_code}"
            report.sections.append((f"{name}: {state}", server.log[-4000:]))


def _servers_of(item, name):
    value = getattr(item, "funcargs", {}).get(name)
    if value is None:
        return []
    made = [getattr(one, "server", one) for one in getattr(value, "made", [value])]
    return [one for one in made if hasattr(one, "process")]


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


def _use(server):
    """Hands a shared server to one test: a test that breaks it fails, and the next one finds it running again."""
    if server.process is None:
        server.start()
    yield
    if not server.process.running:
        code, log = server.process.exit_code, server.log[-4000:]
        server.close()
        raise AssertionError(f"the server ended with {code} during this test\n{log}")


@pytest.fixture
def server(shared_server):
    for _ in _use(shared_server):
        yield shared_server


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

    make.made = made
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

    make.made = made
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
    standing_house.smsc.forget_script()
    for _ in _use(standing_house.server):
        yield standing_house
