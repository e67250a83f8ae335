"""A transparency log's folder and the store beside it, read at rest: RFC 6962 and C2SP tlog-tiles in as few lines as they take."""

import base64
import hashlib
import shutil
import sqlite3
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .receipts import signing_key


def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def root_of(hashes):
    """The Merkle tree hash over leaf hashes (RFC 6962 §2.1)."""
    if not hashes:
        return hashlib.sha256().digest()
    row = []  # full subtrees, the largest first, each with its size
    for hash in hashes:
        size = 1
        while row and row[-1][1] == size:
            left, _ = row.pop()
            hash, size = hashlib.sha256(b"\1" + left + hash).digest(), size * 2
        row.append((hash, size))
    root = row.pop()[0]
    while row:
        root = hashlib.sha256(b"\1" + row.pop()[0] + root).digest()
    return root


class Checkpoint:
    """A signed note; `size` and `root` are believed once `check` has returned."""

    def __init__(self, text):
        self.text = text
        body, self.signatures = text.rsplit("\n\n", 1)
        self.signed = body + "\n"
        self.origin, size, root = body.split("\n")[:3]
        self.size, self.root = int(size), base64.b64decode(root, validate=True)

    def check(self, vkey):
        key_id, public = signing_key(vkey)
        name, hash_ = key_id.split("+")
        lines = [line.split(" ") for line in self.signatures.splitlines()]
        ours = [base64.b64decode(data) for dash, who, data in lines if dash == "—" and who == name]
        assert name == self.origin and ours and ours[0][:4].hex() == hash_, self.text
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(ours[0][4:], self.signed.encode())
        except InvalidSignature:
            raise AssertionError(f"the signature is wrong: {self.text}") from None


class LogFolder:
    def __init__(self, server, region="home", number=1):
        self.region = Path(server.folder) / "regions" / region
        self.path = self.region / "log" / str(number)
        self.number = number

    @property
    def vkey(self):
        (line,) = [row for row in (self.path / "policy").read_text().splitlines() if row.startswith("log ")]
        return line.split(" ")[1]

    def checkpoint(self):
        """The newest checkpoint, its signature checked; None while there is none."""
        try:
            one = Checkpoint((self.path / "checkpoint").read_text())
        except FileNotFoundError:
            return None
        one.check(self.vkey)
        return one

    def entries(self, size):
        """The first `size` entries, each checked against the tile of leaf hashes beside it."""
        entries = []
        for index in range((size + 255) // 256):
            width = min(256, size - index * 256)
            bundle = self._tile("entries", index, width)
            hashes = self._tile("0", index, width)
            rows = []
            while bundle and len(rows) < width:
                length = int.from_bytes(bundle[:2], "big")
                rows.append(bundle[2:2 + length])
                bundle = bundle[2 + length:]
            assert len(rows) == width, f"bundle {index} has {len(rows)} of {width} entries"
            assert hashes[:32 * width] == b"".join(map(leaf_hash, rows)), f"tile {index} isn't of its entries"
            entries += rows
        return entries

    def _tile(self, level, index, width):
        groups = []
        rest = index
        while True:
            groups.insert(0, f"{'x' if groups else ''}{rest % 1000:03}")
            rest //= 1000
            if not rest:
                break
        full = self.path / "tile" / level / "/".join(groups)
        part = Path(f"{full}.p") / str(width)
        return full.read_bytes() if width == 256 or not part.exists() else part.read_bytes()

    def stored(self):
        """The leaves in the store, from a copy of its files: reading mustn't change them."""
        with tempfile.TemporaryDirectory() as folder:
            for name in ("content.sqlite", "content.sqlite-wal"):
                if (self.region / name).exists():
                    shutil.copy(self.region / name, folder)
            store = sqlite3.connect(Path(folder) / "content.sqlite")
            try:
                rows = store.execute("SELECT idx, commitment FROM leaf WHERE log = ? ORDER BY idx", (self.number,)).fetchall()
            finally:
                store.close()
        assert [index for index, _ in rows] == list(range(len(rows))), "indices without gaps"
        return [commitment for _, commitment in rows]
