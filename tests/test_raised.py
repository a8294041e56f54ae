"""What a report says of an exception that the team's code raised."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel, field_validator

from troth.raised import told


class Person(BaseModel):
    age: int
    name: str

    @field_validator("name")
    @classmethod
    def _known(cls, name: str) -> str:
        raise ValueError(f"{name} is nobody")


def test_an_error_is_told_by_its_kind_and_the_line_that_raised_it() -> None:
    with pytest.raises(LookupError) as raised:
        raise LookupError("Ada lives here")

    assert told(raised.value).startswith("LookupError at ")
    assert told(raised.value).endswith('raise LookupError("Ada lives here")')


def test_the_line_is_the_teams_and_not_a_librarys() -> None:
    text = "Ada lives here"
    with pytest.raises(json.JSONDecodeError) as raised:
        json.loads(text)

    assert told(raised.value).endswith(": json.loads(text)")


def test_an_error_that_was_never_raised_is_told_by_its_kind() -> None:
    assert told(KeyError("Ada")) == "KeyError"


def test_a_pydantic_error_names_its_problems_and_no_input() -> None:
    document = {"age": "Ada", "name": "Grace"}
    with pytest.raises(ValueError, match="Grace") as raised:
        Person.model_validate(document)

    assert told(raised.value).endswith(": Person.model_validate(document) (Person: int_parsing, value_error)")
