"""Debian's Prosody, with files of its own (`internal`) and with SQLite (`mod_storage_sql`)."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from reports.machine import package_version

from . import accounts
from .server import Place, Running, Server, free_port

# What Hoopoe does as well, and nothing more: every further module would cost Prosody something. mod_limits, which Debian's
# configuration turns on at 10 kB/s a client, is left out.
_MODULES = "roster saslauth tls disco carbons blocklist ping mam smacks offline posix"

_CONFIGURATION = """\
run_as_root = true
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
certificates = "{certificates}"
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{}}
c2s_direct_tls_ports = {{ {port} }}
s2s_ports = {{}}
modules_enabled = {{ {modules} }}
modules_disabled = {{ "s2s" }}
ssl = {{ certificate = "{certificate}"; key = "{key}" }}
c2s_require_encryption = true
authentication = "internal_hashed"
password_hash = "SHA-256"
network_backend = "epoll"
gc = {{ mode = "{gc}" }}
default_archive_policy = true
archive_expires_after = "1w"
log = {{ warn = "{folder}/prosody.log" }}
{storage}
VirtualHost "{domain}"
"""


class _Prosody(Server):
    packages: ClassVar[tuple[str, ...]] = ("prosody",)

    def version(self) -> str:
        return f"prosody {package_version('prosody')}"

    def _write(self, place: Place, storage: str) -> Sequence[str]:
        file = place.folder / "prosody.cfg.lua"
        file.write_text(
            _CONFIGURATION.format(
                folder=place.folder,
                certificates=place.certificate.parent,
                certificate=place.certificate,
                key=place.key,
                port=place.port,
                modules=", ".join(f'"{module}"' for module in _MODULES.split()),
                gc="incremental",
                storage=storage,
                domain=accounts.DOMAIN,
            )
        )
        return ["prosody", "-F", "--config", str(file)]


class ProsodyInternal(_Prosody):
    name = "prosody-internal"
    title = "Prosody, internal"
    promise = "Appends each message to its owner's archive file; nothing is synced."

    def prepare(self, template: Path, certificate: Path, key: Path) -> None:
        folder = template / "data" / accounts.DOMAIN.replace(".", "%2e") / "accounts"
        folder.mkdir(parents=True)
        one = accounts.verifier("sha256")
        fields = {
            "stored_key": f'"{one.stored_key.hex()}"',
            "server_key": f'"{one.server_key.hex()}"',
            "salt": f'"{accounts.SALT.decode()}"',
            "iteration_count": str(accounts.ITERATIONS),
        }
        text = "return {\n" + "".join(f'\t["{key}"] = {value};\n' for key, value in fields.items()) + "};\n"
        for name in accounts.names():
            (folder / f"{name}.dat").write_text(text)

    def command(self, place: Place) -> Sequence[str]:
        return self._write(place, 'storage = "internal"')


class ProsodySQL(_Prosody):
    name = "prosody-sqlite"
    title = "Prosody, SQLite"
    packages = ("prosody", "lua-dbi-sqlite3")
    promise = "A transaction a message, synced; write-ahead log turned on by us, since the default journal syncs more often."

    def prepare(self, template: Path, certificate: Path, key: Path) -> None:
        one = accounts.verifier("sha256")
        fields = [
            ("stored_key", "string", one.stored_key.hex()),
            ("server_key", "string", one.server_key.hex()),
            ("salt", "string", accounts.SALT.decode()),
            ("iteration_count", "number", str(accounts.ITERATIONS)),
        ]
        (template / "data").mkdir(parents=True)
        # Its own first start makes its tables.
        Running(self, Place(template, free_port(), certificate, key)).stop()
        with closing(sqlite3.connect(template / "data" / "prosody.sqlite")) as database, database:
            # The mode stays with the file.
            database.execute("PRAGMA journal_mode = WAL")
            database.executemany(
                "INSERT INTO prosody VALUES (?, ?, 'accounts', ?, ?, ?)",
                ((accounts.DOMAIN, name, *field) for name in accounts.names() for field in fields),
            )

    def command(self, place: Place) -> Sequence[str]:
        return self._write(place, 'storage = "sql"\nsql = { driver = "SQLite3"; database = "prosody.sqlite" }')
