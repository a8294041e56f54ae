"""A credential goes where the document asks for one, and nowhere else."""

from __future__ import annotations

import pytest

from troth.api import Api, Empty, HeaderToken
from troth.errors import CouldNotCheck, UnknownName
from troth.fuzz import Service
from troth.fuzz.credentials import headers_by_label
from troth.fuzz.document import Document
from troth.openapi import document

VALID = HeaderToken("Authorization", env="VAULT_TOKEN", prefix="Bearer ")
SECOND = HeaderToken("X-Pin", env="VAULT_PIN", role="pin")


@pytest.fixture
def vault() -> Api:
    """An API that asks for a token, and in one place for a pin as well."""
    api = Api("vault", server="https://vault.example", auth=(VALID, SECOND))
    api.get("/keys", name="keys", responses={200: Empty})
    api.post("/keys", name="add", responses={204: Empty}, request_headers={"X-Pin": r"\d+"})
    return api


def service(**secrets: str) -> Service:
    """One that knows these credentials, by role."""
    return Service(place="in process", version="vault 1", secrets=secrets, handler=lambda _: None)  # type: ignore[arg-type,return-value]


def headers(api: Api, found: Service, role: str = "") -> dict[str, dict[str, str]]:
    """What goes with which operation."""
    described = Document(document(api), "openapi.json")
    return {label: dict(each) for label, each in headers_by_label(api, found, described, role).items()}


def test_the_first_credential_goes_with_each_and_a_further_one_where_it_is_named(vault: Api) -> None:
    assert headers(vault, service(valid="t0ken", pin="1234")) == {
        "GET /keys": {"Authorization": "Bearer t0ken"},
        "POST /keys": {"Authorization": "Bearer t0ken", "X-Pin": "1234"},
    }


def test_another_role_has_the_first_credential_of_its_own(vault: Api) -> None:
    found = headers(vault, service(valid="t0ken", guest="gu3st", pin="1234"), "guest")

    assert found["POST /keys"] == {"Authorization": "Bearer gu3st", "X-Pin": "1234"}


def test_what_asks_for_none_gets_none(vault: Api) -> None:
    content = document(vault)
    content["paths"]["/keys"]["get"]["security"] = []  # type: ignore[index,call-overload]

    found = headers_by_label(vault, service(valid="t0ken", pin="1"), Document(content, "openapi.json"), "")

    assert list(found) == ["POST /keys"]


def test_a_role_that_nobody_has_is_an_error(vault: Api) -> None:
    with pytest.raises(UnknownName, match="role"):
        headers(vault, service(valid="t0ken", pin="1"), "gust")


def test_a_credential_that_nobody_gave_could_not_be_checked(vault: Api) -> None:
    with pytest.raises(CouldNotCheck, match="'pin' is not known") as raised:
        headers(vault, service(valid="t0ken"))

    assert "$VAULT_PIN" in str(raised.value)


def test_an_api_without_credentials_needs_none() -> None:
    api = Api("open", server="https://open.example")
    api.get("/keys", name="keys", responses={200: Empty})

    assert headers(api, service()) == {}
