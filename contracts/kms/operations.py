"""The operations of Cloud KMS v1 on key rings, keys and versions.

Left out: import jobs, IAM policies, EKM, raw and post-quantum encryption, random bytes, deletion.
Paths have one parameter for each part of a resource's name, as OpenAPI needs it.
"""

from __future__ import annotations

from contracts.kms.conditions import (
    checksums_are_verified,
    enums_are_as_asked,
    failure_is_of_its_status,
    key_has_the_asked_id,
    key_is_of_the_asked_format,
    name_is_a_version_of_the_asked_key,
    name_is_the_asked_one,
    page_is_the_asked_one,
    ring_has_the_asked_id,
)
from contracts.kms.credentials import application_default_token
from contracts.kms.crypto import (
    AsymmetricDecryptRequest,
    AsymmetricDecryptResponse,
    DecryptRequest,
    DecryptResponse,
    EncryptRequest,
    EncryptResponse,
    MacSignRequest,
    MacSignResponse,
    MacVerifyRequest,
    MacVerifyResponse,
    PublicKey,
    SignRequest,
    SignResponse,
)
from contracts.kms.failures import Failure
from contracts.kms.resources import (
    ChosenPrimary,
    CreateKeyQuery,
    CreateRingQuery,
    DestroyVersion,
    Key,
    KeyPage,
    KeyPatch,
    KeyPath,
    KeyRing,
    KeyVersion,
    ListKeysQuery,
    ListQuery,
    ListVersionsQuery,
    LocationPath,
    NewKey,
    NewRing,
    NewVersion,
    PatchKeyQuery,
    PatchVersionQuery,
    PublicKeyQuery,
    Query,
    RestoreVersion,
    RingPage,
    RingPath,
    VersionPage,
    VersionPatch,
    VersionPath,
)
from troth.api import Api, HeaderToken

kms = Api(
    "kms",
    server="https://cloudkms.googleapis.com",
    version="v1",
    auth=(
        HeaderToken(
            "Authorization", env="KMS_ACCESS_TOKEN", prefix="Bearer ", fetch=application_default_token
        ),
    ),
)

_DISCOVERY = "discovery document, revision 20260917"
_RINGS = "/v1/projects/{project}/locations/{location}/keyRings"
_RING = f"{_RINGS}/{{ring}}"
_KEYS = f"{_RING}/cryptoKeys"
_KEY = f"{_KEYS}/{{key}}"
_VERSIONS = f"{_KEY}/cryptoKeyVersions"
_VERSION = f"{_VERSIONS}/{{version}}"

_FAILURES: dict[int, object] = dict.fromkeys((400, 401, 403, 404, 409, 429, 500, 503, 504), Failure)
_ALWAYS = (failure_is_of_its_status, enums_are_as_asked)
_ONE = (*_ALWAYS, name_is_the_asked_one)
_COMPUTED = (*_ONE, checksums_are_verified)

# --- key rings ------------------------------------------------------------------------------------

create_key_ring = kms.post(
    _RINGS,
    name="create_key_ring",
    summary="Make a key ring; it stays for good",
    source=_DISCOVERY,
    params=LocationPath,
    query=CreateRingQuery,
    body=NewRing,
    responses={200: KeyRing, **_FAILURES},
    conditions=(*_ALWAYS, ring_has_the_asked_id),
)

get_key_ring = kms.get(
    _RING,
    name="get_key_ring",
    summary="A key ring",
    source=_DISCOVERY,
    params=RingPath,
    query=Query,
    responses={200: KeyRing, **_FAILURES},
    conditions=_ONE,
)

list_key_rings = kms.get(
    _RINGS,
    name="list_key_rings",
    summary="A page of key rings",
    source=_DISCOVERY,
    params=LocationPath,
    query=ListQuery,
    responses={200: RingPage, **_FAILURES},
    conditions=(*_ALWAYS, page_is_the_asked_one),
)

# --- keys -----------------------------------------------------------------------------------------

create_key = kms.post(
    _KEYS,
    name="create_key",
    summary="Make a key, with its first version unless that is skipped",
    source=_DISCOVERY,
    params=RingPath,
    query=CreateKeyQuery,
    body=NewKey,
    responses={200: Key, **_FAILURES},
    conditions=(*_ALWAYS, key_has_the_asked_id),
)

get_key = kms.get(
    _KEY,
    name="get_key",
    summary="A key, with its primary version if it has one",
    source=_DISCOVERY,
    params=KeyPath,
    query=Query,
    responses={200: Key, **_FAILURES},
    conditions=_ONE,
)

list_keys = kms.get(
    _KEYS,
    name="list_keys",
    summary="A page of keys",
    source=_DISCOVERY,
    params=RingPath,
    query=ListKeysQuery,
    responses={200: KeyPage, **_FAILURES},
    conditions=(*_ALWAYS, page_is_the_asked_one),
)

patch_key = kms.patch(
    _KEY,
    name="patch_key",
    summary="Change what the update mask names",
    source=_DISCOVERY,
    params=KeyPath,
    query=PatchKeyQuery,
    body=KeyPatch,
    responses={200: Key, **_FAILURES},
    conditions=_ONE,
)

update_primary_version = kms.post(
    f"{_KEY}:updatePrimaryVersion",
    name="update_primary_version",
    summary="Choose the version that encrypts from now on",
    source=_DISCOVERY,
    params=KeyPath,
    query=Query,
    body=ChosenPrimary,
    responses={200: Key, **_FAILURES},
    conditions=_ONE,
)

encrypt = kms.post(
    f"{_KEY}:encrypt",
    name="encrypt",
    summary="Encrypt with the primary version",
    source=_DISCOVERY,
    params=KeyPath,
    query=Query,
    body=EncryptRequest,
    responses={200: EncryptResponse, **_FAILURES},
    conditions=(*_ALWAYS, name_is_a_version_of_the_asked_key, checksums_are_verified),
)

decrypt = kms.post(
    f"{_KEY}:decrypt",
    name="decrypt",
    summary="Decrypt with whichever version encrypted",
    source=_DISCOVERY,
    safe=True,
    params=KeyPath,
    query=Query,
    body=DecryptRequest,
    responses={200: DecryptResponse, **_FAILURES},
    conditions=_ALWAYS,
)

# --- versions -------------------------------------------------------------------------------------

create_version = kms.post(
    _VERSIONS,
    name="create_version",
    summary="Make the next version of a key",
    source=_DISCOVERY,
    params=KeyPath,
    query=Query,
    body=NewVersion,
    responses={200: KeyVersion, **_FAILURES},
    conditions=(*_ALWAYS, name_is_a_version_of_the_asked_key),
)

get_version = kms.get(
    _VERSION,
    name="get_version",
    summary="A version and its state",
    source=_DISCOVERY,
    params=VersionPath,
    query=Query,
    responses={200: KeyVersion, **_FAILURES},
    conditions=_ONE,
)

list_versions = kms.get(
    _VERSIONS,
    name="list_versions",
    summary="A page of versions",
    source=_DISCOVERY,
    params=KeyPath,
    query=ListVersionsQuery,
    responses={200: VersionPage, **_FAILURES},
    conditions=(*_ALWAYS, page_is_the_asked_one),
)

patch_version = kms.patch(
    _VERSION,
    name="patch_version",
    summary="Enable or disable a version",
    source=_DISCOVERY,
    params=VersionPath,
    query=PatchVersionQuery,
    body=VersionPatch,
    responses={200: KeyVersion, **_FAILURES},
    conditions=_ONE,
)

destroy_version = kms.post(
    f"{_VERSION}:destroy",
    name="destroy_version",
    summary="Schedule a version for destruction",
    source=_DISCOVERY,
    params=VersionPath,
    query=Query,
    body=DestroyVersion,
    responses={200: KeyVersion, **_FAILURES},
    conditions=_ONE,
)

restore_version = kms.post(
    f"{_VERSION}:restore",
    name="restore_version",
    summary="Take a version back from destruction; it is disabled then",
    source=_DISCOVERY,
    params=VersionPath,
    query=Query,
    body=RestoreVersion,
    responses={200: KeyVersion, **_FAILURES},
    conditions=_ONE,
)

get_public_key = kms.get(
    f"{_VERSION}/publicKey",
    name="get_public_key",
    summary="The public half of an asymmetric version",
    source=_DISCOVERY,
    params=VersionPath,
    query=PublicKeyQuery,
    responses={200: PublicKey, **_FAILURES},
    conditions=(*_ONE, key_is_of_the_asked_format),
)

asymmetric_sign = kms.post(
    f"{_VERSION}:asymmetricSign",
    name="asymmetric_sign",
    summary="Sign a digest, or data",
    source=f"{_DISCOVERY}; docs, data-integrity-guidelines",
    params=VersionPath,
    query=Query,
    body=SignRequest,
    responses={200: SignResponse, **_FAILURES},
    conditions=_COMPUTED,
)

asymmetric_decrypt = kms.post(
    f"{_VERSION}:asymmetricDecrypt",
    name="asymmetric_decrypt",
    summary="Decrypt what was encrypted with the public key",
    source=f"{_DISCOVERY}; docs, data-integrity-guidelines",
    safe=True,
    params=VersionPath,
    query=Query,
    body=AsymmetricDecryptRequest,
    responses={200: AsymmetricDecryptResponse, **_FAILURES},
    conditions=(*_ALWAYS, checksums_are_verified),
)

mac_sign = kms.post(
    f"{_VERSION}:macSign",
    name="mac_sign",
    summary="A MAC over data",
    source=f"{_DISCOVERY}; docs, data-integrity-guidelines",
    params=VersionPath,
    query=Query,
    body=MacSignRequest,
    responses={200: MacSignResponse, **_FAILURES},
    conditions=_COMPUTED,
)

mac_verify = kms.post(
    f"{_VERSION}:macVerify",
    name="mac_verify",
    summary="Whether a MAC holds; one that does not is no error",
    source=f"{_DISCOVERY}; docs, data-integrity-guidelines",
    safe=True,
    params=VersionPath,
    query=Query,
    body=MacVerifyRequest,
    responses={200: MacVerifyResponse, **_FAILURES},
    conditions=_COMPUTED,
)
