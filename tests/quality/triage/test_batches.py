"""No batch has more tests than a person reviews at once."""

from __future__ import annotations

import pytest

from tests.quality.triage.facts import USUAL, file, full_suite, measured
from troth.quality.triage.measured import FileCoverage, Function
from troth.quality.triage.plan import plan
from troth.quality.triage.settings import TriageSettings


def wanting(path: str, tests: int) -> FileCoverage:
    """A file with so many functions that nobody tests."""
    functions = tuple(Function(f"f{number}", frozenset({number})) for number in range(1, tests + 1))
    return file(path, 0, tests, functions=functions)


def shares(*files: FileCoverage, settings: TriageSettings = USUAL) -> list[list[tuple[str, int]]]:
    made = plan(measured(*files), full_suite(*(each.path for each in files)), settings)
    return [[(part.target.file.path, part.tests) for part in batch] for batch in made.batches]


@pytest.mark.case("Q003")
def test_twenty_tests_stay_together() -> None:
    assert shares(wanting("a.py", 12), wanting("b.py", 8)) == [[("a.py", 12), ("b.py", 8)]]


@pytest.mark.case("Q003")
def test_the_twenty_first_test_is_put_off() -> None:
    assert shares(wanting("a.py", 12), wanting("b.py", 9)) == [[("a.py", 12)], [("b.py", 9)]]


@pytest.mark.case("Q003")
def test_a_file_that_wants_more_than_twenty_is_split() -> None:
    found = shares(wanting("a.py", 45), wanting("b.py", 3))

    assert found == [[("a.py", 20)], [("a.py", 20)], [("a.py", 5), ("b.py", 3)]]


def test_a_file_that_is_split_fills_what_is_left() -> None:
    found = shares(wanting("a.py", 5), file("b.py", 1, 26, functions=wanting("b.py", 25).functions))

    assert found == [[("a.py", 5), ("b.py", 15)], [("b.py", 10)]]


def test_the_settings_may_ask_for_less() -> None:
    settings = TriageSettings(batch=2)

    assert shares(wanting("a.py", 3), settings=settings) == [[("a.py", 2)], [("a.py", 1)]]


def test_nothing_to_test_is_planned_as_nothing() -> None:
    assert shares() == []


def test_a_file_wants_a_test_for_each_kind_at_least() -> None:
    till = file("till.py", 0, 2, functions=(Function("add", frozenset({1, 2})),))

    made = plan(measured(till), full_suite(), USUAL)

    assert made.targets[0].wanted == 3


def test_code_outside_of_functions_is_told_only_where_nothing_else_is_missed() -> None:
    outside = Function("", frozenset({1, 2}))
    both = file("a.py", 0, 3, functions=(outside, Function("add", frozenset({3}))))
    alone = file("b.py", 0, 2, functions=(outside,))

    assert [each.name for each in both.missed_functions] == ["add"]
    assert alone.missed_functions == (outside,)
