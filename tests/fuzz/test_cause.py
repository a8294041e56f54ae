"""The cause of what is wrong, told once however many checks object to it."""

from __future__ import annotations

import pytest

from troth.fuzz import Failure
from troth.fuzz.cause import causes


def failure(check: str, path: str, rule: str = "", expected: str = "") -> Failure:
    """A failed check."""
    return Failure(check, "wrong", path=path, rule=rule, expected=expected)


@pytest.mark.parametrize(
    ("engine", "judge"),
    [
        (
            failure("status_code_conformance", "status", "undeclared"),
            failure("judge", "status", "status-undeclared"),
        ),
        (
            failure("content_type_conformance", "header Content-Type", "undeclared"),
            failure("judge", "header content-type", "content-type"),
        ),
        (
            failure("response_headers_conformance", "header Retry-After", "missing"),
            failure("judge", "header retry-after", "header-missing"),
        ),
        (
            failure("response_schema_conformance", "$.items[0].size", "type"),
            failure("judge", "$.items[7].size", "field-type"),
        ),
        (
            failure("response_schema_conformance", "$", "malformed"),
            failure("judge", "$", "body-malformed"),
        ),
    ],
    ids=["status", "content type", "header", "body", "malformed"],
)
def test_a_check_and_the_judge_say_the_same_once(engine: Failure, judge: Failure) -> None:
    (cause,) = causes([judge, engine])

    assert cause.failure == engine
    assert cause.also == (f"judge ({judge.rule})",)


def test_what_the_judge_sees_alone_has_the_key_of_what_both_see() -> None:
    engine = failure("response_schema_conformance", "$.items[0].size", "type")
    judge = failure("judge", "$.items[3].size", "field-type")

    (both,), (alone,) = causes([engine, judge]), causes([judge])

    assert both.key == alone.key


def test_items_of_a_list_that_are_wrong_alike_are_one_cause() -> None:
    found = causes([failure("judge", f"$.items[{index}].size", "field-type") for index in range(9)])

    assert [cause.failure.path for cause in found] == ["$.items[0].size"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (failure("judge", "$.size", "field-type"), failure("judge", "$.title", "field-type")),
        (failure("judge", "status", "status-undeclared"), failure("judge", "$.size", "field-type")),
        (
            failure("response_headers_conformance", "header A", "missing"),
            failure("response_headers_conformance", "header B", "missing"),
        ),
        (failure("ignored_auth", "status", "no_auth"), failure("use_after_free", "status", "DELETE /a")),
        (failure("ignored_auth", "status", "no_auth"), failure("judge", "status", "status-undeclared")),
    ],
    ids=["members", "status and body", "headers", "checks", "a check of its own"],
)
def test_what_differs_is_told_apart(one: Failure, other: Failure) -> None:
    assert [cause.failure for cause in causes([one, other])] == [one, other]


def test_another_rule_at_the_same_place_of_another_answer_is_another_cause() -> None:
    (null,), (long,) = (
        causes([failure("judge", "$.title", "field-null")]),
        causes([failure("judge", "$.title", "field-constraint")]),
    )

    assert null.key != long.key


def test_crashes_at_different_lines_are_told_apart() -> None:
    (one,), (other,) = (
        causes([failure("not_a_server_error", "status", f"KeyError at app.py:{line}")]) for line in (1, 2)
    )

    assert one.key != other.key


def test_each_header_that_is_missing_is_a_cause() -> None:
    together = failure("response_headers_conformance", "header Retry-After, Location", "missing")

    assert [cause.failure.path for cause in causes([together])] == ["header Retry-After", "header Location"]


def test_a_union_that_nothing_fits_is_told_by_what_the_judge_found_below_it() -> None:
    union = failure("response_schema_conformance", "$.owner", "anyOf")
    judge = failure("judge", "$.owner.name", "field-missing", expected="this field")

    (cause,) = causes([union, judge])

    assert (cause.failure.check, cause.failure.path) == ("response_schema_conformance", "$.owner.name")
    assert cause.failure.expected == "this field"
    assert cause.also == ("judge (field-missing)",)


def test_two_members_below_a_union_stay_two_causes() -> None:
    union = failure("response_schema_conformance", "$", "anyOf")
    below = [failure("judge", f"$.{name}", "field-type") for name in ("size", "title")]

    assert [cause.failure.path for cause in causes([union, *below])] == ["$.size", "$.title"]


def test_a_union_that_the_judge_accepts_is_a_cause_itself() -> None:
    union = failure("response_schema_conformance", "$.owner", "oneOf")
    elsewhere = failure("judge", "$.size", "field-type")

    assert [cause.failure for cause in causes([union, elsewhere])] == [union, elsewhere]
