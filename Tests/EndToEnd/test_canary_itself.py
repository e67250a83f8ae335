"""The canary finds what is planted, in every encoding, and sings at nothing else."""

import base64
import hashlib
import os
import random
import zlib

import pytest

from harness.canary import Canary, pack

NUMBER = "+4917604069123"
NATIONAL = "17604069123"
NOISE = random.Random(7).randbytes(200_000)
canary = Canary(NUMBER, "+4917604069555")


def bcd(digits, swapped=False):
    digits += "f" * (len(digits) % 2)
    pairs = [digits[i: i + 2] for i in range(0, len(digits), 2)]
    return bytes(int(p[::-1] if swapped else p, 16) for p in pairs)


PLANTS = {
    "E.164": NUMBER.encode(),
    "without plus": NUMBER[1:].encode(),
    "as dialled at home": b"0" + NATIONAL.encode(),
    "as an address": f"{NUMBER}@localhost/phone".encode(),
    "grouped": b"+49 176 04069123",
    "grouped thrice": b"+49-176-0406-9123",
    "hex": NUMBER.encode().hex().encode(),
    "HEX": NUMBER.encode().hex().upper().encode(),
    "base64, 0": base64.b64encode(NUMBER.encode()),
    "base64, 1": base64.b64encode(b"x" + NUMBER.encode() + b"yz"),
    "base64, 2": base64.b64encode(b"xy" + NUMBER.encode() + b"{}"),
    "base64 in JSON": base64.b64encode(b'{"n":"' + NUMBER.encode() + b'","t":1}'),
    "percent": "".join(f"%{b:02X}" for b in NUMBER.encode()).encode(),
    "percent plus": b"%2B4917604069123",
    "UTF-16LE": NUMBER.encode("utf-16-le"),
    "UTF-16BE": NUMBER.encode("utf-16-be"),
    "UTF-32": NUMBER.encode("utf-32-le"),
    "references": "".join(f"&#{b};" for b in NUMBER.encode()).encode(),
    "BCD": bcd(NUMBER[1:]),
    "BCD with a digit before": bcd("1" + NUMBER[1:]),
    "swapped BCD": bcd(NUMBER[1:], swapped=True),
    "swapped BCD with a digit before": bcd("9" + NUMBER[1:], swapped=True),
    "BCD of the national number": bcd(NATIONAL),
    "integer": int(NUMBER[1:]).to_bytes(8, "big"),
    "integer, little-endian": int(NUMBER[1:]).to_bytes(8, "little"),
    "SQLite's six-byte integer": int(NUMBER[1:]).to_bytes(6, "big"),
    "reversed": NUMBER[::-1].encode(),
    "gzip": pack(b"before " + NUMBER.encode() + b" after"),
    "zlib": zlib.compress(b"before " + NUMBER.encode() + b" after"),
    "gzip in gzip": pack(os.urandom(100) + pack(NUMBER.encode("utf-16-le"))),
    "md5": hashlib.md5(NUMBER.encode()).digest(),
    "sha1 in hex": hashlib.sha1(NUMBER[1:].encode()).hexdigest().encode(),
    "sha256": hashlib.sha256(NUMBER.encode()).digest(),
    "sha256 in HEX": hashlib.sha256(NUMBER.encode()).hexdigest().upper().encode(),
    "sha256 in base64": base64.b64encode(hashlib.sha256(NUMBER.encode()).digest()),
    "sha256 in base64url": base64.urlsafe_b64encode(hashlib.sha256(f"tel:{NUMBER}".encode()).digest()),
    "sha512 of an address": hashlib.sha512(f"{NUMBER}@localhost".encode()).digest(),
}


@pytest.mark.parametrize("kind", PLANTS)
@pytest.mark.parametrize("offset", [0, 1, 99_991])
def test_finds_what_is_planted(kind, offset):
    hits = canary.search(NOISE[:offset] + PLANTS[kind] + NOISE[offset:])
    assert hits and all(hit.number == NUMBER for hit in hits), kind


def test_sings_at_nothing_else():
    assert canary.search(NOISE) == []
    assert canary.search(b"+4917604069124 4917604069 1760406912 +4917604069556") == []


def test_finds_in_files_and_their_names(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "db-wal").write_bytes(NOISE[:5000] + PLANTS["swapped BCD"])
    (tmp_path / f"{NATIONAL}.log").write_text("nothing inside")
    (tmp_path / "clean").write_bytes(NOISE)
    where = " ".join(str(hit) for hit in canary.files(tmp_path))
    assert "db-wal" in where and "the name" in where and "clean" not in where


def test_a_real_leak_in_a_database_is_found(tmp_path):
    """SQLite keeps deleted rows in free pages and in the log: the canary sees both."""
    import sqlite3

    database = sqlite3.connect(tmp_path / "leak.sqlite")
    database.execute("pragma journal_mode=wal")
    database.execute("create table numbers (n text)")
    database.execute("insert into numbers values (?)", [NUMBER])
    database.commit()
    assert canary.files(tmp_path)
    database.execute("delete from numbers")
    database.commit()
    assert canary.files(tmp_path), "the deleted row still lies in the write-ahead log"
    database.close()
