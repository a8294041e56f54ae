"""Rows that come out of the cache as they went in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.models import Enrollment, Exam, Problem
from courses.services.cache_rows import IdsCodec, Listed, PageCodec, RowCodec, StatusesCodec

unhurried = settings(deadline=None)
EXAM = Exam(
    pk=7,
    course_id=3,
    title="Graphs",
    start_time=datetime(2031, 3, 30, 1, 59, 59, 123456, UTC),
    end_time=datetime(2031, 3, 30, 6, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    show_results_after_submit=False,
)
moments = st.datetimes(timezones=st.just(UTC))


def columns(row: Exam | Enrollment | Problem) -> dict[str, object]:
    """All that a row has in its table."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def through_json(packed: object) -> object:
    return json.loads(json.dumps(packed))


@unhurried
@given(
    st.builds(
        Exam,
        id=st.integers(1, 2**63 - 1),
        course_id=st.integers(1),
        title=st.text(max_size=200),
        description=st.text(),
        start_time=moments,
        end_time=moments,
        duration_minutes=st.integers(0, 10_000),
        total_score=st.integers(0, 9999),
        shuffle_questions=st.booleans(),
    )
)
@pytest.mark.case("A059")
@pytest.mark.case("A081")
def test_any_exam_comes_back_as_it_was(exam: Exam) -> None:
    codec = RowCodec(Exam)

    found = codec.unpack(through_json(codec.pack(exam)))

    assert found is not None
    assert columns(found) == columns(exam)


def test_a_row_that_comes_back_is_one_of_the_database() -> None:
    found = RowCodec(Exam).unpack(RowCodec(Exam).pack(EXAM))

    assert found == EXAM
    assert found._state.adding is False
    assert found._state.db == "default"


def test_the_absence_of_a_row_comes_back() -> None:
    assert RowCodec(Exam).unpack(through_json(RowCodec(Exam).pack(None))) is None


def test_an_empty_column_comes_back_empty() -> None:
    orphan = Problem(pk=1, chapter=None, type="choice", title="None")

    found = RowCodec(Problem).unpack(RowCodec(Problem).pack(orphan))

    assert found is not None
    assert found.chapter_id is None


@pytest.mark.parametrize(
    "page", [Listed[Exam](0, []), Listed(1, [EXAM]), Listed[Exam](12, [])], ids=["empty", "one", "behind"]
)
def test_a_page_comes_back_as_it_was(page: Listed[Exam]) -> None:
    codec = PageCodec(Exam)

    assert codec.unpack(through_json(codec.pack(page))) == page


def test_an_empty_list_is_packed_as_one() -> None:
    assert PageCodec(Exam).pack(Listed(0, [])) == []


@unhurried
@given(st.dictionaries(st.integers(1), st.sampled_from(["solved", "failed"])))
def test_statuses_come_back_under_their_ids(statuses: dict[int, str]) -> None:
    codec = StatusesCodec()

    assert codec.unpack(through_json(codec.pack(statuses))) == statuses


@pytest.mark.parametrize(
    "packed",
    [
        7,
        [],
        "text",
        {},
        {"id": "7"},
        {**RowCodec(Exam).pack(EXAM), "start_time": "yesterday"},
        {**RowCodec(Exam).pack(EXAM), "start_time": "2031-02-30T00:00:00+00:00"},
        {**RowCodec(Exam).pack(EXAM), "id": "seven"},
        {**RowCodec(Exam).pack(EXAM), "show_results_after_submit": "maybe"},
    ],
)
@pytest.mark.case("A059")
def test_what_is_no_row_is_told_apart(packed: object) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError, IndexError)):
        RowCodec(Exam).unpack(packed)


@pytest.mark.parametrize("packed", [7, None, {}, {"count": 1}, {"count": "x", "items": []}, ["x"]])
@pytest.mark.case("A059")
def test_what_is_no_page_is_told_apart(packed: object) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError, IndexError)):
        PageCodec(Exam).unpack(packed)


@pytest.mark.parametrize("packed", [7, None, {"x": 1}, ["x"], [None]])
@pytest.mark.case("A059")
def test_what_is_no_list_of_ids_is_told_apart(packed: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        IdsCodec().unpack(packed)
