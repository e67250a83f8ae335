"""The people of the benchmark: u0, u1, … at one domain, all with one verifier, so that making thousands costs nothing."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

DOMAIN = "bench.test"
COUNT = 8000
# Guards nothing: these servers listen on loopback, for the length of a run.
PASSWORD = "bench-password"
# The least that RFC 7677 allows. What a server does with a ready verifier doesn't depend on it; what a client does, does.
ITERATIONS = 4096
# ASCII, since Prosody keeps salts as text; one for all, so that the generator derives its keys once.
SALT = b"hoopoe-benchmark"


@dataclass(frozen=True)
class Verifier:
    """What a server keeps instead of a password (RFC 5802 §3)."""

    algorithm: str
    stored_key: bytes
    server_key: bytes

    @property
    def text(self) -> str:
        """As in RFC 5803 §2."""
        salt, stored, server = (base64.b64encode(part).decode() for part in (SALT, self.stored_key, self.server_key))
        mechanism = {"sha1": "SCRAM-SHA-1", "sha256": "SCRAM-SHA-256"}[self.algorithm]
        return f"{mechanism}${ITERATIONS}:{salt}${stored}:{server}"


def verifier(algorithm: str) -> Verifier:
    """The one verifier of everybody, for `sha1` or `sha256`."""
    salted = hashlib.pbkdf2_hmac(algorithm, PASSWORD.encode(), SALT, ITERATIONS)
    client_key = hmac.digest(salted, b"Client Key", algorithm)
    return Verifier(algorithm, hashlib.new(algorithm, client_key).digest(), hmac.digest(salted, b"Server Key", algorithm))


def names(count: int = COUNT) -> list[str]:
    return [f"u{index}" for index in range(count)]
