"""Problems that are known do not fail, and a baseline only shrinks."""

from __future__ import annotations

import pytest

from tests.quality.conftest import BRANCHES, FINE, LOOPS, Suite


@pytest.fixture
def known(suite: Suite) -> Suite:
    """A suite whose one problem is in its baseline."""
    suite.write("tests/test_till.py", BRANCHES)
    suite.lint("--write-baseline", "known.json")
    return suite


def test_writing_a_baseline_fails_nothing(suite: Suite) -> None:
    suite.write("tests/test_till.py", BRANCHES)

    ran = suite.lint("--write-baseline", "known.json")

    assert (ran.status, ran.out.splitlines()[-1].endswith("; 1 exception (1 by the baseline)")) == (0, True)


def test_what_is_known_does_not_fail(known: Suite) -> None:
    ran = known.lint("--baseline", "known.json")

    assert (ran.status, "1 exception (1 by the baseline)" in ran.out) == (0, True)


def test_lines_that_are_added_above_change_nothing(known: Suite) -> None:
    known.write(
        "tests/test_till.py",
        f'"""Of a till."""\n\nOPEN = 1\n\n\n{FINE.replace("sundays", "mondays")}\n{BRANCHES}',
    )

    ran = known.lint("--baseline", "known.json")

    assert ran.status == 0, ran.out


def test_a_new_problem_fails(known: Suite) -> None:
    known.write("tests/test_till.py", BRANCHES + LOOPS)

    ran = known.lint("--baseline", "known.json")

    assert (ran.status, "Q201" in ran.out, "Q202" in ran.out) == (1, False, True)


def test_the_same_problem_a_second_time_is_new(known: Suite) -> None:
    known.write("tests/test_till.py", f"{BRANCHES}    if day:\n        assert day == 1\n")

    ran = known.lint("--baseline", "known.json")

    assert (ran.status, ran.out.count("Q201")) == (1, 1)


def test_an_entry_that_matches_nothing_is_told(known: Suite) -> None:
    known.write("tests/test_till.py", FINE)

    ran = known.lint("--baseline", "known.json")

    assert ran.status == 1
    assert "known.json:1:1: warning Q902 Q201 in tests/test_till.py is gone" in ran.out


def test_an_entry_of_a_file_that_was_not_looked_at_says_nothing(known: Suite) -> None:
    (known.root / "tests" / "test_till.py").rename(known.root / "test_till.py")
    known.write("tests/test_other.py", FINE)

    ran = known.lint("--baseline", "known.json")

    assert ran.status == 0


@pytest.mark.parametrize("content", ["", "[]", '{"format": 2, "problems": []}', '{"problems": [{}]}'])
def test_a_file_that_is_no_baseline_is_told(suite: Suite, content: str) -> None:
    suite.write("tests/test_till.py", FINE)
    suite.write("known.json", content)

    ran = suite.lint("--baseline", "known.json")

    assert (ran.status, "known.json: it is no baseline" in ran.err) == (2, True)


def test_a_baseline_that_is_not_there_is_told(suite: Suite) -> None:
    suite.write("tests/test_till.py", FINE)

    ran = suite.lint("--baseline", "known.json")

    assert (ran.status, "there is no baseline known.json" in ran.err) == (2, True)


def test_a_baseline_is_either_read_or_written(suite: Suite) -> None:
    suite.write("tests/test_till.py", FINE)

    ran = suite.lint("--baseline", "a.json", "--write-baseline", "b.json")

    assert ran.status == 2
