"""Finds a planted number, name or other word in bytes, however it was written down.

What is searched for is the number without its country code: the part that every spelling of it has in common. Digests have
no parts, so those are taken of every spelling a program would hash.
"""

import base64
import gzip
import hashlib
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

DEPTH = 3


@dataclass(frozen=True)
class Hit:
    number: str
    encoding: str
    where: str
    offset: int

    def __str__(self):
        return f"{self.number} as {self.encoding} in {self.where} at {self.offset}"


def spellings(number, country_code):
    """The ways a program would write this number: with and without +, 00, trunk 0, as a URI, as an address."""
    assert number.startswith("+" + country_code)
    digits, national = number[1:], number[1 + len(country_code):]
    forms = [number, digits, "00" + digits, "0" + national, national, f"tel:{number}", f"sms:{number}", f"{number}@localhost",
             f"xmpp:{number}@localhost", f"{number}@sms.localhost"]
    return list(dict.fromkeys(forms))


def _base64_alignments(core):
    """The characters that stand in any base64 text holding `core`, at each of the three ways it can fall."""
    for shift in range(3):
        padded = b"\0" * shift + core
        text = base64.b64encode(padded)
        # Leave out the characters that hold bits of what comes before or after.
        first = (shift * 8 + 5) // 6
        whole = (len(padded) * 8) // 6
        yield f"base64, alignment {shift}", text[first:whole]


def _bcd(core):
    """Packed digits from each nibble on, high nibble first and swapped as telephone networks do."""
    for shift in range(2):
        pairs = [core[i: i + 2] for i in range(shift, len(core) - 1, 2)]
        yield f"BCD, nibble {shift}", bytes(int(p, 16) for p in pairs)
        yield f"swapped BCD, nibble {shift}", bytes(int(p[::-1], 16) for p in pairs)


def needles(number, country_code="49"):
    """(encoding, bytes to look for)."""
    core = number[1 + len(country_code):]
    rows = [
        *_written(core),
        ("integer, big-endian", int(number[1:]).to_bytes(8, "big")[2:]),
        ("integer, little-endian", int(number[1:]).to_bytes(8, "little")[:6]),
        *_bcd(core),
    ]
    for grouped in _grouped(core):
        rows.append(("grouped digits", grouped.encode()))
    return rows + _digests(spellings(number, country_code))


def word_needles(word):
    """The same for a name, an address, a resource, an id: it has one spelling, or that of a person at localhost."""
    return [*_written(word), *_digests([word, f"{word}@localhost", f"xmpp:{word}@localhost"])]


def _written(core):
    """A text as it stands in others: plain, and in every encoding of its characters."""
    raw = core.encode()
    return [
        ("plain", raw),
        ("hex", raw.hex().encode()),
        ("percent", "".join(f"%{b:02x}" for b in raw).encode()),
        ("UTF-16LE", core.encode("utf-16-le")),
        ("UTF-16BE", core.encode("utf-16-be")),
        ("UTF-32LE", core.encode("utf-32-le")),
        ("decimal references", "".join(f"&#{b};" for b in raw).encode()),
        ("hexadecimal references", "".join(f"&#x{b:x};" for b in raw).encode()),
        ("reversed", raw[::-1]),
        *_base64_alignments(raw),
    ]


def _digests(forms):
    rows = []
    for form in forms:
        for name in ("md5", "sha1", "sha256", "sha512"):
            digest = hashlib.new(name, form.encode()).digest()
            rows += [
                (f"{name} of {form}", digest),
                (f"{name} of {form} in hex", digest.hex().encode()),
                (f"{name} of {form} in base64", base64.b64encode(digest).rstrip(b"=")),
                (f"{name} of {form} in base64url", base64.urlsafe_b64encode(digest).rstrip(b"=")),
            ]
    return rows


def _grouped(core):
    """Digits as people write them: 176 0406 9001 and the like."""
    for separator in (" ", "-", "/", ".", "\u00a0"):
        yield core[:3] + separator + core[3:]
        yield core[:3] + separator + core[3:7] + separator + core[7:]


class Canary:
    """Looks for a set of numbers and words. Build it once; `search` bytes, `files` below a folder."""

    def __init__(self, *numbers, words=(), country_code="49"):
        self.numbers = numbers
        # Everything in lower case, so that one search does for hex and HEX.
        self._needles = {}
        for number in numbers:
            for name, needle in needles(number, country_code):
                self._needles.setdefault(needle.lower(), (number, name))
        for word in words:
            for name, needle in word_needles(word):
                self._needles.setdefault(needle.lower(), (word, name))

    def search(self, data, where="bytes", depth=0):
        """The first hit of each encoding in the data and in whatever is compressed inside it."""
        data = bytes(data)
        lower = data.lower()
        hits = []
        for needle, (number, name) in self._needles.items():
            at = lower.find(needle)
            if at >= 0:
                hits.append(Hit(number, name, where, at))
        if depth < DEPTH:
            for offset, kind, inner in _compressed(data):
                hits += self.search(inner, f"{where}, {kind} at {offset}", depth + 1)
        return hits

    def files(self, folder):
        """Hits in the content and the names of all files below the folder."""
        hits = []
        for path in sorted(Path(folder).rglob("*")):
            hits += self.search(str(path.relative_to(folder)).encode(), f"the name {path}")
            if path.is_file() and not path.is_symlink():
                hits += self.search(path.read_bytes(), str(path))
        return hits


def _compressed(data):
    """(offset, kind, content) of every gzip and zlib stream that unpacks to something."""
    for found in re.finditer(rb"\x1f\x8b\x08", data):
        try:
            inner = zlib.decompressobj(wbits=31).decompress(data[found.start():], 64 << 20)
        except zlib.error:
            continue
        if inner:
            yield found.start(), "gzip", inner
    for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
        try:
            inner = zlib.decompressobj().decompress(data[found.start():], 64 << 20)
        except zlib.error:
            continue
        if len(inner) > 8:
            yield found.start(), "zlib", inner


def pack(data):
    """gzip, for the self-test."""
    return gzip.compress(data)
