"""What is said of keys is about the key that was meant, and whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import responses

from consumers.kms.errors import Corrupted
from consumers.kms.keys import Keys
from tests.consumers.kms.answers import ENABLED, ENCRYPTING, KEY, URL, VERSION, connection
from troth.jsontext import Json

RING = KEY.rpartition("/cryptoKeys/")[0]
LOCATION = RING.rpartition("/keyRings/")[0]
UNKNOWN_MEMBER = 9_999

Use = Callable[[Keys], object]


@pytest.fixture
def mocked() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.mark.parametrize(
    ("method", "path", "use"),
    [
        pytest.param(
            "POST", f"{LOCATION}/keyRings", lambda k: k.create_ring(LOCATION, "grades"), id="new ring"
        ),
        pytest.param("GET", RING, lambda k: k.ring(RING), id="ring"),
        pytest.param(
            "POST",
            f"{RING}/cryptoKeys",
            lambda k: k.create_key(RING, "seal", purpose="MAC", algorithm="HMAC_SHA256"),
            id="new key",
        ),
        pytest.param("GET", KEY, lambda k: k.key(KEY), id="key"),
        pytest.param("PATCH", KEY, lambda k: k.label(KEY, {"a": "b"}), id="label"),
        pytest.param(
            "POST", f"{KEY}:updatePrimaryVersion", lambda k: k.choose_primary(VERSION), id="primary version"
        ),
        pytest.param("POST", f"{KEY}/cryptoKeyVersions", lambda k: k.create_version(KEY), id="new version"),
        pytest.param("GET", VERSION, lambda k: k.version(VERSION), id="version"),
        pytest.param("PATCH", VERSION, lambda k: k.disable(VERSION), id="disable"),
        pytest.param("POST", f"{VERSION}:destroy", lambda k: k.destroy(VERSION), id="destroy"),
        pytest.param("POST", f"{VERSION}:restore", lambda k: k.restore(VERSION), id="restore"),
    ],
)
@pytest.mark.parametrize("name", ["", "projects/another"])
def test_an_answer_about_another_one_is_not_used(
    mocked: responses.RequestsMock, method: str, path: str, use: Use, name: str
) -> None:
    mocked.add(method, f"{URL}/v1/{path}", json={**ENABLED, "purpose": 1, "name": name})

    with connection() as kms, pytest.raises(Corrupted):
        use(Keys(kms))


@pytest.mark.parametrize(
    ("path", "member", "use"),
    [
        pytest.param(f"{LOCATION}/keyRings", "keyRings", lambda k: list(k.rings(LOCATION)), id="rings"),
        pytest.param(f"{RING}/cryptoKeys", "cryptoKeys", lambda k: list(k.keys(RING)), id="keys"),
        pytest.param(
            f"{KEY}/cryptoKeyVersions", "cryptoKeyVersions", lambda k: list(k.versions(KEY)), id="versions"
        ),
    ],
)
@pytest.mark.parametrize("listed", [[{"name": "projects/another"}], None], ids=["another", "null"])
def test_a_list_of_something_else_is_not_used(
    mocked: responses.RequestsMock, path: str, member: str, use: Use, listed: Json
) -> None:
    mocked.get(f"{URL}/v1/{path}", json={member: listed, "totalSize": 1})

    with connection() as kms, pytest.raises(Corrupted):
        use(Keys(kms))


@pytest.mark.parametrize("purpose", [0, UNKNOWN_MEMBER, None], ids=["zero", "unknown", "null"])
def test_a_purpose_that_nobody_knows_is_not_used(mocked: responses.RequestsMock, purpose: int | None) -> None:
    mocked.get(f"{URL}/v1/{KEY}", json={**ENCRYPTING, "purpose": purpose})

    with connection() as kms, pytest.raises(Corrupted, match="purpose"):
        Keys(kms).key(KEY)


@pytest.mark.parametrize(
    ("method", "path", "use"),
    [
        pytest.param(
            "POST",
            f"{RING}/cryptoKeys",
            lambda k: k.create_key(RING, "seal", purpose="MAC", algorithm="HMAC_SHA256"),
            id="another purpose",
        ),
        pytest.param("PATCH", KEY, lambda k: k.label(KEY, {"a": "b"}), id="other labels"),
        pytest.param(
            "POST",
            f"{KEY}:updatePrimaryVersion",
            lambda k: k.choose_primary(VERSION),
            id="no primary version",
        ),
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_is_not_used(
    mocked: responses.RequestsMock, method: str, path: str, use: Use
) -> None:
    mocked.add(method, f"{URL}/v1/{path}", json=ENCRYPTING)

    with connection() as kms, pytest.raises(Corrupted):
        use(Keys(kms))


@pytest.mark.parametrize("field", ["state", "algorithm"])
def test_a_member_that_nobody_knows_is_not_used(mocked: responses.RequestsMock, field: str) -> None:
    mocked.get(f"{URL}/v1/{VERSION}", json={**ENABLED, field: UNKNOWN_MEMBER})

    with connection() as kms, pytest.raises(Corrupted, match=field):
        Keys(kms).version(VERSION)
