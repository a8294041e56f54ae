"""A form carries texts alone, and no service can refuse a number that was written as one."""

from __future__ import annotations

import pytest

from troth.fuzz import Failure
from troth.fuzz.forms import is_text_all_the_same

FIELDS = {"code": {"type": "string"}, "size": {"type": "integer"}}


def document(media: str) -> dict[str, object]:
    schema = {"type": "object", "properties": FIELDS}
    return {"paths": {"/runs": {"post": {"requestBody": {"content": {media: {"schema": schema}}}}}}}


def broken(media: str, field: str, keyword: str, check: str = "negative_data_rejection") -> Failure:
    place = ("requestBody", "content", media, "schema", "properties", field, keyword)
    return Failure(check, "Accepted", schema=place)


@pytest.mark.parametrize("media", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_number_in_a_field_of_text_is_a_text(media: str) -> None:
    assert is_text_all_the_same(document(media), "POST /runs", broken(media, "code", "type"))


@pytest.mark.parametrize(
    ("media", "field", "keyword", "check"),
    [
        pytest.param("application/json", "code", "type", "negative_data_rejection", id="JSON knows numbers"),
        pytest.param("multipart/form-data", "size", "type", "negative_data_rejection", id="no text wanted"),
        pytest.param("multipart/form-data", "code", "pattern", "negative_data_rejection", id="no type"),
        pytest.param("multipart/form-data", "code", "type", "not_a_server_error", id="another check"),
    ],
)
def test_whatever_else_is_accepted_counts(media: str, field: str, keyword: str, check: str) -> None:
    failure = broken(media, field, keyword, check)

    assert not is_text_all_the_same(document(media), "POST /runs", failure)


def test_a_failure_without_a_place_counts() -> None:
    failure = Failure("negative_data_rejection", "Accepted")

    assert not is_text_all_the_same(document("multipart/form-data"), "POST /runs", failure)
