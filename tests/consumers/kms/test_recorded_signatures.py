"""A recorded signature is a real one: it verifies against the recorded key, and not with a byte changed."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from consumers.kms.errors import InvalidSignature
from consumers.kms.scenarios import ED25519, P256, P384, PAYLOAD, PKCS1, PSS, SECP256K1
from consumers.kms.signer import PublicKey, Signature, verify
from contracts.kms.operations import kms
from tests.consumers.kms.workspace import WORKSPACE
from troth.cassettes.read import load
from troth.exchange import Exchange

CASES = [
    pytest.param("an_rsa_pkcs_1_signature_verifies", PKCS1, id=PKCS1),
    pytest.param("an_rsa_pss_signature_verifies", PSS, id=PSS),
    pytest.param("a_p_256_signature_verifies", P256, id=P256),
    pytest.param("a_p_384_signature_verifies", P384, id=P384),
    pytest.param("a_secp256k1_signature_verifies", SECP256K1, id=SECP256K1),
    pytest.param("an_ed25519_signature_verifies", ED25519, id=ED25519),
]


def _cassette(stem: str) -> Path:
    return WORKSPACE.root / "cassettes" / "kms" / f"{stem}.yaml"


def _answer(exchanges: tuple[Exchange, ...], operation: str) -> dict[str, str]:
    """The body of the one answer to ``operation``."""
    (found,) = (each for each in exchanges if _operation(each) == operation)
    document: dict[str, str] = json.loads(found.response.content)
    return document


def _operation(exchange: Exchange) -> str:
    found = kms.find(exchange.request.method, exchange.request.url)
    assert found is not None
    return found[0].name


def _recorded(stem: str, algorithm: str) -> tuple[Signature, PublicKey]:
    exchanges = load(_cassette(stem)).exchanges
    signed, key = _answer(exchanges, "asymmetric_sign"), _answer(exchanges, "get_public_key")
    signature = Signature(base64.b64decode(signed["signature"]), algorithm, signed["name"])
    return signature, PublicKey(key["pem"], algorithm, key["name"])


@pytest.mark.parametrize(("stem", "algorithm"), CASES)
def test_a_recorded_signature_verifies(stem: str, algorithm: str) -> None:
    signature, key = _recorded(stem, algorithm)

    verify(PAYLOAD, signature, key)


@pytest.mark.parametrize(("stem", "algorithm"), CASES)
@pytest.mark.parametrize("place", [0, 4, 31, -1])
def test_a_recorded_signature_with_one_byte_changed_does_not(stem: str, algorithm: str, place: int) -> None:
    signature, key = _recorded(stem, algorithm)
    spoilt = bytearray(signature.value)
    spoilt[place] ^= 1

    with pytest.raises(InvalidSignature):
        verify(PAYLOAD, Signature(bytes(spoilt), signature.algorithm, signature.version), key)


@pytest.mark.parametrize(("stem", "algorithm"), CASES)
def test_it_is_of_no_other_payload(stem: str, algorithm: str) -> None:
    signature, key = _recorded(stem, algorithm)

    with pytest.raises(InvalidSignature):
        verify(PAYLOAD + b".", signature, key)


@pytest.mark.parametrize("algorithm", [PSS, P256, ED25519])
def test_the_algorithm_is_part_of_it(algorithm: str) -> None:
    signature, key = _recorded("an_rsa_pkcs_1_signature_verifies", PKCS1)

    with pytest.raises(InvalidSignature):
        verify(PAYLOAD, signature, PublicKey(key.pem, algorithm, key.version))


@pytest.mark.parametrize("algorithm", [PSS, P256, ED25519, "RSA_SIGN_PKCS1_4096_SHA512", "LATER"])
def test_a_key_of_another_kind_verifies_nothing(algorithm: str) -> None:
    signature, key = _recorded("an_rsa_pkcs_1_signature_verifies", PKCS1)
    claimed = Signature(signature.value, algorithm, signature.version)

    with pytest.raises(InvalidSignature):
        verify(PAYLOAD, claimed, PublicKey(key.pem, algorithm, key.version))
