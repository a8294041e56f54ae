"""What Schemathesis is told: its own file as far as that says what is checked, and values of the state."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pacts.library import library_api
from troth.errors import BrokenFile
from troth.fuzz.config import Budget, configured, read_table, switched_off
from troth.fuzz.document import Document
from troth.fuzz.settings import FuzzSettings
from troth.openapi import document
from troth.provider import JsonScalar

OPERATIONS = Document(document(library_api()), "openapi.json").operations
OFFERED = {"operations": ["* /loans/{id}"], "path.id": ["$loan", 7]}


def offers(settings: FuzzSettings, values: dict[str, JsonScalar]) -> dict[str, tuple[object, ...]]:
    """What is offered where: label and place to values."""
    config = configured({}, settings, OPERATIONS, values, Budget())
    return {
        f"{entry['include-name']} {place}": tuple(config["dictionaries"][bound["dictionary"]]["values"])
        for entry in config["operations"]
        for place, bound in entry["parameters"].items()
    }


def test_values_of_the_state_are_offered_to_parameters_of_their_name() -> None:
    assert offers(FuzzSettings(), {"shelf": 7, "other": 1}) == {"GET /shelves/{shelf} path.shelf": (7,)}


def test_a_value_is_offered_half_of_the_time() -> None:
    config = configured({}, FuzzSettings(), OPERATIONS, {"shelf": 7}, Budget())

    [entry] = config["operations"]
    assert entry["parameters"]["path.shelf"]["probability"] == 0.5


def test_a_value_of_the_state_is_offered_beside_others() -> None:
    settings = FuzzSettings.model_validate({"values": [OFFERED]})

    assert offers(settings, {"loan": "a-loan"}) == {
        "GET /loans/{id} path.id": ("a-loan", 7),
        "DELETE /loans/{id} path.id": ("a-loan", 7),
    }


def test_what_the_settings_offer_comes_before_the_name() -> None:
    settings = FuzzSettings.model_validate({"values": [OFFERED]})

    assert offers(settings, {"id": "by-name", "loan": 3})["GET /loans/{id} path.id"] == (3, 7)


def test_a_value_that_the_state_does_not_have_is_left_out() -> None:
    settings = FuzzSettings.model_validate({"values": [OFFERED]})

    assert offers(settings, {})["GET /loans/{id} path.id"] == (7,)


def test_a_text_is_offered_as_it_is() -> None:
    settings = FuzzSettings.model_validate({"values": [{"path.id": ["loan"]}]})

    assert offers(settings, {"loan": 3})["GET /loans/{id} path.id"] == ("loan",)


def test_values_offered_to_one_operation_stand_together() -> None:
    """Of two entries for one operation, Schemathesis reads the parameters of the first alone."""
    offered = {"operations": ["GET /loans/{id}"], "path.id": [7], "query.page": [1], "header.X-Shelf": ["a"]}
    settings = FuzzSettings.model_validate({"values": [offered]})

    config = configured({}, settings, OPERATIONS, {}, Budget())

    [entry] = config["operations"]
    assert set(entry["parameters"]) == {"path.id", "query.page", "header.X-Shelf"}


@pytest.mark.parametrize(("seconds", "expected"), [(None, None), (9, 9)])
def test_a_time_budget_is_told_where_there_is_one(seconds: int | None, expected: int | None) -> None:
    config = configured({}, FuzzSettings(), (), {}, Budget(seed=4, max_examples=3, seconds=seconds))

    assert (config["seed"], config.get("max-time")) == (4, expected)


def test_nothing_is_handed_on_from_one_run_to_the_next() -> None:
    assert configured({}, FuzzSettings(), (), {}, Budget())["cache"] == {"enabled": False}


WHERE = ("not_a_server_error", "include-name = 'GET /notes'")
FILE = """
seed = 9
base-url = "https://elsewhere.example"
headers = { Authorization = "Bearer s3cret" }
checks.use_after_free.enabled = false

[auth.openapi.Bearer]
bearer = "${NOWHERE}"

[[operations]]
include-name = "GET /notes"
request-timeout = 3
checks.not_a_server_error.enabled = false

[[project]]
title = "notes"
rate-limit = "1/s"
checks.judge.enabled = false
"""


def test_of_the_file_of_schemathesis_only_what_is_checked_is_read(tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(FILE, encoding="utf-8")

    assert read_table(tmp_path) == {
        "checks": {"use_after_free": {"enabled": False}},
        "operations": [
            {"include-name": "GET /notes", "checks": {"not_a_server_error": {"enabled": False}}},
        ],
        "project": [{"title": "notes", "checks": {"judge": {"enabled": False}}, "operations": []}],
    }


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("notes", [("use_after_free", "every operation"), WHERE, ("judge", "every operation")]),
        ("another", [("use_after_free", "every operation"), WHERE]),
    ],
)
def test_checks_that_are_switched_off_are_known(
    tmp_path: Path, title: str, expected: list[tuple[str, str]]
) -> None:
    (tmp_path / "schemathesis.toml").write_text(FILE, encoding="utf-8")

    assert list(switched_off(read_table(tmp_path), title)) == expected


@pytest.mark.parametrize(
    "text", ["checks.enabled = false", '[[operations]]\ninclude-name = "GET /notes"\nenabled = false']
)
def test_whole_operations_that_are_switched_off_are_known(tmp_path: Path, text: str) -> None:
    (tmp_path / "schemathesis.toml").write_text(text, encoding="utf-8")

    assert [check for check, _ in switched_off(read_table(tmp_path), "")] == ["every check"]


def test_without_the_file_nothing_is_read(tmp_path: Path) -> None:
    assert read_table(tmp_path) == {}


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text("[", encoding="utf-8")

    with pytest.raises(BrokenFile, match=r"schemathesis\.toml.*it is not TOML"):
        read_table(tmp_path)
