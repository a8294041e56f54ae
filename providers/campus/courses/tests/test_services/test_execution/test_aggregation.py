"""From the results of all cases to one verdict."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.models import SubmissionStatus
from courses.services.execution import NO_CASES, Verdict, aggregate
from courses.services.judging import Reason, Result
from courses.services.limits import CUT_OFF, KEPT_BYTES

S = SubmissionStatus
FAILURES = [
    S.WRONG_ANSWER,
    S.TIME_LIMIT_EXCEEDED,
    S.MEMORY_LIMIT_EXCEEDED,
    S.RUNTIME_ERROR,
    S.COMPILATION_ERROR,
]
ENDS = st.sampled_from([S.ACCEPTED, *FAILURES])


def verdict(*results: Result) -> Verdict:
    """The verdict over cases 1, 2, …"""
    return aggregate(range(1, len(results) + 1), results)


@pytest.mark.case("A001")
def test_accepted_cases_make_an_accepted_submission() -> None:
    found = verdict(Result(S.ACCEPTED, "3\n", "", 12.0, 3.0), Result(S.ACCEPTED, "4\n", "", 20.5, 2.0))

    assert found == Verdict(S.ACCEPTED, "Test case 1:\n3\nTest case 2:\n4", "", 20.5, 3.0)


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.case("A011")
def test_a_failure_is_not_forgotten_whether_it_comes_first_or_last(failure: SubmissionStatus) -> None:
    assert verdict(Result(failure), Result(S.ACCEPTED)).status is failure
    assert verdict(Result(S.ACCEPTED), Result(failure)).status is failure


@given(ends=st.lists(ENDS, min_size=1).flatmap(st.permutations))
@pytest.mark.case("A011")
def test_the_first_failure_in_the_order_of_the_cases_is_reported(ends: list[SubmissionStatus]) -> None:
    failures = [each for each in ends if each is not S.ACCEPTED]

    assert verdict(*map(Result, ends)).status is [*failures, S.ACCEPTED][0]


@given(times=st.lists(st.none() | st.floats(min_value=0.01, max_value=1e5), min_size=1))
@pytest.mark.case("A009")
def test_time_and_memory_are_maxima_of_what_was_measured(times: list[float | None]) -> None:
    found = verdict(*[Result(S.ACCEPTED, time_ms=each, memory_mb=each) for each in times])

    assert found.execution_time == found.memory_used == max((each for each in times if each), default=None)


@pytest.mark.parametrize("times", [[None], [None, None], [0.0], [0.0, None]], ids=repr)
@pytest.mark.case("A009")
def test_what_was_not_measured_is_null(times: list[float | None]) -> None:
    found = verdict(*[Result(S.ACCEPTED, time_ms=each, memory_mb=each) for each in times])

    assert (found.execution_time, found.memory_used) == (None, None)


@pytest.mark.case("A006")
def test_errors_are_listed_under_their_cases() -> None:
    found = verdict(Result(S.ACCEPTED), Result(S.RUNTIME_ERROR, "", "ValueError: no\n\n"))

    assert (found.output, found.error) == ("", "Test case 2:\nValueError: no")


@pytest.mark.parametrize("others", [[], [S.ACCEPTED], [S.ACCEPTED, S.WRONG_ANSWER]], ids=str)
@pytest.mark.case("A030")
def test_where_the_judge_failed_first_nothing_else_is_told(others: list[SubmissionStatus]) -> None:
    found = verdict(
        Result(S.INTERNAL_ERROR, "3\n", "isolate: no box"),
        *[Result(each, "4\n", "", 1.0, 1.0) for each in others],
    )

    assert found == Verdict(S.INTERNAL_ERROR, error=Reason.FAILED.value)


def test_what_is_kept_is_shared_between_the_cases() -> None:
    found = verdict(Result(S.ACCEPTED, "a" * KEPT_BYTES), Result(S.ACCEPTED, "b" * KEPT_BYTES))

    half = KEPT_BYTES // 2
    assert found.output == f"Test case 1:\n{'a' * half}{CUT_OFF}\nTest case 2:\n{'b' * half}{CUT_OFF}"


@pytest.mark.case("A012")
def test_no_cases_are_told_as_such() -> None:
    assert Verdict(S.COMPILATION_ERROR, error="No test cases are available for this problem.") == NO_CASES
