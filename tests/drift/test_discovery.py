"""Google's discovery documents: resources by name, schemas by name, and what the format does not say."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import Field

from tests.drift.parcels import Schema, put_beside, told
from troth.api import Api, Empty
from troth.errors import BrokenFile
from troth.fields import Base64Text, Int64Text, Payload, Safe, Timestamp


class RingPath(Payload, source="assumed"):
    project: Safe[str]
    ring: Safe[str]


class Query(Payload, source="assumed"):
    page_size: Safe[int] | None = Field(None, alias="pageSize")
    names: list[str] | None = None
    pretty: Literal["true", "false"] | None = None


class Lock(Payload, source="assumed"):
    name: Safe[str]
    state: Literal["OPEN", "SHUT"]
    digest: Base64Text
    count: Int64Text
    made: Timestamp | None = None
    labels: dict[str, str] = Field(default_factory=dict)


def contract(path: str = "/v1/projects/{project}/rings/{ring}/locks") -> Api:
    api = Api("locks", server="https://locks.example")
    api.get(path, name="read_lock", params=RingPath, query=Query, responses={200: Lock}, source="assumed")
    api.post(
        f"{path}:shut", name="shut_lock", params=RingPath, body=Lock, responses={200: Lock}, source="assumed"
    )
    return api


def document(**method: Any) -> Schema:
    """A document that agrees; ``method`` changes its first method."""
    name = {"location": "path", "required": True, "type": "string", "pattern": "^projects/[^/]+/rings/[^/]+$"}
    read = {
        "id": "locks.read",
        "httpMethod": "GET",
        "flatPath": "v1/projects/{projectsId}/rings/{ringsId}/locks",
        "path": "v1/{+name}/locks",
        "parameters": {
            "name": name,
            "pageSize": {"location": "query", "type": "integer", "format": "int32"},
            "names": {"location": "query", "type": "string", "repeated": True},
        },
        "response": {"$ref": "Lock"},
        **method,
    }
    shut = {
        "httpMethod": "POST",
        "flatPath": "v1/projects/{projectsId}/rings/{ringsId}/locks:shut",
        "path": "v1/{+name}/locks:shut",
        "parameters": {"name": name},
        "request": {"$ref": "Lock"},
        "response": {"$ref": "Lock"},
    }
    return {
        "kind": "discovery#restDescription",
        "servicePath": "",
        "parameters": {
            "pretty": {"location": "query", "type": "boolean"},
            "alt": {"location": "query", "type": "string"},
        },
        "resources": {"projects": {"resources": {"locks": {"methods": {"read": read, "shut": shut}}}}},
        "schemas": {
            "Lock": {
                "id": "Lock",
                "type": "object",
                "properties": {
                    "name": {"type": "string", "readOnly": True},
                    "state": {"type": "string", "enum": ["OPEN", "SHUT"]},
                    "digest": {"type": "string", "format": "byte"},
                    "count": {"type": "string", "format": "int64"},
                    "made": {"type": "string", "format": "google-datetime"},
                    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                },
            }
        },
    }


def with_lock(**properties: Schema) -> Schema:
    made = document()
    made["schemas"]["Lock"]["properties"] |= properties
    return made


def test_a_document_that_agrees_has_no_difference() -> None:
    found = put_beside(document(), contract())

    assert (told(found), found.result.verdict) == ([], "proven")
    assert found.result.counts.decided == found.result.counts.attempted == 32


def test_a_resource_is_spelled_out_by_its_pattern_where_no_flat_path_is() -> None:
    made = document()
    del made["resources"]["projects"]["resources"]["locks"]["methods"]["read"]["flatPath"]

    assert told(put_beside(made, contract())) == []


def test_a_contract_may_have_the_resource_as_one_parameter_as_well() -> None:
    class NamePath(Payload, source="assumed"):
        name: Safe[str]

    api = Api("locks", server="https://locks.example")
    api.get(
        "/v1/{name=projects/*/rings/*}/locks",
        name="read",
        params=NamePath,
        responses={200: Lock},
        source="assumed",
    )

    found = put_beside(document(), api)

    assert [each for each in told(found) if each[0] == "error"] == []
    assert found.result.counts.attempted > 0


def test_the_service_path_is_a_base_path() -> None:
    made = {**document(flatPath="rings/{p}/{r}", path="rings/{p}/{r}"), "servicePath": "locks/v1/"}
    api = Api("locks", server="https://locks.example/locks/v1")
    api.get(
        "/rings/{project}/{ring}",
        name="read",
        params=RingPath,
        query=Query,
        responses={200: Lock},
        source="assumed",
    )

    assert told(put_beside(made, api)) == []


def test_what_the_format_never_says_is_counted_as_not_compared() -> None:
    found = put_beside(document(), contract())

    [counted] = [each for each in found.result.told if each.path == "required fields"]
    assert counted.message == (
        "could not compare: the document never says which fields are there: 12 that we require"
    )


def test_parameters_of_every_operation_are_known_and_told_once() -> None:
    found = put_beside(document(), contract())

    [listed] = [each for each in found.result.told if each.path == "parameters"]
    assert listed.message.endswith("1 parameter of every operation that our contract does not have: alt")


def test_an_enum_that_grew_is_refused_by_ours_in_an_answer_alone() -> None:
    made = with_lock(state={"type": "string", "enum": ["OPEN", "SHUT", "JAMMED"]})

    assert told(put_beside(made, contract())) == [
        ("error", "stricter", "response 200 $.state"),
        ("info", "missing", "request $.state"),
    ]


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ({"digest": {"type": "string", "format": "google-datetime"}}, "$.digest"),
        ({"count": {"type": "integer"}}, "$.count"),
        ({"labels": {"type": "object", "additionalProperties": {"type": "integer"}}}, "$.labels.*"),
        ({"name": {"$ref": "Lock"}}, "$.name"),
    ],
)
def test_a_field_of_another_type_is_an_error_on_both_sides(properties: dict[str, Schema], path: str) -> None:
    found = put_beside(with_lock(**properties), contract())

    assert set(told(found)) == {
        ("error", "retyped", f"response 200 {path}"),
        ("error", "retyped", f"request {path}"),
    }


def test_a_field_of_any_type_could_not_be_compared() -> None:
    found = put_beside(with_lock(made={"type": "any"}), contract())

    assert {(tier, code) for tier, code, _ in told(found)} == {("info", "uncomparable")}


def test_statuses_of_failures_are_undocumented() -> None:
    failing = Api("locks", server="https://locks.example")
    failing.get(
        "/v1/projects/{project}/rings/{ring}/locks",
        name="read",
        params=RingPath,
        responses={200: Lock, 429: Empty},
        source="assumed",
    )

    found = put_beside(document(), failing)

    assert [each for each in told(found) if each[0] == "error"] == [("error", "undocumented", "status 429")]


def test_an_answer_without_a_schema_has_no_body() -> None:
    made = document()
    del made["resources"]["projects"]["resources"]["locks"]["methods"]["read"]["response"]

    assert told(put_beside(made, contract())) == [("error", "removed", "response 200")]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"kind": "discovery#restDescription", "resources": []}, "an object must stand here, not array"),
        (document(response={"$ref": "Gone"}), r"vendor\.json:\d+: the \$ref 'Gone' leads to nothing"),
    ],
)
def test_a_broken_document_is_told_with_its_place(made: Schema, said: str) -> None:
    with pytest.raises(BrokenFile, match=said):
        put_beside(made, contract())
