"""The judge of a JSON document: each break is planted once, each compatible change as well."""

from __future__ import annotations

import json
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Literal, Self

import pytest
from pydantic import Field, model_validator

from troth.fields import Payload, Safe, Timestamp, Uuid
from troth.jsontext import Json
from troth.judge import Problem, judge_body, judge_text_values, judge_value

TOKEN = "d85cd024-1548-4165-96c7-7bc88673f194"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Token(Payload, source="assumed"):
    token: Uuid


class Submission(Payload, source="assumed"):
    token: Uuid
    level: Level
    version: Literal[1]
    ratio: float
    note: Safe[str] | None
    secret: str
    kept: bool = False
    parent_id: Annotated[int | None, Field(alias="parentId")] = None


class Span(Payload, source="assumed"):
    low: int
    high: int

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError("low is not above high")
        return self


class Batch(Payload, source="assumed"):
    items: list[Token | Submission | None]


class Settings(Payload, source="assumed"):
    colour: Colour
    size: Annotated[int, Field(ge=1, le=9)] = 1
    tags: dict[str, Any] | None = None
    spans: list[Span] | None = None
    seen: Timestamp | None = None


WHOLE: dict[str, Json] = {
    "token": TOKEN,
    "level": 2,
    "version": 1,
    "ratio": 0.5,
    "note": None,
    "secret": "hunter2",
    "kept": True,
    "parentId": 7,
}


def changed(**values: Json) -> Json:
    """The whole document with some values changed."""
    return {**WHOLE, **values}


def without(*names: str) -> Json:
    """The whole document less some keys."""
    return {key: value for key, value in WHOLE.items() if key not in names}


def rules(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    """Where and how the document is broken."""
    return [(problem.path, problem.rule) for problem in problems]


@pytest.mark.parametrize(
    "document",
    [
        WHOLE,
        changed(ratio=1),
        changed(added={"by": ["the", "service"]}),
        dict(reversed(WHOLE.items())),
        without("kept", "parentId"),
        changed(note="anything"),
    ],
)
def test_a_compatible_document_raises_no_alarm(document: Json) -> None:
    assert judge_value(Submission, document) == ()


def test_pretty_printed_json_raises_no_alarm() -> None:
    _, problems = judge_body(Submission, json.dumps(WHOLE, indent=4, ensure_ascii=False).encode())

    assert problems == ()


@pytest.mark.parametrize(
    ("document", "path", "rule"),
    [
        (without("secret"), "$.secret", "field-missing"),
        (changed(token=None), "$.token", "field-null"),
        (changed(token=7), "$.token", "field-type"),
        (changed(token=TOKEN.replace("-", "")), "$.token", "field-constraint"),
        (changed(level=True), "$.level", "field-type"),
        (changed(level=1.0), "$.level", "field-type"),
        (changed(level="1"), "$.level", "field-type"),
        (changed(level=3), "$.level", "field-enum"),
        (changed(version=1.0), "$.version", "field-type"),
        (changed(version=True), "$.version", "field-type"),
        (changed(version=2), "$.version", "field-enum"),
        (changed(ratio="0.5"), "$.ratio", "field-type"),
        (changed(ratio=True), "$.ratio", "field-type"),
        (changed(kept=1), "$.kept", "field-type"),
        (changed(kept="true"), "$.kept", "field-type"),
        (changed(parentId="7"), "$.parentId", "field-type"),
        (changed(note=[]), "$.note", "field-type"),
        ([WHOLE], "$", "field-type"),
        (None, "$", "field-null"),
    ],
)
def test_a_break_is_found_at_its_place(document: Json, path: str, rule: str) -> None:
    assert rules(judge_value(Submission, document)) == [(path, rule)]


@pytest.mark.parametrize(
    ("document", "path", "rule"),
    [
        ({"colour": "green"}, "$.colour", "field-enum"),
        ({"colour": 1}, "$.colour", "field-type"),
        ({"colour": "red", "size": 10}, "$.size", "field-constraint"),
        (
            {"colour": "red", "spans": [{"low": 1, "high": 2}, {"low": 2, "high": 1}]},
            "$.spans[1]",
            "field-invalid",
        ),
        ({"colour": "red", "spans": [{"low": 1}]}, "$.spans[0].high", "field-missing"),
        ({"colour": "red", "seen": 1700000000}, "$.seen", "field-type"),
        ({"colour": "red", "seen": "1700000000"}, "$.seen", "field-constraint"),
    ],
)
def test_a_break_in_a_nested_place_is_found_there(document: Json, path: str, rule: str) -> None:
    assert rules(judge_value(Settings, document)) == [(path, rule)]


def test_a_field_under_its_python_name_is_a_missing_field() -> None:
    class Node(Payload, source="assumed"):
        parent_id: Annotated[int, Field(alias="parentId")]

    assert rules(judge_value(Node, {"parent_id": 7})) == [("$.parentId", "field-missing")]


def test_every_break_of_a_document_is_found() -> None:
    found = judge_value(Submission, changed(token=7, ratio="x", secret=None))

    assert {problem.path for problem in found} == {"$.token", "$.ratio", "$.secret"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"token": 1, "token": 2}',
        b'{"ratio": NaN}',
        b'{"ratio": 1E400}',
        b"\xef\xbb\xbf{}",
        b"{}garbage",
        b"<html>",
    ],
)
def test_a_body_that_is_not_json_is_malformed(body: bytes) -> None:
    value, problems = judge_body(Submission, body)

    assert value is None
    assert rules(problems) == [("$", "body-malformed")]


def test_a_broken_long_form_does_not_pass_as_the_short_one() -> None:
    assert rules(judge_value(Token | Submission, without("ratio"))) == [("$.ratio", "field-missing")]


def test_the_order_of_a_unions_members_does_not_matter() -> None:
    assert rules(judge_value(Submission | Token, without("ratio"))) == [("$.ratio", "field-missing")]


@pytest.mark.parametrize("document", [{"token": TOKEN}, WHOLE])
def test_either_form_of_a_union_holds(document: Json) -> None:
    assert judge_value(Token | Submission, document) == ()


def test_a_broken_long_form_inside_a_list_is_found_at_its_place() -> None:
    document: Json = {"items": [{"token": TOKEN}, None, without("ratio"), WHOLE]}

    assert rules(judge_value(Batch, document)) == [("$.items[2].ratio", "field-missing")]


def test_a_broken_long_form_in_a_list_at_the_root_is_found() -> None:
    assert rules(judge_value(list[Token | Submission], [changed(level=True)])) == [
        ("$[0].level", "field-type")
    ]


def test_a_broken_member_is_judged_by_what_it_means_to_be() -> None:
    [problem] = judge_value(Batch, {"items": [{"token": 7}]})

    assert (problem.path, problem.rule) == ("$.items[0].token", "field-type")


def test_a_list_of_unions_that_holds_raises_no_alarm() -> None:
    assert judge_value(Batch, {"items": [{"token": TOKEN}, WHOLE, None]}) == ()


@pytest.mark.parametrize("document", [["a", 1, None], []])
def test_scalars_of_a_union_hold(document: Json) -> None:
    assert judge_value(list[str | int | None], document) == ()


def test_a_scalar_of_no_member_is_found() -> None:
    [problem] = judge_value(list[str | int], [1.5])

    assert (problem.path, problem.rule) == ("$[0]", "field-type")


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"colour": "red", "sise": 2}, "$.sise"),
        ({"colour": "red", "spans": [{"low": 1, "high": 2, "step": 1}]}, "$.spans[0].step"),
    ],
)
def test_a_key_that_a_request_may_not_have_is_found(document: Json, path: str) -> None:
    assert rules(judge_value(Settings, document, closed=True)) == [(path, "field-undeclared")]


def test_what_is_below_an_open_mapping_is_free() -> None:
    document: Json = {"colour": "red", "tags": {"a": {"b": [{"c": 1}]}}}

    assert judge_value(Settings, document, closed=True) == ()


def test_many_undeclared_keys_are_judged_in_one_walk() -> None:
    document: Json = {"colour": "red", **{f"k{n}": n for n in range(3_000)}}

    assert len(judge_value(Settings, document, closed=True)) == 3_000


def test_a_message_never_shows_a_value_that_is_not_safe() -> None:
    found = judge_value(Token | Submission, changed(secret=["hunter2"], note=7, token="not-a-token"))

    assert "hunter2" not in str(found)
    assert "not-a-token" not in str(found)


def test_a_message_shows_a_value_that_is_safe() -> None:
    [problem] = judge_value(Settings, {"colour": "green"})

    assert problem.actual == '"green"'
    assert "'red' or 'blue'" in problem.expected


def test_a_missing_field_is_told_as_missing() -> None:
    [problem] = judge_value(Submission, without("secret"))

    assert (problem.expected, problem.actual) == ("this field", "nothing")


def test_a_validator_says_what_it_expected() -> None:
    [problem] = judge_value(Span, {"low": 2, "high": 1})

    assert problem.expected == "low is not above high"


class Query(Payload, source="assumed"):
    wait: bool = False
    page: Annotated[int, Field(ge=1)]
    colours: list[Colour] | None = None


@pytest.mark.parametrize(
    "values",
    [
        {"page": "1"},
        {"page": "2", "wait": "true"},
        {"page": "2", "wait": "0", "colours": ["red", "blue"]},
        {"page": "2", "colours": "red"},
    ],
)
def test_parameters_are_judged_as_text(values: dict[str, str | list[str]]) -> None:
    assert judge_text_values(Query, values, "query") == ()


@pytest.mark.parametrize(
    ("values", "path", "rule"),
    [
        ({}, "query page", "parameter-missing"),
        ({"page": "0"}, "query page", "parameter-value"),
        ({"page": "x"}, "query page", "parameter-value"),
        ({"page": ["1", "2"]}, "query page", "parameter-value"),
        ({"page": "1", "wait": "maybe"}, "query wait", "parameter-value"),
        ({"page": "1", "colours": ["red", "green"]}, "query colours", "parameter-value"),
        ({"page": "1", "wiat": "true"}, "query wiat", "parameter-undeclared"),
        ({"page": "1", "wiat": ["a", "b"]}, "query wiat", "parameter-undeclared"),
    ],
)
def test_a_broken_parameter_is_found(values: dict[str, str | list[str]], path: str, rule: str) -> None:
    assert rules(judge_text_values(Query, values, "query")) == [(path, rule)]


def test_a_parameters_value_is_never_shown() -> None:
    assert "hunter2" not in str(judge_text_values(Query, {"page": "hunter2", "x": "hunter2"}, "query"))


def test_a_mismatch_is_one_line() -> None:
    mismatch = Problem("$.a", "integer", "a string of 1 characters", "field-type").on("GET /a", "response")

    assert str(mismatch) == "GET /a response $.a: expected integer, got a string of 1 characters [field-type]"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("dark green", '"dark green"'),
        ("ada@example.com", "a string of 15 characters"),
        ("sk-4eC39HqLyjWDarjtT1zdp7dc", "a string of 27 characters"),
    ],
)
def test_what_came_in_the_place_of_a_member_is_shown_where_it_is_but_words(value: str, shown: str) -> None:
    (problem,) = judge_value(Settings, {"colour": value})

    assert problem.actual == shown


class Roll(Payload, source="assumed"):
    ages: dict[str, int]
    at_type: Annotated[int, Field(alias="@type")] = 0


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"ages": {"ada@example.com": "x"}}, '$.ages["*"]'),
        ({"ages": {"7e3a0f": "x"}}, '$.ages["*"]'),
        ({"ages": {}, "ada@example.com": 1}, '$["*"]'),
        ({"ages": {}, "town": 1}, "$.town"),
        ({"ages": {}, "@type": "x"}, '$["@type"]'),
    ],
)
def test_a_key_that_may_be_data_is_not_shown(document: Json, path: str) -> None:
    assert [problem.path for problem in judge_value(Roll, document, closed=True)] == [path]
