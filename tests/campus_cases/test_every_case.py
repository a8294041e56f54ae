"""Every case of the domain of courses has a test that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campus_cases.marked import CASES, Marked, marked, nodes, without_a_test
from tests.support.pages import ROOT

FILE = "campus/test_sums.py"


def found_in(tmp_path: Path, source: str) -> list[Marked]:
    """What is marked in a repository with that one file of tests."""
    file = tmp_path / FILE
    file.parent.mkdir()
    file.write_text(source, encoding="utf-8")
    return marked(tmp_path, ["campus"])


def test_every_case_has_a_test_that_names_it() -> None:
    assert without_a_test(marked(ROOT)) == []


def test_a_case_of_campus_that_does_not_exist_is_named_by_no_test() -> None:
    named = {each.case for each in marked(ROOT, ["providers/campus"])}

    assert sorted(named - set(CASES)) == []


def test_the_cases_are_those_of_the_domain() -> None:
    assert (CASES[0], CASES[-1], len(CASES)) == ("A001", "A091", 91)


def test_a_case_without_a_test_is_named() -> None:
    all_but_one = [Marked(case, FILE) for case in CASES if case != "A040"]

    assert without_a_test(all_but_one) == ["A040"]


@pytest.mark.parametrize(
    ("source", "node"),
    [
        pytest.param("@pytest.mark.case('A001')\ndef test_x(): ...", f"{FILE}::test_x", id="a test"),
        pytest.param(
            "@pytest.mark.case('A002')\n@pytest.mark.case('A001')\ndef test_x(): ...",
            f"{FILE}::test_x",
            id="two cases",
        ),
        pytest.param(
            "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.case('A001'))])\n"
            "def test_x(x): ...",
            f"{FILE}::test_x",
            id="a parameter",
        ),
        pytest.param("pytestmark = pytest.mark.case('A001')\ndef test_x(): ...", FILE, id="a file"),
        pytest.param(
            "pytestmark = [pytest.mark.django_db, pytest.mark.case('A001')]\ndef test_x(): ...",
            FILE,
            id="a file with other marks",
        ),
    ],
)
def test_a_mark_is_found_at(tmp_path: Path, source: str, node: str) -> None:
    found = found_in(tmp_path, source)

    assert nodes(found, "A001") == [node]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("@pytest.mark.case('A001')\ndef helper(): ...", id="a function that is no test"),
        pytest.param("pytestmark = pytest.mark.case('A001')", id="a file without tests"),
        pytest.param("marks = pytest.mark.case('A001')\ndef test_x(): ...", id="another name"),
        pytest.param("# @pytest.mark.case('A001')\ndef test_x(): ...", id="a comment"),
    ],
)
def test_a_mark_that_pytest_does_not_see_is_none(tmp_path: Path, source: str) -> None:
    assert found_in(tmp_path, source) == []
