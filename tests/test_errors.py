"""Errors say what happened, where, and what to do next."""

from __future__ import annotations

from pathlib import Path

import pytest

from troth.errors import BrokenFile, CouldNotCheck, TrothError, UnknownName, UsageProblem


def test_a_hint_stands_on_its_own_line() -> None:
    assert str(UsageProblem("no port is free", hint="name one with --port")) == (
        "no port is free\n  name one with --port"
    )


def test_without_a_hint_there_is_one_line() -> None:
    assert str(CouldNotCheck("the service is away")) == "the service is away"


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("jugde0", ["judge0", "pachca"], "no API is named 'jugde0'; did you mean 'judge0'?"),
        ("xyz", ["judge0", "pachca"], "no API is named 'xyz'; known: 'judge0', 'pachca'"),
        ("xyz", [], "no API is named 'xyz'; known: none"),
    ],
)
def test_an_unknown_name_comes_with_those_that_are_known(name: str, known: list[str], said: str) -> None:
    assert str(UnknownName("API", name, known)) == said


@pytest.mark.parametrize(("line", "place"), [(7, "a.yaml:7"), (None, "a.yaml")])
def test_a_broken_file_names_its_place(line: int | None, place: str) -> None:
    assert str(BrokenFile(Path("a.yaml"), "not YAML", line=line)) == f"{place}: not YAML"


def test_what_could_not_be_checked_is_no_usage_problem() -> None:
    assert issubclass(CouldNotCheck, TrothError)
    assert not issubclass(CouldNotCheck, UsageProblem)
