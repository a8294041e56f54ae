"""The command that the page names for the tests of courses' services: it finds them, runs them, and fails."""

from __future__ import annotations

import re

import pytest

from tests.campus_cases.copies import manage
from tests.support.pages import page

LABEL = "courses.tests.test_services"
COMMAND = f"providers/campus/manage.py test {LABEL}"
QUIET = "-p no:cacheprovider -q"


@pytest.mark.case("A090")
def test_it_collects_the_tests_of_the_services() -> None:
    ran = manage("test", LABEL, PYTEST_ADDOPTS=f"{QUIET} --collect-only")

    found = re.search(r"^(\d+)(?:/\d+)? tests collected", ran.stdout, flags=re.MULTILINE)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert found is not None
    assert int(found[1]) >= 150


@pytest.mark.case("A083")
def test_it_runs_them() -> None:
    ran = manage("test", f"{LABEL}.test_grading", PYTEST_ADDOPTS=QUIET)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"^[1-9]\d* passed", ran.stdout, flags=re.MULTILINE)


@pytest.mark.case("A083")
@pytest.mark.parametrize("place", ["docs/campus.md", ".ci/run"])
def test_all_of_them_run_where_it_is_named(place: str) -> None:
    assert COMMAND in page(place)


@pytest.mark.case("A090")
def test_it_fails_where_nothing_is_found() -> None:
    ran = manage("test", f"{LABEL}.test_nothing", PYTEST_ADDOPTS=QUIET)

    assert ran.returncode != 0
