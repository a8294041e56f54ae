"""Which languages there are."""

from __future__ import annotations

import pytest

from config.errors import Invalid
from consumers.judge0.solutions import ADDITION, WRAPPED
from courses.services.languages import LANGUAGE_IDS, language_id
from courses.services.wrapping import wrap


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("python", 71),
        ("c", 50),
        ("cpp", 54),
        ("java", 62),
        ("javascript", 63),
        ("go", 60),
        ("rust", 78),
        ("kotlin", 79),
        ("swift", 82),
    ],
)
def test_each_language_has_the_id_of_the_judge(name: str, number: int) -> None:
    assert language_id(name) == number


@pytest.mark.parametrize("name", ["cobol", "Python", "", " python", "71"])
def test_an_unknown_language_is_refused_and_not_taken_for_python(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        language_id(name)

    assert list(caught.value.fields) == ["language"]


def test_the_message_names_the_languages_that_there_are() -> None:
    with pytest.raises(Invalid) as caught:
        language_id("cobol")

    assert caught.value.fields["language"] == f"it is none of {', '.join(LANGUAGE_IDS)}"


def test_the_recorded_solution_is_what_campus_makes_of_the_function() -> None:
    assert wrap(ADDITION, "python", "solve") == WRAPPED
