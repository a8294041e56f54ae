"""One break of each kind in the answers of the fake: verification goes red and names its place."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from contracts.kms.operations import kms
from tests.consumers.kms.workspace import WORKSPACE
from tests.pacts.breaks import Change, changed_provider, on_key, unchanged
from troth.evidence import StepResult
from troth.jsontext import Json
from troth.pacts.verify import verify

SCENARIO = "a P-256 signature verifies"
SIGN = (
    "POST /v1/projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}"
    "/cryptoKeyVersions/{version}:asymmetricSign"
)


def _cut(document: dict[str, Json]) -> None:
    signature = base64.b64decode(str(document["signature"]))
    document["signature"] = base64.b64encode(signature[:-1]).decode()


def _put(name: str, value: Json) -> Callable[[dict[str, Json]], None]:
    return lambda document: document.__setitem__(name, value)


def _other_version(document: dict[str, Json]) -> None:
    document["name"] = str(document["name"]).removesuffix("1") + "2"


def _unverified(document: dict[str, Json]) -> None:
    del document["verifiedDigestCrc32c"]


@contextmanager
def _provider(change: Change) -> Iterator[StepResult]:
    with changed_provider(WORKSPACE, kms, change) as target:
        yield verify(WORKSPACE, kms, target, scenarios=[SCENARIO, "the keys of a ring come in pages"])


@pytest.mark.parametrize(
    ("key", "change", "path", "code"),
    [
        pytest.param("signature", _cut, "$.signatureCrc32c", "field-invalid", id="cut signature"),
        pytest.param(
            "signature",
            _put("signatureCrc32c", str(2**32)),
            "$.signatureCrc32c",
            "field-constraint",
            id="checksum past 32 bits",
        ),
        pytest.param("signature", _other_version, "$.name", "echo-differs", id="another version"),
        pytest.param(
            "signature", _unverified, "$.verifiedDigestCrc32c", "checksum-unverified", id="unverified"
        ),
        pytest.param(
            "signature", _put("protectionLevel", 99), "$.protectionLevel", "field-enum", id="unknown enum"
        ),
        pytest.param(
            "signature",
            _put("signatureCrc32c", "1.5"),
            "$.signatureCrc32c",
            "field-constraint",
            id="fraction",
        ),
        pytest.param("totalSize", _put("totalSize", 3.5), "$.totalSize", "field-type", id="count in parts"),
    ],
)
def test_a_broken_provider_is_named(
    key: str, change: Callable[[dict[str, Json]], None], path: str, code: str
) -> None:
    with _provider(on_key(key, change)) as result:
        assert (code, path) in {(each.code, each.path) for each in result.findings}


def test_a_whole_provider_is_proven() -> None:
    with _provider(unchanged) as result:
        assert result.findings == ()
        assert result.counts.decided > 0
