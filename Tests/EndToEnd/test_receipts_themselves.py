"""The check of receipts refuses what it must: with keys and signatures made here, without the program."""

import base64
import hashlib
import json

import pytest
import rfc8785
from jwcrypto import jwk, jws

from harness.receipts import TYPE, ReceiptRefused, verify_receipt

NAME = "example.org/eu/1"
PAYLOAD = {"header": {"record_id": "example.org/eu/decision/42"}, "numbers": [1, 0.5], "é": "ü"}
# RFC 8037, appendix A.
SECRET = jwk.JWK(kty="OKP", crv="Ed25519", d="nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
                 x="11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")


def verifier(secret=SECRET, name=NAME):
    public = base64.urlsafe_b64decode(secret.export_public(as_dict=True)["x"] + "=")
    data = b"\x01" + public
    hash_ = hashlib.sha256(name.encode() + b"\n" + data).hexdigest()[:8]
    return f"{name}+{hash_}+{base64.b64encode(data).decode()}"


def signed(payload, **header):
    token = jws.JWS(payload)
    header = {"alg": "EdDSA", "kid": "+".join(verifier().split("+")[:2]), "typ": TYPE, **header}
    token.add_signature(SECRET, "EdDSA", json.dumps({k: v for k, v in header.items() if v is not None}))
    return token.serialize(compact=True)


GOOD = rfc8785.dumps(PAYLOAD)


REFUSED = {
    "spaces": signed(json.dumps(PAYLOAD).encode()),
    "a line feed after it": signed(GOOD + b"\n"),
    "no object": signed(b"[]"),
    "no JSON": signed(b"text"),
    "no record": signed(b"{}"),
    "another type": signed(GOOD, typ="JWT"),
    "no type": signed(GOOD, typ=None),
    "another key's name": signed(GOOD, kid=NAME),
    "an extension": signed(GOOD, crit=["b64"], b64=True),
    "another server": signed(rfc8785.dumps({"header": {"record_id": "example.net/eu/decision/42"}})),
    "another region": signed(rfc8785.dumps({"header": {"record_id": "example.org/us/decision/42"}})),
    "another signature": signed(GOOD)[:-4] + "AAAA",
    "no signature": signed(GOOD).rsplit(".", 1)[0] + ".",
    "nothing": "",
    "letters": "a.b.c",
}


def test_a_good_one():
    assert verify_receipt(signed(GOOD), verifier()) == PAYLOAD


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what):
    with pytest.raises(ReceiptRefused):
        verify_receipt(REFUSED[what], verifier())


def test_other_keys():
    other = jwk.JWK.generate(kty="OKP", crv="Ed25519")
    for vkey in (verifier(other), verifier(name="example.org/eu/2"), "", "a+b", verifier()[:-4],
                 verifier().replace("eu/1", "eu/3", 1)):
        with pytest.raises(ReceiptRefused):
            verify_receipt(signed(GOOD), vkey)
