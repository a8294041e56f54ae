"""One type of ours beside one schema of theirs: every keyword, on both sides."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import Discriminator, Field, StringConstraints

from tests.drift.parcels import Schema, Size, findings, of_request, of_response, told
from troth.errors import BrokenFile
from troth.fields import Base64Text, Int64Text, Payload, Safe, Timestamp, Uuid

Short = Annotated[str, StringConstraints(max_length=10), Field()]
Coded = Annotated[str, StringConstraints(pattern=r"^[A-Z]+$")]
Some = Annotated[int, Field(ge=1, le=50)]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
INTEGER: Schema = {"type": "integer"}


class One(Payload, source="assumed"):
    kind: Literal["one"]
    a: Safe[str]


class Two(Payload, source="assumed"):
    kind: Literal["two"]
    b: Safe[int]


class Optional(Payload, source="assumed"):
    a: Safe[str] = ""


class Nullable(Payload, source="assumed"):
    a: Safe[str] | None


class Tree(Payload, source="assumed"):
    name: Safe[str]
    children: list[Tree]


class Nothing(Payload, source="assumed"):
    pass


def an_object(required: list[str] | None = None, **properties: Any) -> Schema:
    return {"type": "object", "properties": properties, "required": required or []}


SAME: list[tuple[Schema, object]] = [
    (TEXT, str),
    (INTEGER, int),
    (NUMBER, float),
    ({"type": "boolean"}, bool),
    ({"type": ["string", "null"]}, str | None),
    ({"anyOf": [TEXT, {"type": "null"}]}, str | None),
    ({"type": "string", "enum": ["small", "large"]}, Size),
    ({"enum": ["small", "large"]}, Literal["small", "large"]),
    ({"const": 7}, Literal[7]),
    ({"enum": ["a", None]}, Literal["a"] | None),
    ({"type": "array", "items": TEXT}, list[str]),
    ({"items": TEXT}, list[str]),
    ({"type": "object", "additionalProperties": INTEGER}, dict[str, int]),
    (an_object(["a"], a=TEXT, kind={"const": "one"}) | {"required": ["a", "kind"]}, One),
    ({"allOf": [an_object(a=TEXT), {"required": ["a"]}, an_object(["kind"], kind={"const": "one"})]}, One),
    ({"oneOf": [TEXT, INTEGER]}, str | int),
    ({"type": "string", "maxLength": 10}, Short),
    ({"type": "string", "pattern": "^[A-Z]+$"}, Coded),
    ({"type": "integer", "minimum": 1, "maximum": 50}, Some),
    ({"type": "string", "format": "date-time"}, Timestamp),
    ({"type": "string", "format": "uuid"}, Uuid),
    ({"type": "string", "format": "byte"}, Base64Text),
    ({"type": "string", "format": "int64"}, Int64Text),
    ({"type": "string", "format": "date-time"}, str),
    ({"type": "string", "format": "of-our-own"}, Coded),
    ({"type": "integer", "format": "int32"}, int),
    (an_object(), Nothing),
]


@pytest.mark.parametrize(("theirs", "ours"), SAME)
def test_what_says_the_same_has_no_difference_in_a_response(theirs: Schema, ours: object) -> None:
    found = of_response(theirs, ours)

    assert told(found) == []
    assert found.result.counts.decided > 0


@pytest.mark.parametrize(("theirs", "ours"), SAME)
def test_what_says_the_same_has_no_difference_in_a_request(theirs: Schema, ours: object) -> None:
    found = of_request(theirs, ours)

    assert told(found) == []
    assert found.result.counts.decided > 0


DIFFERENT: list[tuple[Schema, object, str, str]] = [
    # theirs, ours, what it is in a response, what it is in a request
    (TEXT, int, "error retyped $", "error retyped $"),
    (TEXT, list[str], "error retyped $", "error retyped $"),
    ({"type": ["string", "null"]}, str, "error stricter $", "info stricter $"),
    (TEXT, str | None, "info looser $", "error looser $"),
    (NUMBER, int, "error stricter $", "info stricter $"),
    (INTEGER, float, "info looser $", "error looser $"),
    ({"oneOf": [TEXT, INTEGER]}, str, "error stricter $", "info stricter $"),
    (TEXT, str | int, "info looser $", "error looser $"),
    ({"enum": ["small", "large", "huge"]}, Size, "error stricter $", "info missing $"),
    ({"enum": ["small"]}, Size, "info looser $", "error looser $"),
    ({"enum": ["small", "huge"]}, Literal["small"] | str, "info missing $", "info missing $"),
    (TEXT, Size, "error stricter $", "info stricter $"),
    ({"enum": ["small"]}, str, "info looser $", "error looser $"),
    ({"type": "integer", "enum": [1, 2]}, Literal[1], "error stricter $", "info missing $"),
    ({"type": "array", "items": TEXT}, list[int], "error retyped $[]", "error retyped $[]"),
    ({"type": "string", "maxLength": 20}, Short, "error stricter $", "info stricter $"),
    ({"type": "string", "maxLength": 5}, Short, "info looser $", "error looser $"),
    ({"type": "integer", "minimum": 0}, Some, "error stricter $", "info stricter $"),
    ({"type": "integer", "minimum": 2}, Some, "info looser $", "error looser $"),
    ({"type": "integer", "maximum": 9}, Some, "info looser $", "error looser $"),
    ({"type": "string", "pattern": "^[a-z]+$"}, Coded, "info uncomparable $", "info uncomparable $"),
    ({"type": "string", "format": "date-time"}, Uuid, "error retyped $", "error retyped $"),
    ({"type": "string", "format": "uuid"}, Timestamp, "error retyped $", "error retyped $"),
    (an_object(["a"], a=TEXT), Optional, "info looser $.a", "error looser $.a"),
    (an_object(a=TEXT), Nullable, "error stricter $.a|info looser $.a", "error looser $.a|info stricter $.a"),
    (an_object(), Optional, "error undocumented $.a", "error undocumented $.a"),
    (an_object(), Nullable, "error removed $.a", "error removed $.a"),
    (an_object(a=TEXT, b=TEXT), Optional, "info missing $.b", "info missing $.b"),
    (an_object(["b"], a=TEXT, b=TEXT), Optional, "info missing $.b", "error missing $.b"),
    ({"additionalProperties": TEXT}, dict[str, int], "error retyped $.*", "error retyped $.*"),
    (
        {"additionalProperties": TEXT},
        Nullable,
        "error stricter $.a|info looser $.a",
        "error looser $.a|info stricter $.a",
    ),
    (an_object(a=INTEGER), dict[str, str], "error retyped $.a", "error retyped $.a"),
    ({}, str, "info uncomparable $", "info uncomparable $"),
    (TEXT, Any, "info uncomparable $", "info uncomparable $"),
    ({"type": "object"}, Optional, "info uncomparable $", "info uncomparable $"),
    (an_object(a=TEXT), dict[str, Any], "info uncomparable $", "info uncomparable $"),
    ({"type": "array"}, list[str], "info uncomparable $", "info uncomparable $"),
    ({"type": "string", "not": {"const": "a"}}, str, "info uncomparable $", "info uncomparable $"),
    ({"type": "file"}, str, "info uncomparable $", "info uncomparable $"),
    ({"$ref": "other.yaml#/a"}, str, "info uncomparable $", "info uncomparable $"),
    ({"$ref": "https://vendor.example/a.json"}, str, "info uncomparable $", "info uncomparable $"),
    ({"enum": [["a"]]}, list[str], "info uncomparable $", "info uncomparable $"),
    (
        an_object(["a"], a=TEXT),
        One | Optional,
        "info looser $|info looser $.a",
        "error looser $|error looser $.a",
    ),
]


def in_short(found: list[tuple[str, str, str]]) -> str:
    return "|".join(sorted({" ".join((tier, code, path.rpartition(" ")[2])) for tier, code, path in found}))


@pytest.mark.parametrize(("theirs", "ours", "response", "request_"), DIFFERENT)
def test_a_difference_in_a_response(theirs: Schema, ours: object, response: str, request_: str) -> None:
    del request_

    found = of_response(theirs, ours)

    assert in_short(told(found)) == response


@pytest.mark.parametrize(("theirs", "ours", "response", "request_"), DIFFERENT)
def test_a_difference_in_a_request(theirs: Schema, ours: object, response: str, request_: str) -> None:
    del response

    found = of_request(theirs, ours)

    assert in_short(told(found)) == request_


@pytest.mark.parametrize(
    ("theirs", "ours", "culprit"),
    [
        ({"type": ["string", "null"]}, str, "model stricter: "),
        (TEXT, str | None, "model looser: "),
        (an_object(), Optional, "undocumented: "),
        ({}, str, "could not compare: "),
    ],
)
def test_the_culprit_is_named(theirs: Schema, ours: object, culprit: str) -> None:
    [found] = findings(of_response(theirs, ours))

    assert found.message.startswith(culprit)


def test_both_sides_and_the_place_in_the_document_are_told() -> None:
    [found] = findings(of_response({"enum": ["small", "large", "huge"]}, Size))

    assert (found.expected, found.operation) == ('"huge" (the document)', "GET /it")
    assert found.actual == 'one of "large", "small" (ours)'
    assert found.place.startswith("vendor.json:")
    assert found.reproduce == "troth drift parcels --spec vendor.json -k 'GET /it'"


# --- versions and references ----------------------------------------------------------------------


def test_nullable_is_a_word_of_openapi_3_0_alone() -> None:
    theirs = {"type": "string", "nullable": True}

    assert told(of_response(theirs, str | None, openapi="3.0.3")) == []
    assert in_short(told(of_response(theirs, str | None, openapi="3.1.0"))) == "info looser $"


def test_nullable_beside_a_reference_in_all_of_holds() -> None:
    theirs = {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Name"}]}

    found = of_response(theirs, str | None, openapi="3.0.3", schemas={"Name": TEXT})

    assert told(found) == []


def test_what_stands_beside_a_reference_holds_in_openapi_3_1_alone() -> None:
    theirs = {"$ref": "#/components/schemas/Name", "maxLength": 20}

    assert (
        in_short(told(of_response(theirs, Short, openapi="3.1.0", schemas={"Name": TEXT})))
        == "error stricter $"
    )
    assert told(of_response(theirs, Short, openapi="3.0.3", schemas={"Name": TEXT})) == []


def test_a_reference_with_escapes_is_followed() -> None:
    theirs = {"$ref": "#/components/schemas/a~1b%20c"}

    assert told(of_response(theirs, str, schemas={"a/b c": TEXT})) == []


def test_recursive_schemas_are_compared_to_their_ends() -> None:
    node = an_object(
        ["name", "children"],
        name=INTEGER,
        children={"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
    )

    found = of_response({"$ref": "#/components/schemas/Node"}, Tree, schemas={"Node": node})

    assert in_short(told(found)) == "error retyped $.name"


def test_an_array_of_itself_ends() -> None:
    theirs = {"type": "array", "items": {"$ref": "#/components/schemas/Deep"}}

    found = of_response({"$ref": "#/components/schemas/Deep"}, list[list[str]], schemas={"Deep": theirs})

    assert in_short(told(found)) == "error retyped $[][]"


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": {"$ref": "#/components/schemas/A"}},
        {
            "A": {"allOf": [{"$ref": "#/components/schemas/B"}]},
            "B": {"anyOf": [{"$ref": "#/components/schemas/A"}]},
        },
    ],
)
def test_a_reference_that_leads_back_to_itself_could_not_be_compared(schemas: dict[str, Schema]) -> None:
    found = of_response({"$ref": "#/components/schemas/A"}, str, schemas=schemas)

    assert in_short(told(found)) == "info uncomparable $"
    assert "leads back to itself" in findings(found)[0].message


def test_schemas_that_double_at_each_step_are_read_once_each() -> None:
    steps = {f"S{n}": {"allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}] * 2} for n in range(50)}

    found = of_response({"$ref": "#/components/schemas/S0"}, str, schemas={**steps, "S50": TEXT})

    assert told(found) == []


def test_a_reference_to_nothing_is_a_broken_document() -> None:
    with pytest.raises(BrokenFile, match=r"vendor\.json:\d+: the \$ref '#/components/schemas/Gone' leads to"):
        of_response({"$ref": "#/components/schemas/Gone"}, str)


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        ({"type": "object", "properties": {"a": 7}}, "a schema must be an object, not integer"),
        ({"type": "object", "properties": []}, "properties must be an object"),
        ({"allOf": {}}, "allOf must be an array"),
    ],
)
def test_what_is_no_schema_is_a_broken_document(theirs: Schema, said: str) -> None:
    with pytest.raises(BrokenFile, match=said):
        of_response(theirs, Optional)


# --- unions ---------------------------------------------------------------------------------------


def one(**more: Schema) -> Schema:
    return an_object(["kind", "a"], kind={"const": "one"}, a=TEXT, **more)


def two(b: Schema = INTEGER) -> Schema:
    return an_object(["kind", "b"], kind={"const": "two"}, b=b)


Either = Annotated[One | Two, Discriminator("kind")]


@pytest.mark.parametrize("forms", [[one(), two()], [two(), one()]])
def test_the_forms_of_a_union_are_told_apart_by_what_they_are(forms: list[Schema]) -> None:
    assert told(of_response({"oneOf": forms}, Either)) == []


def test_a_difference_in_one_form_is_told_of_that_form() -> None:
    [found] = findings(of_response({"oneOf": [one(), two(TEXT)]}, Either))

    assert (found.code, found.path) == ("drift-retyped", "response 200 $.b")
    assert "Two" in found.actual


def test_a_form_that_only_theirs_has_is_refused_by_ours() -> None:
    three = an_object(["kind"], kind={"const": "three"})

    assert "error stricter $.kind" in in_short(told(of_response({"oneOf": [one(), two(), three]}, Either)))


def test_a_form_that_only_ours_has_is_looser() -> None:
    assert in_short(told(of_response(one(), One | Two))) == "info looser $"


def test_more_is_known_of_a_form_than_of_its_name() -> None:
    theirs = {"anyOf": [{"$ref": "#/components/schemas/One"}, {"type": "null"}]}

    assert told(of_response(theirs, One | None, schemas={"One": one()})) == []


# --- read only, write only ------------------------------------------------------------------------


def test_what_only_an_answer_has_is_not_asked_of_a_request() -> None:
    theirs = an_object(["id", "a"], id={"type": "string", "readOnly": True}, a=TEXT)

    assert in_short(told(of_request(theirs, Optional))) == "error looser $.a"


def test_what_only_a_request_has_is_not_missed_in_an_answer() -> None:
    theirs = an_object(["a"], secret={"type": "string", "writeOnly": True}, a=TEXT)

    assert in_short(told(of_response(theirs, Optional))) == "info looser $.a"


# --- counting -------------------------------------------------------------------------------------


def test_limits_that_one_side_states_alone_are_counted() -> None:
    found = of_response(an_object(["a"], a={"type": "string", "minLength": 3}), Optional)

    [counted] = [each for each in found.result.told if each.path == "limits"]
    assert counted.message.startswith("could not compare: 1 patterns, lengths and bounds")


def test_what_could_not_be_compared_is_not_decided() -> None:
    counts = of_response(an_object(["a", "kind"], a={}, kind={"const": "one"}), One).result.counts

    assert (counts.attempted, counts.decided) == (4, 3)
