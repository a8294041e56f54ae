"""Links of the document lead from what is answered to what can be asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from config import openapi
from config.links import ASKED, Link, links

DOCUMENT: dict[str, Any] = json.loads(openapi.document())
OPERATIONS: dict[str, dict[str, Any]] = {
    operation["operationId"]: operation for item in DOCUMENT["paths"].values() for operation in item.values()
}
LINKS = {f"{link.source} {link.status} {link.target}": link for link in links()}
MADE = {name: each for name, each in OPERATIONS.items() if name.startswith("create_")}
BODY = "$response.body#/"


def in_path(name: str) -> set[str]:
    return {each["name"] for each in OPERATIONS[name].get("parameters", ()) if each["in"] == "path"}


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def at(schema: Mapping[str, Any], pointer: Sequence[str]) -> Mapping[str, Any]:
    """What the schema says at a place. Raises KeyError where it has none."""
    if "$ref" in schema:
        return at(resolved(schema), pointer)
    if not pointer:
        return schema
    inner = schema["items"] if pointer[0] == "0" else schema["properties"][pointer[0]]
    return at(inner, pointer[1:])


def wrong(link: Link) -> Iterator[str]:
    """What is not there of what the link names."""
    if link.source not in OPERATIONS or link.target not in OPERATIONS:
        yield "operation"
        return
    answer = OPERATIONS[link.source]["responses"].get(str(link.status))
    if answer is None:
        yield "status"
        return
    if {name for name, _ in link.parameters} != in_path(link.target):
        yield "parameters"
    for _, expression in link.parameters:
        if not leads_to_an_id(link.source, answer, expression):
            yield expression


def leads_to_an_id(source: str, answer: Mapping[str, Any], expression: str) -> bool:
    if expression.startswith(ASKED):
        return expression.removeprefix(ASKED) in in_path(source)
    schema = answer["content"]["application/json"]["schema"]
    try:
        found = at(schema, expression.removeprefix(BODY).split("/"))
    except KeyError:
        return False
    return "integer" in {found.get("type"), *(each.get("type") for each in found.get("anyOf", ()))}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_a_link_names_what_is_there(link: Link) -> None:
    assert [*wrong(link)] == []


GOOD = Link("create_thread", 201, "show_thread", (("thread_id", "$response.body#/id"),))


@pytest.mark.parametrize(
    "link",
    [
        replace(GOOD, source="make_thread"),
        replace(GOOD, target="see_thread"),
        replace(GOOD, status=200),
        replace(GOOD, parameters=()),
        replace(GOOD, parameters=(("id", "$response.body#/id"),)),
        replace(GOOD, parameters=(("thread_id", "$response.body#/title"),)),
        replace(GOOD, parameters=(("thread_id", "$response.body#/items/0/id"),)),
        replace(GOOD, parameters=(("thread_id", "$request.path.thread_id"),)),
    ],
)
def test_a_link_to_what_is_not_there_is_seen(link: Link) -> None:
    assert [*wrong(GOOD)] == []
    assert len([*wrong(link)]) == 1


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_the_document_has_each(link: Link) -> None:
    declared = OPERATIONS[link.source]["responses"][str(link.status)]["links"][link.target]

    assert declared == {"operationId": link.target, "parameters": dict(link.parameters)}


@pytest.mark.parametrize("name", MADE)
def test_what_is_made_can_be_asked_for_or_ended(name: str) -> None:
    verbs = {link.target.partition("_")[0] for link in LINKS.values() if link.source == name}

    assert verbs & {"show", "revoke"}


@pytest.mark.parametrize(
    "ended", ["delete_thread", "delete_reply", "delete_enrollment", "delete_exam", "revoke_token"]
)
def test_whatever_can_be_ended_is_led_to(ended: str) -> None:
    assert [link.source for link in LINKS.values() if link.target == ended and link.status == 201]
