"""What files came to is kept by content, and by the content of what had a say in it."""

from __future__ import annotations

import json

import pytest

from tests.quality.conftest import BRANCHES, FINE, Suite

USES_A_FIXTURE = """
def test_till_opens_on_sundays(look):
    look("sunday")
"""
ASSERTING = """
import pytest


@pytest.fixture
def look():
    def looked(day):
        assert day == "sunday"

    return looked
"""


def cached(suite: Suite, *arguments: str) -> int:
    """How many files of a run were as they had been."""
    return int(json.loads(suite.lint("--format", "json", *arguments).out)["cached"])


def test_a_second_run_looks_at_nothing_again(suite: Suite) -> None:
    suite.write("tests/test_till.py", BRANCHES)
    suite.write("tests/test_other.py", FINE)
    suite.lint()

    again = cached(suite)

    assert again == 2


def test_what_comes_from_the_cache_is_what_was_found(suite: Suite) -> None:
    suite.write("tests/test_till.py", BRANCHES)
    first = suite.lint("-v")

    second = suite.lint("-v")

    assert second == first


def test_a_file_that_changed_is_looked_at_again(suite: Suite) -> None:
    suite.write("tests/test_till.py", BRANCHES)
    suite.lint()
    suite.write("tests/test_till.py", FINE)

    ran = suite.lint()

    assert ran.status == 0


@pytest.mark.parametrize("name", ["tests/conftest.py", "conftest.py"])
def test_a_conftest_that_appears_counts(suite: Suite, name: str) -> None:
    suite.write("tests/test_till.py", USES_A_FIXTURE)
    before = suite.lint("--select", "Q301")
    suite.write(name, ASSERTING)

    after = suite.lint("--select", "Q301")

    assert (before.status, after.status) == (1, 0)


def test_a_helper_that_changed_counts(suite: Suite) -> None:
    suite.write("tests/looks.py", "def look(day):\n    assert day\n")
    suite.write(
        "tests/test_till.py", "from tests.looks import look\n" + USES_A_FIXTURE.replace("(look)", "()")
    )
    before = suite.lint("--select", "Q301")
    suite.write("tests/looks.py", "def look(day):\n    return day\n")

    after = suite.lint("--select", "Q301")

    assert (before.status, after.status) == (0, 1)


def test_other_settings_have_a_cache_of_their_own(suite: Suite) -> None:
    suite.write("tests/test_till.py", FINE)
    suite.lint()

    other = cached(suite, "--ignore", "Q201")

    assert other == 0


def test_no_cache_looks_at_each_file_anew(suite: Suite) -> None:
    suite.write("tests/test_till.py", FINE)
    suite.lint()

    anew = cached(suite, "--no-cache")

    assert anew == 0


@pytest.mark.parametrize("content", ["{", "[]", '{"x": 1}', "\0"])
def test_a_broken_cache_costs_only_time(suite: Suite, content: str) -> None:
    suite.write("tests/test_till.py", BRANCHES)
    suite.lint()
    [kept] = suite.root.glob(".troth/lint-cache/*.json")
    kept.write_text(content, encoding="utf-8")

    ran = suite.lint()

    assert ran.out.startswith("tests/test_till.py:2:5: error Q201")


def test_a_cache_of_another_form_costs_only_time(suite: Suite) -> None:
    path = suite.write("tests/test_till.py", BRANCHES)
    suite.lint()
    [kept] = suite.root.glob(".troth/lint-cache/*.json")
    entries = json.loads(kept.read_bytes())
    entries[str(path)]["report"] = {"of": "another time"}
    kept.write_text(json.dumps(entries), encoding="utf-8")

    ran = suite.lint()

    assert ran.out.startswith("tests/test_till.py:2:5: error Q201")


def test_few_caches_are_kept(suite: Suite) -> None:
    suite.write("tests/test_till.py", FINE)
    runs = [suite.lint("--ignore", f"Q20{number}").status for number in range(1, 6)]

    kept = list(suite.root.glob(".troth/lint-cache/*"))

    assert (runs, len(kept)) == ([0] * 5, 4)
