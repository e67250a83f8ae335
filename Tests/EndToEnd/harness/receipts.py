"""Checks receipts with software that others wrote: jwcrypto for the signature, rfc8785 for the canonical form."""

import base64
import hashlib
import json

import rfc8785
from jwcrypto import jwk, jws
from jwcrypto.common import JWException

TYPE = "hoopoe-receipt+jws"


class ReceiptRefused(Exception):
    """The text is no receipt by this key."""


def signing_key(vkey):
    """(`name+hash`, public key) of a C2SP signed-note verifier key, `name+hash+base64(0x01 || public key)`."""
    try:
        name, hash_, data = vkey.strip().split("+", 2)
        data = base64.b64decode(data, validate=True)
    except ValueError as error:
        raise ReceiptRefused(f"not a verifier key: {vkey!r}") from error
    if len(data) != 33 or data[0] != 0x01:
        raise ReceiptRefused("not an Ed25519 key of the note format")
    if hashlib.sha256(name.encode() + b"\n" + data).hexdigest()[:8] != hash_:
        raise ReceiptRefused("the verifier key's hash isn't that of its name and key")
    return f"{name}+{hash_}", data[1:]


def verify_receipt(jws_text, vkey):
    """The payload of a receipt that this key signed, as a dict; raises ReceiptRefused for anything else."""
    key_id, public = signing_key(vkey)
    key = jwk.JWK(kty="OKP", crv="Ed25519", x=base64.urlsafe_b64encode(public).decode().rstrip("="))
    token = jws.JWS()
    token.allowed_algs = ["EdDSA"]
    try:
        token.deserialize(jws_text, key)
    except (JWException, ValueError) as error:
        raise ReceiptRefused(f"jwcrypto refuses it: {error}") from error
    if token.jose_header != {"alg": "EdDSA", "kid": key_id, "typ": TYPE}:
        raise ReceiptRefused(f"another header: {token.jose_header}")
    try:
        payload = json.loads(token.payload)
        record = payload["header"]["record_id"]
        canonical = rfc8785.dumps(payload)
    except (ValueError, TypeError, KeyError) as error:
        raise ReceiptRefused(f"no receipt: {error}") from error
    if canonical != token.payload:
        raise ReceiptRefused("the payload isn't canonical (RFC 8785)")
    if not key_id.startswith("/".join(record.split("/")[:2]) + "/"):
        raise ReceiptRefused("the key is another server's or region's")
    return payload
