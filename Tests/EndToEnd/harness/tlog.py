"""A small log of our own writing, after RFC 6962 and the C2SP texts, that can also lie: to have wrong logs with right signatures."""

import base64
import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def root(hashes):
    """The Merkle tree hash of leaf hashes (RFC 6962 section 2.1)."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b"\1" + root(hashes[:half]) + root(hashes[half:])).digest()


class Key:
    """A log's key with a name and a seed."""

    def __init__(self, name="example.org/eu/1", seed=b"\7" * 32):
        self.name = name
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        public = b"\1" + self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._id = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
        self.vkey = f"{name}+{self._id.hex()}+{base64.b64encode(public).decode()}"

    def checkpoint(self, size, root_hash):
        text = f"{self.name}\n{size}\n{base64.b64encode(root_hash).decode()}\n"
        signature = base64.b64encode(self._id + self._key.sign(text.encode())).decode()
        return f"{text}\n— {self.name} {signature}\n".encode()


def _path(name, index, width):
    digits = f"{index % 1000:03}"
    while index >= 1000:
        index //= 1000
        digits = f"x{index % 1000:03}/{digits}"
    return f"tile/{name}/{digits}" + (f".p/{width}" if width < 256 else "")


def write(folder, entries, key=None, size=None, root_hash=None):
    """Writes the files of a log; `size` and `root_hash` are what the checkpoint says, if not the truth."""
    key = key or Key()
    folder = Path(folder)

    def put(path, data):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)

    level, row = 0, [leaf(entry) for entry in entries]
    put("checkpoint", key.checkpoint(len(entries) if size is None else size, root_hash or root(row)))
    put("policy", f"log {key.vkey}\nquorum none\n".encode())
    for start in range(0, len(entries), 256):
        part = entries[start:start + 256]
        put(_path("entries", start // 256, len(part)), b"".join(len(e).to_bytes(2, "big") + e for e in part))
    while row:
        parts = [row[start:start + 256] for start in range(0, len(row), 256)]
        for index, part in enumerate(parts):
            put(_path(level, index, len(part)), b"".join(part))
        level, row = level + 1, [root(part) for part in parts if len(part) == 256]
    return folder
