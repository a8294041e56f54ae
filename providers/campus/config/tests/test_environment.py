"""Settings from the environment."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import database, flag, number


def test_a_postgresql_is_read_from_its_url() -> None:
    found = database("postgresql://ada:p%40ss@db.example:5433/campus")

    named = {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert named == {
        "NAME": "campus",
        "USER": "ada",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
    }


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:///campus.sqlite3", "campus.sqlite3"),
        ("sqlite:////srv/campus.sqlite3", "/srv/campus.sqlite3"),
    ],
)
def test_a_file_of_sqlite_is_read_from_its_url(url: str, name: str) -> None:
    assert database(url)["NAME"] == name


@pytest.mark.parametrize(
    "url", ["mysql://ada:s3cr3t@db.example/campus", "postgresql://s3cr3t@db", "sqlite://"]
)
def test_another_url_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        database(url)

    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "on"), [("1", True), ("true", True), ("0", False), ("", False), ("No", False)]
)
def test_a_switch(value: str, *, on: bool) -> None:
    assert flag({"CAMPUS_DEBUG": value}, "CAMPUS_DEBUG") is on


def test_a_switch_that_is_not_set_has_its_default() -> None:
    assert flag({}, "CAMPUS_DEBUG", default=True) is True


def test_a_switch_that_is_neither_on_nor_off_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="CAMPUS_DEBUG"):
        flag({"CAMPUS_DEBUG": "maybe"}, "CAMPUS_DEBUG")


@pytest.mark.parametrize("value", ["soon", "-1", "inf", "nan", ""])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="CAMPUS_JUDGE_SECONDS"):
        number({"CAMPUS_JUDGE_SECONDS": value}, "CAMPUS_JUDGE_SECONDS", 30)


def test_a_number_that_is_not_set_has_its_default() -> None:
    assert number({}, "CAMPUS_JUDGE_SECONDS", 30) == 30
