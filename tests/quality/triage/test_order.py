"""What comes first: by the covered part, missed lines, layer, branches and path."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from tests.quality.triage.facts import USUAL, file, full_suite, measured
from troth.quality.triage.measured import FileCoverage
from troth.quality.triage.plan import plan
from troth.quality.triage.settings import TriageSettings

ORDERED = (
    file("shop/zoo/tasks.py", 0, 40),
    file("shop/zoo/views.py", 0, 30),
    file("shop/views.py", 0, 10),
    file("shop/serializers.py", 0, 10),
    file("shop/models.py", 0, 10),
    file("shop/utils.py", 0, 10),
    file("shop/tasks.py", 0, 10),
    file("shop/a.py", 0, 10),
    file("shop/b.py", 0, 10),
    file("shop/c.py", 10, 20),
    file("shop/d/views.py", 97, 100),
)
"""Each file before the next by exactly one of the rules."""


def order(files: Sequence[FileCoverage], settings: TriageSettings = USUAL) -> list[str]:
    paths = [each.path for each in files]
    return [each.file.path for each in plan(measured(*files), full_suite(*paths), settings).targets]


@pytest.mark.case("Q004")
@pytest.mark.parametrize(("first", "second"), list(itertools.pairwise(ORDERED)), ids=lambda each: each.path)
def test_each_file_comes_before_the_next(first: FileCoverage, second: FileCoverage) -> None:
    assert order([second, first]) == [first.path, second.path]


@pytest.mark.case("Q004")
@pytest.mark.parametrize("turned", range(len(ORDERED)))
def test_the_order_is_the_same_however_the_report_has_it(turned: int) -> None:
    shuffled = [*ORDERED[turned:], *ORDERED[:turned]][::-1]

    assert order(shuffled) == [each.path for each in ORDERED]


@pytest.mark.case("Q004")
def test_branches_decide_where_part_lines_and_layer_are_the_same() -> None:
    few = file("shop/a.py", 5, 10, missing_branches=((1, 2),))
    many = file("shop/b.py", 5, 10, missing_branches=((1, 2), (3, 4)))

    assert order([few, many]) == ["shop/b.py", "shop/a.py"]


@pytest.mark.case("Q004")
def test_parts_are_compared_exactly_beyond_what_is_shown() -> None:
    lower, higher = file("shop/z.py", 3333, 10_000), file("shop/a.py", 1, 3)

    assert order([higher, lower]) == ["shop/z.py", "shop/a.py"]


@pytest.mark.parametrize(
    ("path", "layer"),
    [
        ("views.py", "views"),
        ("shop/views/till.py", "views"),
        ("shop/api.py", "views"),
        ("shop/schemas.py", "serializers"),
        ("shop/models/till.py", "models"),
        ("shop/services.py", "utils"),
        ("shop/tasks/close.py", "tasks"),
        ("shop/overviews.py", ""),
        ("shop/models_of_tills.py", ""),
    ],
)
def test_a_layer_is_told_by_the_name_of_the_file(path: str, layer: str) -> None:
    assert USUAL.layer(path) == layer


def test_layers_are_in_the_order_of_the_settings() -> None:
    settings = TriageSettings(layers={"domain": ("*/domain/*",), "views": ("*/views.py",)})

    found = order([file("shop/views.py", 0, 1), file("shop/domain/till.py", 0, 1)], settings)

    assert found == ["shop/domain/till.py", "shop/views.py"]


@pytest.mark.parametrize(
    "path",
    [
        "tests/shop/test_till.py",
        "shop/tests/helpers.py",
        "shop/test_till.py",
        "conftest.py",
        "shop/migrations/0001_first.py",
        "consumers/shop/scenarios.py",
    ],
)
def test_tests_and_what_nobody_tests_are_no_targets(path: str) -> None:
    made = plan(measured(file(path, 0, 5)), full_suite(), USUAL)

    assert (made.targets, made.excluded) == ((), 1)


def test_a_file_without_statements_is_no_target() -> None:
    assert order([file("shop/__init__.py", 0, 0)]) == []


def test_a_file_that_is_covered_and_has_every_kind_of_test_is_no_target() -> None:
    assert order([file("shop/till.py", 5, 5)]) == []
