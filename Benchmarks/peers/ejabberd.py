"""Debian's ejabberd, with Mnesia and with SQLite, run in the foreground without its service and without epmd."""

import base64
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from reports.machine import package_version

from . import accounts
from .child import Child
from .server import Place, Server, ServerFailed, free_port

_LIBRARIES = Path("/usr/lib/x86_64-linux-gnu")

# What Hoopoe does as well, and nothing more. No shaper; queues are longer than anything a run puts into them.
_CONFIGURATION = """\
loglevel: warning
hosts: ["{domain}"]
certfiles: ["{certificate}", "{key}"]
auth_method: [{method}]
auth_password_format: scram
auth_scram_hash: sha256
disable_sasl_mechanisms: ["digest-md5", "X-OAUTH2", "PLAIN"]
default_db: {method}
{storage}
max_fsm_queue: 100000
listen:
  -
    port: {port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    backlog: 1024
    max_stanza_size: 262144
    shaper: none
    access: all
    tls: true
    protocol_options: ["no_sslv3", "no_tlsv1", "no_tlsv1_1", "cipher_server_preference", "no_compression"]
shaper_rules:
  max_user_sessions: 10
  max_user_offline_messages: infinity
access_rules:
  c2s: {{allow: all}}
modules:
  mod_blocking: {{}}
  mod_carboncopy: {{}}
  mod_disco: {{}}
  mod_mam: {{default: always}}
  mod_offline: {{access_max_user_messages: max_user_offline_messages}}
  mod_ping: {{}}
  mod_privacy: {{}}
  mod_roster: {{}}
  mod_stream_mgmt: {{max_ack_queue: 100000, resend_on_timeout: if_offline}}
"""

# As ejabberdctl starts it, without the distribution that nobody speaks here and that would leave an epmd behind.
_ERLANG = ["erl", "-noinput", "+K", "true", "+P", "250000", "+Q", "65536"]

# Writes everybody into the table of `ejabberd_auth_mnesia` once all is started, then stops in order.
_FILL = """\
Password = {{scram, <<"{stored}">>, <<"{server}">>, <<"{salt}">>, sha256, {iterations}}},
Add = fun(Number) ->
    Name = <<"u", (integer_to_binary(Number))/binary>>,
    ok = mnesia:dirty_write({{passwd, {{Name, <<"{domain}">>}}, Password}})
end,
lists:foreach(Add, lists:seq(0, {last})),
init:stop().
"""
_FILL_SECONDS = 120.0


class _Ejabberd(Server):
    packages: ClassVar[tuple[str, ...]] = ("ejabberd",)

    def version(self) -> str:
        return f"ejabberd {package_version('ejabberd')}, Erlang {package_version('erlang-base')}"

    def environment(self, place: Place) -> Mapping[str, str]:
        return {
            "ERL_LIBS": str(_LIBRARIES),
            "EJABBERD_CONFIG_PATH": str(place.folder / "ejabberd.yml"),
            "EJABBERD_LOG_PATH": str(place.folder / "ejabberd.log"),
            "ERL_CRASH_DUMP_BYTES": "0",
            "ERL_MAX_ETS_TABLES": "1400",
            "HOME": str(place.folder),
        }

    def _write(self, place: Place, method: str, storage: str = "") -> Sequence[str]:
        (place.folder / "ejabberd.yml").write_text(
            _CONFIGURATION.format(
                domain=accounts.DOMAIN,
                certificate=place.certificate,
                key=place.key,
                port=place.port,
                method=method,
                storage=storage,
            )
        )
        return [*_ERLANG, "-mnesia", "dir", f'"{place.folder}/mnesia"', "-s", "ejabberd"]


class EjabberdMnesia(_Ejabberd):
    name = "ejabberd-mnesia"
    title = "ejabberd, Mnesia"
    promise = "Mnesia writes behind; nothing is synced before it is acknowledged."

    def prepare(self, template: Path, certificate: Path, key: Path) -> None:
        place = Place(template, free_port(), certificate, key)
        stored, server, salt = _encoded(accounts.verifier("sha256"))
        fill = _FILL.format(
            stored=stored,
            server=server,
            salt=salt,
            iterations=accounts.ITERATIONS,
            domain=accounts.DOMAIN,
            last=accounts.COUNT - 1,
        )
        child = Child([*self.command(place), "-eval", fill], template, self.environment(place))
        if not child.ended(_FILL_SECONDS):
            child.stop()
            raise ServerFailed(f"{self.name}: the accounts weren't made within {_FILL_SECONDS:.0f} s: {child.tail()}")
        child.stop()

    def command(self, place: Place) -> Sequence[str]:
        return self._write(place, "mnesia")


class EjabberdSQL(_Ejabberd):
    name = "ejabberd-sqlite"
    title = "ejabberd, SQLite"
    packages = ("ejabberd", "erlang-p1-sqlite3")
    promise = "A transaction a row, synced; write-ahead log turned on by us, since the default journal syncs more often."

    def prepare(self, template: Path, certificate: Path, key: Path) -> None:
        stored, server, salt = _encoded(accounts.verifier("sha256"))
        schemas = sorted(_LIBRARIES.glob("ejabberd-*/priv/sql/lite.sql"))
        if not schemas:
            raise ServerFailed(f"{self.name}: {_LIBRARIES}/ejabberd-*/priv/sql/lite.sql is missing")
        with closing(sqlite3.connect(template / "ejabberd.db")) as database, database:
            # The mode stays with the file.
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(schemas[-1].read_text())
            database.executemany(
                "INSERT INTO users (username, password, serverkey, salt, iterationcount) VALUES (?, ?, ?, ?, ?)",
                ((name, f"sha256:{stored}", server, salt, accounts.ITERATIONS) for name in accounts.names()),
            )

    def command(self, place: Place) -> Sequence[str]:
        return self._write(place, "sql", f'sql_type: sqlite\nsql_database: "{place.folder}/ejabberd.db"')


def _encoded(one: accounts.Verifier) -> tuple[str, str, str]:
    """Stored key, server key and salt in base64."""
    stored, server, salt = (base64.b64encode(part).decode() for part in (one.stored_key, one.server_key, accounts.SALT))
    return stored, server, salt
