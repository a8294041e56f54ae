"""The use of Cloud KMS, claimed once. Every proof comes from these.

Keys are made by the provider, so signatures and ciphertexts differ from one provider to the next; what is
signed does not. Names are those that the provider state gives, or that an answer gave.

Making a key ring writes for good: a real service keeps it, so these scenarios run on a fake alone.
"""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from consumers.kms.connection import Connection, Patience, access_token
from consumers.kms.errors import (
    Conflict,
    InvalidRequest,
    KeyNotUsable,
    NotAuthenticated,
    NotPermitted,
    ServiceDown,
    Throttled,
    UnknownKey,
)
from consumers.kms.integrity import crc32c
from consumers.kms.keys import Keys
from consumers.kms.secrecy import Authenticator, Box, decrypt_asymmetric
from consumers.kms.signer import Signer, fetch_public_key, verify
from contracts.kms.operations import kms
from troth.scenario import Server, State

PKCS1 = "RSA_SIGN_PKCS1_4096_SHA256"
PSS = "RSA_SIGN_PSS_2048_SHA256"
P256 = "EC_SIGN_P256_SHA256"
P384 = "EC_SIGN_P384_SHA384"
SECP256K1 = "EC_SIGN_SECP256K1_SHA256"
ED25519 = "EC_SIGN_ED25519"
OAEP = "RSA_DECRYPT_OAEP_2048_SHA256"
HMAC = "HMAC_SHA256"

EMPTY = "an empty project"
ENCRYPTING = "an encryption key"
AUTHENTICATING = State("a MAC key", {"algorithm": HMAC})
PAYLOAD = b"grade report 2026, sealed"
CONTEXT = b"course 101"

PLAINTEXT = base64.b64decode("cmVkYWN0ZWQt0004")
"""It looks as what redaction puts in the place of the fourth value that it hides, so that a replay gives
it back. Three parts of the key's name are met before it."""


RING_ID, KEY_ID = "redacted-1", "redacted-4"
"""Likewise: the answer repeats the name that was asked for, and the mock's must do so too."""

UNKNOWN_ID = "redacted-3"
"""Likewise, of a key that is not there."""


def _signing(algorithm: str) -> State:
    return State("a signing key", {"algorithm": algorithm})


def _connection(server: Server, *, role: str = "valid", patience: Patience | None = None) -> Connection:
    """The client as the team configures it."""
    credentials = access_token(server.secret(role))
    return Connection(credentials, url=server.url, patience=patience)


def _name(server: Server, kind: str) -> str:
    return str(server.values[kind])


def _sign_and_verify(server: Server, algorithm: str) -> bytes:
    version = _name(server, "version")
    with _connection(server) as connection:
        signature = Signer(connection, version, algorithm=algorithm).sign(PAYLOAD)
        public_key = fetch_public_key(connection, version)
    verify(PAYLOAD, signature, public_key)
    return signature.value


# --- signing --------------------------------------------------------------------------------------


@kms.scenario("an RSA PKCS#1 signature verifies", given=_signing(PKCS1))
def rsa_pkcs1(server: Server) -> None:
    signature = _sign_and_verify(server, PKCS1)
    assert len(signature) == 512


@kms.scenario("an RSA PSS signature verifies", given=_signing(PSS))
def rsa_pss(server: Server) -> None:
    signature = _sign_and_verify(server, PSS)
    assert len(signature) == 256


@kms.scenario("a P-256 signature verifies", given=_signing(P256))
def p256(server: Server) -> None:
    signature = _sign_and_verify(server, P256)
    assert signature.startswith(b"\x30")


@kms.scenario("a P-384 signature verifies", given=_signing(P384))
def p384(server: Server) -> None:
    signature = _sign_and_verify(server, P384)
    assert signature.startswith(b"\x30")


@kms.scenario("a secp256k1 signature verifies", given=_signing(SECP256K1))
def secp256k1(server: Server) -> None:
    signature = _sign_and_verify(server, SECP256K1)
    assert signature.startswith(b"\x30")


@kms.scenario("an Ed25519 signature verifies", given=_signing(ED25519))
def ed25519(server: Server) -> None:
    signature = _sign_and_verify(server, ED25519)
    assert len(signature) == 64


@kms.scenario("a digest of another kind is refused", given=_signing(P256))
def wrong_digest(server: Server) -> None:
    with _connection(server) as connection, pytest.raises(InvalidRequest):
        Signer(connection, _name(server, "version"), algorithm=P384).sign(PAYLOAD)


@kms.scenario("a digest that was damaged on its way is refused", given=_signing(P256))
def wrong_checksum(server: Server) -> None:
    digest = bytes(range(32))
    with _connection(server) as connection, pytest.raises(InvalidRequest):
        Signer(connection, _name(server, "version"), algorithm=P256).sign_digest(
            {"sha256": digest}, checksum=crc32c(digest[::-1])
        )


@kms.scenario("a disabled version does not sign", given=State("a disabled signing key", {"algorithm": P256}))
def disabled(server: Server) -> None:
    with _connection(server) as connection, pytest.raises(KeyNotUsable):
        Signer(connection, _name(server, "version"), algorithm=P256).sign(PAYLOAD)


@kms.scenario(
    "a destroyed version does not sign", given=State("a destroyed signing key", {"algorithm": P256})
)
def destroyed(server: Server) -> None:
    with _connection(server) as connection, pytest.raises(KeyNotUsable):
        Signer(connection, _name(server, "version"), algorithm=P256).sign(PAYLOAD)


@kms.scenario("a key that is not there does not sign", given="a key ring")
def missing(server: Server) -> None:
    version = f"{_name(server, 'key_ring')}/cryptoKeys/{UNKNOWN_ID}/cryptoKeyVersions/1"
    with _connection(server) as connection, pytest.raises(UnknownKey):
        Signer(connection, version, algorithm=P256).sign(PAYLOAD)


@kms.scenario(
    "a caller without permission does not sign",
    given=State("a signing key without permission", {"algorithm": P256}),
)
def without_permission(server: Server) -> None:
    with _connection(server) as connection, pytest.raises(NotPermitted):
        Signer(connection, _name(server, "version"), algorithm=P256).sign(PAYLOAD)


@kms.scenario("a wrong token does not sign", given=_signing(P256))
def wrong_token(server: Server) -> None:
    with _connection(server, role="wrong") as connection, pytest.raises(NotAuthenticated):
        Signer(connection, _name(server, "version"), algorithm=P256).sign(PAYLOAD)


@kms.scenario("the quota is used up", given="requests are throttled")
def throttled(server: Server) -> None:
    with _connection(server) as connection, pytest.raises(Throttled):
        Signer(connection, _name(server, "version"), algorithm=P256).sign(PAYLOAD)


@kms.scenario("the service is unavailable", given="the service is unavailable")
def unavailable(server: Server) -> None:
    once = Patience(deadline=0)
    with _connection(server, patience=once) as connection, pytest.raises(ServiceDown):
        Signer(connection, _name(server, "version"), algorithm=P256).sign(PAYLOAD)


@kms.scenario("a public key is fetched", given=_signing(P256))
def public_key(server: Server) -> None:
    with _connection(server) as connection:
        key = fetch_public_key(connection, _name(server, "version"))
    assert key.algorithm == P256
    assert key.pem.startswith("-----BEGIN PUBLIC KEY-----\n")


@kms.scenario("a key for MACs has no public key", given=AUTHENTICATING)
def no_public_key(server: Server) -> None:
    with _connection(server) as connection, pytest.raises((InvalidRequest, KeyNotUsable)):
        fetch_public_key(connection, _name(server, "version"))


# --- encrypting -----------------------------------------------------------------------------------


@kms.scenario("what was encrypted is decrypted", given=ENCRYPTING)
def encrypted(server: Server) -> None:
    with _connection(server) as connection:
        box = Box(connection, _name(server, "key"))
        ciphertext = box.encrypt(PLAINTEXT)
        decrypted = box.decrypt(ciphertext)
    assert decrypted == PLAINTEXT
    assert PLAINTEXT not in ciphertext


@kms.scenario("what was encrypted in a context is decrypted in it alone", given=ENCRYPTING)
def encrypted_in_context(server: Server) -> None:
    with _connection(server) as connection:
        box = Box(connection, _name(server, "key"))
        ciphertext = box.encrypt(PLAINTEXT, context=CONTEXT)
        with pytest.raises(InvalidRequest):
            box.decrypt(ciphertext, context=CONTEXT[::-1])
        decrypted = box.decrypt(ciphertext, context=CONTEXT)
    assert decrypted == PLAINTEXT


@kms.scenario("a ciphertext of nobody is not decrypted", given=ENCRYPTING)
def foreign_ciphertext(server: Server) -> None:
    with _connection(server) as connection, pytest.raises(InvalidRequest):
        Box(connection, _name(server, "key")).decrypt(bytes(range(64)))


@kms.scenario("an older version decrypts after a new one was chosen", given=ENCRYPTING, writes=True)
def rotated(server: Server) -> None:
    name = _name(server, "key")
    with _connection(server) as connection:
        keys, box = Keys(connection), Box(connection, name)
        ciphertext = box.encrypt(PLAINTEXT)
        second = keys.create_version(name)
        key = keys.choose_primary(second.name)
        decrypted = box.decrypt(ciphertext)
    assert key.primary == second.name == f"{name}/cryptoKeyVersions/2"
    assert decrypted == PLAINTEXT


@kms.scenario(
    "what was encrypted with a public key is decrypted", given=State("a decryption key", {"algorithm": OAEP})
)
def decrypted_asymmetrically(server: Server) -> None:
    ciphertext = base64.b64decode(_name(server, "ciphertext"))
    with _connection(server) as connection:
        plaintext = decrypt_asymmetric(connection, _name(server, "version"), ciphertext)
    assert base64.b64encode(plaintext).decode() == server.values["plaintext"]


# --- MACs -----------------------------------------------------------------------------------------


@kms.scenario("a MAC holds", given=AUTHENTICATING)
def mac_holds(server: Server) -> None:
    with _connection(server) as connection:
        authenticator = Authenticator(connection, _name(server, "version"))
        holds = authenticator.holds(PAYLOAD, authenticator.mac(PAYLOAD))
    assert holds


@kms.scenario("a MAC with another last byte does not hold", given=AUTHENTICATING)
def mac_does_not_hold(server: Server) -> None:
    with _connection(server) as connection:
        authenticator = Authenticator(connection, _name(server, "version"))
        mac = authenticator.mac(PAYLOAD)
        forged = replace(mac, value=mac.value[:-1] + bytes([mac.value[-1] ^ 1]))
        holds = authenticator.holds(PAYLOAD, forged)
    assert not holds


# --- key rings, keys and versions -----------------------------------------------------------------


@kms.scenario("a key ring and a key are made, and the key signs", given=EMPTY, writes=True)
def made(server: Server) -> None:
    with _connection(server) as connection:
        keys = Keys(connection)
        ring = keys.create_ring(_name(server, "location"), RING_ID)
        key = keys.create_key(ring, KEY_ID, purpose="ASYMMETRIC_SIGN", algorithm=P256)
        version = f"{key.name}/cryptoKeyVersions/1"
        signature = Signer(connection, version, algorithm=P256).sign(PAYLOAD)
        verify(PAYLOAD, signature, fetch_public_key(connection, version))
        found = keys.key(key.name)
    assert found == key
    assert key.primary == ""


@kms.scenario("a key ring is made twice", given=EMPTY, writes=True)
def made_twice(server: Server) -> None:
    with _connection(server) as connection:
        keys = Keys(connection)
        ring = keys.create_ring(_name(server, "location"), RING_ID)
        with pytest.raises(Conflict):
            keys.create_ring(_name(server, "location"), RING_ID)
        rings = list(keys.rings(_name(server, "location")))
        found = keys.ring(ring)
    assert rings == [found]


@kms.scenario("the keys of a ring come in pages", given="three keys in a ring")
def pages(server: Server) -> None:
    ring = _name(server, "key_ring")
    with _connection(server) as connection:
        names = [key.name for key in Keys(connection).keys(ring, page_size=2)]
    assert len(set(names)) == 3
    assert {name.rpartition("/cryptoKeys/")[0] for name in names} == {ring}


@kms.scenario("an empty ring has no keys", given="a key ring")
def no_keys(server: Server) -> None:
    with _connection(server) as connection:
        found = list(Keys(connection).keys(_name(server, "key_ring")))
    assert found == []


@kms.scenario("the versions of a key", given=_signing(P256))
def versions(server: Server) -> None:
    with _connection(server) as connection:
        keys = Keys(connection)
        (only,) = keys.versions(_name(server, "key"))
        found = keys.version(only.name)
    assert found == only
    assert only.name == _name(server, "version")
    assert (only.state, only.algorithm) == ("ENABLED", P256)


@kms.scenario("a key is labelled", given=ENCRYPTING, writes=True)
def labelled(server: Server) -> None:
    with _connection(server) as connection:
        key = Keys(connection).label(_name(server, "key"), {"team": "campus"})
    assert list(key.labels) == ["team"]


@kms.scenario("a version signs again after it was disabled and enabled", given=_signing(P256), writes=True)
def disabled_and_enabled(server: Server) -> None:
    version = _name(server, "version")
    with _connection(server) as connection:
        keys, signer = Keys(connection), Signer(connection, version, algorithm=P256)
        states = [keys.disable(version).state]
        with pytest.raises(KeyNotUsable):
            signer.sign(PAYLOAD)
        states.append(keys.enable(version).state)
        signature = signer.sign(PAYLOAD)
        verify(PAYLOAD, signature, fetch_public_key(connection, version))
    assert states == ["DISABLED", "ENABLED"]


@kms.scenario("a version is destroyed and restored", given=_signing(P256), writes=True)
def destroyed_and_restored(server: Server) -> None:
    version = _name(server, "version")
    with _connection(server) as connection:
        keys = Keys(connection)
        states = [keys.destroy(version).state, keys.restore(version).state]
    assert states == ["DESTROY_SCHEDULED", "DISABLED"]


@kms.scenario("a key that is not there is looked up", given="a key ring")
def unknown_key(server: Server) -> None:
    with _connection(server) as connection, pytest.raises(UnknownKey):
        Keys(connection).key(f"{_name(server, 'key_ring')}/cryptoKeys/{UNKNOWN_ID}")
