"""The walk over a type and a value, which redaction, pacts and messages share."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from troth import walk
from troth.fields import Payload, Safe, Stand, Uuid
from troth.jsontext import Json


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Short(Payload, source="assumed"):
    token: Uuid


class Long(Payload, source="assumed"):
    token: Uuid
    level: Level
    note: Safe[str] | None = None
    kept: bool = False
    inner: Annotated[str, Field(alias="innerText")] = ""


class Box(Payload, source="assumed"):
    items: list[Short | Long]
    named: dict[str, Safe[int]]
    anything: Any = None


def spot(annotation: object, value: Json, *path: str | int) -> walk.Spot:
    """The spot at ``path``."""
    [found] = [spot for spot in walk.walk(annotation, value) if spot.path == path]
    return found


def test_places_come_in_document_order_containers_first() -> None:
    paths = [spot.path for spot in walk.walk(Box, {"named": {"b": 1, "a": 2}, "items": [{"token": "x"}]})]

    assert paths == [
        (),
        ("named",),
        ("named", "b"),
        ("named", "a"),
        ("items",),
        ("items", 0),
        ("items", 0, "token"),
    ]


def test_leaves_are_scalars_and_empty_containers() -> None:
    paths = [spot.path for spot in walk.leaves(Box, {"named": {"a": 2}, "items": []})]

    assert paths == [("named", "a"), ("items",)]


def test_a_union_is_walked_as_the_member_that_declares_most_of_the_keys() -> None:
    item = spot(Box, {"items": [{"token": "x", "level": 7}]}, "items", 0)

    assert (item.annotation, item.union) == (Long, True)


def test_among_equals_the_member_with_the_fewest_missing_keys_is_meant() -> None:
    assert spot(Box, {"items": [{"token": "x"}]}, "items", 0).annotation is Short


@pytest.mark.parametrize(
    ("annotation", "value", "chosen"),
    [
        (int | str, "x", str),
        (int | str, 1, int),
        (int | bool, True, bool),
        (float | str, 1, float),
        (Level | str, 1, Level),
        (Literal["a"] | int, 1, int),
        (dict[str, int] | Short, {"z": 1}, dict[str, int]),
        (list[int] | str, "x", str),
    ],
)
def test_among_scalars_the_kind_decides(annotation: object, value: Json, chosen: object) -> None:
    assert walk.branch(annotation, value)[0] == chosen


@pytest.mark.parametrize(
    ("value", "path", "safe"),
    [
        ({"token": "x", "level": 1}, ("token",), False),
        ({"token": "x", "level": 1}, ("level",), True),
        ({"token": "x", "level": 1, "note": "n"}, ("note",), True),
        ({"token": "x", "level": 1, "kept": True}, ("kept",), True),
        ({"token": "x", "level": 1, "innerText": "n"}, ("innerText",), False),
        ({"token": None, "level": 1}, ("token",), True),
        ({"token": "x", "level": 1, "new": "n"}, ("new",), False),
        ({"token": "x", "level": 1, "new": 7}, ("new",), False),
        ({"token": "x", "level": 1, "new": False}, ("new",), True),
    ],
)
def test_a_place_is_safe_only_by_its_mark_or_by_its_kind(
    value: Json,
    path: tuple[str, ...],
    safe: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    assert spot(Long, value, *path).safe is safe


def test_a_safe_container_makes_safe_what_it_holds() -> None:
    assert spot(Safe[list[str]], ["x"], 0).safe


def test_a_mark_of_form_does_not_pass_to_children() -> None:
    annotation = Annotated[list[str], Stand("n{n}")]

    assert spot(annotation, ["x"]).stand == Stand("n{n}")
    assert spot(annotation, ["x"], 0).stand is None


def test_a_value_of_a_dict_takes_the_mark_of_its_type() -> None:
    assert spot(Box, {"named": {"a": 1}}, "named", "a").safe


def test_what_the_contract_does_not_declare_is_not_declared() -> None:
    assert not spot(Long, {"new": {"a": 1}}, "new").declared
    assert not spot(Long, {"new": {"a": 1}}, "new", "a").declared


def test_a_field_goes_by_its_wire_name() -> None:
    assert spot(Long, {"innerText": "x"}, "innerText").declared
    assert not spot(Long, {"inner": "x"}, "inner").declared


def test_a_spot_says_whether_the_field_is_required() -> None:
    assert spot(Long, {"token": "x"}, "token").required
    assert not spot(Long, {"note": "x"}, "note").required


def test_none_and_annotated_are_taken_off() -> None:
    bare, nullable, marks = walk.unwrapped(Annotated[Uuid | None, "outer"])

    assert bare is str
    assert nullable
    assert "outer" in marks


@pytest.mark.parametrize(
    ("annotation", "holds"),
    [
        (Box, True),
        (list[Short | Long], True),
        (dict[str, Short | str], True),
        (Short | Long, False),
        (list[Short | None], False),
        (list[int | str], False),
        (Long, False),
    ],
)
def test_unions_of_models_below_the_root_are_known(
    annotation: object,
    holds: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    assert walk.holds_model_union(annotation) is holds
