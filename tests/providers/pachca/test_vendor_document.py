"""Whatever the fake answers, in any state, is valid by the vendor's own document.

A document of OpenAPI 3.0 is read as JSON Schema: nullable as a union with null, int32 with its bounds, and no
members that are not described. What the vendor says elsewhere and not there is listed, with its source.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import cast

import jsonschema_rs
import pytest
import yaml

from contracts.pachca.operations import pachca as contract
from providers.pachca import documents
from providers.pachca.fake import Fake
from providers.pachca.operations import OPERATIONS, SCOPES
from providers.pachca.vocabulary import ENTITY_TYPES, EVENTS, FILE_TYPES, ROLES, Code
from tests.providers.pachca.stage import Json, Pachca
from tests.providers.pachca.tour import Seen, tour
from tests.support.pages import ROOT
from tests.support.vendors import vendor_document
from troth.cassettes.read import load

NAME = "pachca.openapi.en.yaml"
pytestmark = pytest.mark.vendor(NAME)
INT32, INT64 = 2**31, 2**63
ERROR: Json = {"$ref": "#/components/schemas/ApiError"}
OAUTH: Json = {"$ref": "#/components/schemas/OAuthError"}
ELSEWHERE: Mapping[tuple[str, int], Json] = {
    # The enumeration of codes: thread_message and message_deleted.
    ("POST /messages/{id}/thread", 422): ERROR,
}
NOWHERE = frozenset({429, 502, 503})
"""In the guides to errors and limits; no document says what their bodies are."""


def converted(schema: object) -> object:
    """A schema of OpenAPI 3.0 as one of JSON Schema."""
    if isinstance(schema, list):
        return [converted(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: converted(value) for name, value in schema.items() if name not in ("nullable", "example")}
    bound = {"int32": INT32, "int64": INT64}.get(str(found.get("format")))
    if found.get("type") == "integer" and bound is not None:
        found |= {"minimum": -bound, "maximum": bound - 1}
    if "properties" in found:
        found.setdefault("additionalProperties", False)
    if not schema.get("nullable"):
        return found
    # A type beside allOf says the same again; the members of what is referred to are checked there.
    return {"anyOf": [found, {"type": "null"}]}


@cache
def published() -> Json:
    text = vendor_document(NAME).read_text(encoding="utf-8")
    return cast(Json, yaml.load(text, Loader=yaml.CSafeLoader))


@cache
def components() -> object:
    return converted(cast(Json, published()["components"])["schemas"])


@cache
def validator(operation: str, status: int) -> jsonschema_rs.Draft202012Validator | None:
    """What is said of the body; None where none is described."""
    schema = _described(operation, status)
    if schema is None:
        return None
    whole = cast(Json, converted(schema)) | {"components": {"schemas": components()}}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def _described(operation: str, status: int) -> Json | None:
    method, _, path = operation.partition(" ")
    item = cast(Mapping[str, Json], cast(Json, published()["paths"])[path])[method.lower()]
    responses = cast(Mapping[str, Json], item["responses"])
    if status == 403:
        # The guide to errors: either shape, by what forbids it.
        return {"anyOf": [ERROR, OAUTH]}
    if str(status) not in responses:
        return ELSEWHERE[operation, status]
    content = cast(Mapping[str, Json], responses[str(status)].get("content", {}))
    return cast(Json, content["application/json"]["schema"]) if content else None


def problem(operation: str, status: int, body: bytes) -> str:
    """What is wrong with an answer by the vendor's document; empty if nothing is."""
    if status in NOWHERE:
        return ""
    try:
        checked = validator(operation, status)
    except KeyError:
        return f"{operation} {status}: not in the document"
    if checked is None:
        return f"{operation} {status}: a body" if body else ""
    try:
        checked.validate(json.loads(body))
    except (jsonschema_rs.ValidationError, ValueError) as error:
        return f"{operation} {status}: {error}"
    return ""


def problems(seen: Sequence[Seen]) -> list[str]:
    found = [problem(it.ask.operation, it.status, it.exchange.response.body) for it in seen]
    return sorted({it for it in found if it})


def test_every_answer_is_valid(seen: Sequence[Seen]) -> None:
    assert problems(seen) == []


def test_what_the_scenarios_are_answered_is_valid() -> None:
    recorded = [
        (found[0].label, each.response.status, each.response.body)
        for file in sorted((ROOT / "cassettes" / "pachca").glob("*.yaml"))
        for each in load(file).exchanges
        if (found := contract.find(each.request.method, each.request.url)) is not None
        # Webhooks are asked by the vendor, and the store of uploads is not the vendor's.
        and not (found[0].inbound or found[0].origin)
    ]

    assert len(recorded) > 100
    assert [it for label, status, body in recorded if (it := problem(label, status, body))] == []


def test_every_modelled_operation_was_met_and_did_what_it_is_for(
    pachca: Pachca, seen: Sequence[Seen]
) -> None:
    succeeded = {it.ask.operation for it in seen if it.status < 300}

    modelled = set(cast(list[str], pachca.get("/_troth/modelled")["modelled"]))
    assert (modelled - succeeded, len(seen) > 3000) == ({"POST /direct_url"}, True)


def test_every_kind_of_answer_was_met(seen: Sequence[Seen]) -> None:
    statuses = Counter(it.status for it in seen)

    assert sorted(statuses) == [200, 201, 204, 400, 401, 402, 403, 404, 422, 429, 502, 503]


def test_the_operations_are_the_vendors() -> None:
    paths = cast(Mapping[str, Json], published()["paths"])
    methods = ("get", "put", "post", "delete", "patch")

    vendors = [
        f"{method.upper()} {path}" for path, item in paths.items() for method in item if method in methods
    ]
    assert [operation.label for operation in OPERATIONS] == vendors


def test_the_scopes_and_the_plans_are_the_vendors() -> None:
    paths = cast(Mapping[str, Mapping[str, Json]], published()["paths"])
    said = {(it.label, it.scope, it.billed): paths[it.template][it.method.lower()] for it in OPERATIONS}

    assert [key for key, item in said.items() if key[1:] != _rights(item)] == []


def _rights(item: Json) -> tuple[object, bool]:
    requirements = cast(Json, item.get("x-requirements") or {})
    return requirements.get("scope", ""), "402" in cast(Json, item["responses"])


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("ValidationErrorCode", list(Code)),
        ("BotEventName", EVENTS),
        ("OAuthScope", SCOPES),
        ("MessageEntityType", ENTITY_TYPES),
        ("FileType", FILE_TYPES),
        ("ChatMemberRole", ROLES),
    ],
)
def test_the_words_are_the_vendors(name: str, used: Sequence[str]) -> None:
    schemas = cast(Mapping[str, Json], cast(Json, published()["components"])["schemas"])

    assert set(used) <= set(cast(list[str], schemas[name]["enum"]))


BREAKS: list[tuple[str, Callable[[Json], object], str]] = [
    ("message", lambda it: it.pop("url"), '"url" is a required property'),
    ("message", lambda it: it.update(id="1001"), '"1001" is not of type "integer"'),
    ("message", lambda it: it.update(id=2**31), "greater than the maximum"),
    ("message", lambda it: it.update(created_at="yesterday"), '"date-time"'),
    ("message", lambda it: it.update(entity_type="channel"), '"channel"'),
    ("message", lambda it: it.update(files=None), "null"),
    ("message", lambda it: it.update(mood="good"), "mood"),
    ("chat", lambda it: it.update(name="я" * 256), "255"),
    ("thread", lambda it: it.pop("updated_at"), '"updated_at" is a required property'),
    ("reaction", lambda it: it.update(name=None), "null"),
    ("user", lambda it: it.update(role="boss"), '"boss"'),
]


@pytest.mark.parametrize(("kind", "change", "message"), BREAKS)
def test_a_broken_answer_is_found(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, kind: str, change: Callable[[Json], object], message: str
) -> None:
    name = f"providers.pachca.documents.{kind}"
    whole = vars(documents)[kind]

    def broken(*given: object) -> Json:
        made: Json = whole(*given)
        change(made)
        return made

    monkeypatch.setattr(name, broken)

    assert message in str(problems(list(tour(fake, "a message"))))
