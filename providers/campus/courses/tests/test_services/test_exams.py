"""Exams as staff keep them, and as others see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.factories import UserFactory
from accounts.models import User
from config.errors import Forbidden, Invalid, Unknown
from courses.factories import (
    AlgorithmProblemFactory,
    ChoiceProblemFactory,
    CourseFactory,
    ExamFactory,
    ExamProblemFactory,
    ExamSubmissionFactory,
    FillBlankProblemFactory,
)
from courses.models import Course, Exam, ExamProblem, ExamStatus, ExamSubmission
from courses.schemas.exams import ExamOut
from courses.services import exams
from courses.services.cache_rows import Listed

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = {"title": "Graphs", "start_time": NOW, "end_time": NOW + HOUR}


@pytest.fixture
def student() -> User:
    return UserFactory.create()


@pytest.fixture
def teacher() -> User:
    return UserFactory.create(teacher=True)


@pytest.fixture
def course() -> Course:
    return CourseFactory.create()


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [ExamStatus.DRAFT, ExamStatus.ARCHIVED])
def test_a_student_sees_published_exams_only(status: ExamStatus, student: User) -> None:
    ExamFactory.create(status=status)
    published = ExamFactory.create()

    assert list(exams.visible(student)) == [published]


def test_staff_see_every_exam_the_latest_first(teacher: User) -> None:
    later = ExamFactory.create(future=True)
    draft = ExamFactory.create(draft=True)
    over = ExamFactory.create(over=True)

    assert list(exams.visible(teacher)) == [later, draft, over]


def test_exams_of_one_course(student: User, course: Course) -> None:
    ExamFactory.create()
    wanted = ExamFactory.create(course=course)

    assert list(exams.visible(student, course_id=course.pk)) == [wanted]


def test_exams_in_one_status(teacher: User) -> None:
    ExamFactory.create()
    draft = ExamFactory.create(draft=True)

    assert list(exams.visible(teacher, status=ExamStatus.DRAFT)) == [draft]


def test_a_student_cannot_ask_for_drafts(student: User) -> None:
    ExamFactory.create(draft=True)

    assert list(exams.visible(student, status=ExamStatus.DRAFT)) == []


def test_a_page_of_exams_says_how_many_there_are(student: User, course: Course) -> None:
    first = ExamFactory.create(course=course, start_time=NOW - HOUR, end_time=NOW)
    ExamFactory.create(course=course, start_time=NOW, end_time=NOW + HOUR)

    assert exams.listed(student, page=2, page_size=1) == Listed(2, [first])


def test_a_page_behind_the_last_is_empty(student: User) -> None:
    ExamFactory.create()

    assert exams.listed(student, page=3, page_size=1) == Listed(1, [])


def test_a_published_exam_is_found(student: User) -> None:
    exam = ExamFactory.create()

    assert exams.find(student, exam.pk) == exam


def test_a_draft_is_found_by_staff(teacher: User) -> None:
    draft = ExamFactory.create(draft=True)

    assert exams.find(teacher, draft.pk) == draft


def test_a_draft_is_unknown_to_a_student(student: User) -> None:
    draft = ExamFactory.create(draft=True)

    with pytest.raises(Unknown):
        exams.find(student, draft.pk)


def test_an_exam_that_does_not_exist_is_unknown(teacher: User) -> None:
    with pytest.raises(Unknown):
        exams.find(teacher, 404)


# --- keeping --------------------------------------------------------------------------------------


@time_machine.travel(NOW, tick=False)
def test_a_new_exam_is_a_draft_without_problems(teacher: User, course: Course) -> None:
    exam = exams.create(teacher, course_id=course.pk, fields=WINDOW)

    exam.refresh_from_db()
    assert (exam.course, exam.title, exam.status) == (course, "Graphs", ExamStatus.DRAFT)
    assert (exam.start_time, exam.end_time) == (NOW, NOW + HOUR)
    assert not exam.exam_problems.exists()


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (NOW + HOUR, NOW + HOUR, "end_time"),
        (NOW + HOUR, NOW, "end_time"),
        (NOW - timedelta(seconds=1), NOW + HOUR, "start_time"),
    ],
    ids=["no time at all", "ends before", "starts in the past"],
)
@time_machine.travel(NOW, tick=False)
@pytest.mark.case("A068")
def test_times_that_make_no_sense_are_refused_by_name(
    start: datetime, end: datetime, field: str, teacher: User, course: Course
) -> None:
    with pytest.raises(Invalid) as caught:
        exams.create(
            teacher, course_id=course.pk, fields={"title": "Graphs", "start_time": start, "end_time": end}
        )

    assert list(caught.value.fields) == [field]
    assert not Exam.objects.exists()


@time_machine.travel(NOW, tick=False)
@pytest.mark.case("A068")
def test_the_shortest_exam_may_start_this_very_moment(teacher: User, course: Course) -> None:
    shortest = {"title": "Graphs", "start_time": NOW, "end_time": NOW + timedelta(microseconds=1)}

    exam = exams.create(teacher, course_id=course.pk, fields=shortest)

    assert Exam.objects.get() == exam


def test_who_is_not_staff_makes_no_exam(student: User, course: Course) -> None:
    with pytest.raises(Forbidden):
        exams.create(student, course_id=course.pk, fields=WINDOW)


def test_an_exam_of_no_course_is_not_made(teacher: User) -> None:
    with pytest.raises(Unknown):
        exams.create(teacher, course_id=404, fields=WINDOW)


@pytest.mark.case("A068")
def test_an_exam_that_has_begun_is_still_changed(teacher: User) -> None:
    exam = ExamFactory.create()

    exams.edit(teacher, exam.pk, {"title": "Another", "passing_score": 55})

    exam.refresh_from_db()
    assert (exam.title, exam.passing_score) == ("Another", 55)


@pytest.mark.case("A068")
def test_an_exam_is_not_changed_to_end_before_it_begins(teacher: User) -> None:
    exam = ExamFactory.create()

    with pytest.raises(Invalid) as caught:
        exams.edit(teacher, exam.pk, {"title": "Another", "end_time": exam.start_time})

    exam.refresh_from_db()
    assert list(caught.value.fields) == ["end_time"]
    assert exam.title != "Another"


def test_a_change_leaves_the_total_as_it_is(teacher: User) -> None:
    exam = ExamFactory.create()
    before = exams.find(teacher, exam.pk)
    ExamProblemFactory.create(exam=exam, score=30)

    changed = exams.edit(teacher, before.pk, {"title": "Another"})

    assert changed.total_score == 30


def test_who_is_not_staff_changes_no_exam(student: User) -> None:
    exam = ExamFactory.create()

    with pytest.raises(Forbidden):
        exams.edit(student, exam.pk, {"title": "Mine"})


def test_an_exam_that_does_not_exist_is_not_changed(teacher: User) -> None:
    with pytest.raises(Unknown):
        exams.edit(teacher, 404, {"title": "Mine"})


def test_a_deleted_exam_takes_its_attempts_along(teacher: User) -> None:
    attempt = ExamSubmissionFactory.create()
    ExamProblemFactory.create(exam=attempt.exam)

    exams.delete(teacher, attempt.exam_id)

    assert not Exam.objects.exists()
    assert not ExamSubmission.objects.exists()


def test_who_is_not_staff_deletes_no_exam(student: User) -> None:
    exam = ExamFactory.create()

    with pytest.raises(Forbidden):
        exams.delete(student, exam.pk)


def test_an_exam_that_does_not_exist_is_not_deleted(teacher: User) -> None:
    with pytest.raises(Unknown):
        exams.delete(teacher, 404)


# --- problems in bulk -----------------------------------------------------------------------------


@pytest.mark.case("A045")
def test_problems_are_added_behind_those_that_are_there(teacher: User) -> None:
    before = ExamProblemFactory.create(order=4, score=5)
    choice, text = ChoiceProblemFactory.create().problem, FillBlankProblemFactory.create().problem

    exam = exams.add_problems(teacher, before.exam_id, {text.pk: 20, choice.pk: 15})

    rows = list(exam.exam_problems.values_list("problem", "score", "order"))
    assert rows == [(before.problem_id, 5, 4), (text.pk, 20, 5), (choice.pk, 15, 6)]


@pytest.mark.case("A045")
@pytest.mark.case("A048")
def test_problems_that_are_added_in_bulk_are_in_the_total(teacher: User) -> None:
    exam = ExamFactory.create(passing_score=60)
    problems = [ChoiceProblemFactory.create().problem for _ in range(3)]

    found = exams.add_problems(teacher, exam.pk, {problem.pk: 11 for problem in problems})

    assert (found.total_score, found.passing_score) == (33, 19)


def test_the_first_problems_begin_at_0(teacher: User) -> None:
    exam, problem = ExamFactory.create(), ChoiceProblemFactory.create().problem

    exams.add_problems(teacher, exam.pk, {problem.pk: 1})

    assert ExamProblem.objects.get().order == 0


@pytest.mark.parametrize("score", [0, -1])
@pytest.mark.case("A081")
def test_a_problem_is_worth_something(score: int, teacher: User) -> None:
    exam, problem = ExamFactory.create(), ChoiceProblemFactory.create().problem

    with pytest.raises(Invalid) as caught:
        exams.add_problems(teacher, exam.pk, {problem.pk: score})

    assert list(caught.value.fields) == ["score"]


@pytest.mark.case("A081")
def test_an_exam_is_worth_what_an_attempt_can_hold(teacher: User) -> None:
    exam, problem = ExamProblemFactory.create(score=10).exam, ChoiceProblemFactory.create().problem

    found = exams.add_problems(teacher, exam.pk, {problem.pk: 9989})

    assert found.total_score == 9999


@pytest.mark.case("A081")
def test_an_exam_is_worth_no_more_than_that(teacher: User) -> None:
    exam, problem = ExamProblemFactory.create(score=10).exam, ChoiceProblemFactory.create().problem

    with pytest.raises(Invalid) as caught:
        exams.add_problems(teacher, exam.pk, {problem.pk: 9990})

    exam.refresh_from_db()
    assert (list(caught.value.fields), exam.total_score) == (["score"], 10)


def test_a_problem_is_not_added_twice(teacher: User) -> None:
    row = ExamProblemFactory.create()

    with pytest.raises(Invalid) as caught:
        exams.add_problems(teacher, row.exam_id, {row.problem_id: 5})

    assert list(caught.value.fields) == ["problem_id"]


def test_a_problem_that_is_solved_in_code_is_not_added(teacher: User) -> None:
    exam, algorithm = ExamFactory.create(), AlgorithmProblemFactory.create().problem

    with pytest.raises(Invalid) as caught:
        exams.add_problems(teacher, exam.pk, {algorithm.pk: 5})

    assert list(caught.value.fields) == ["problem_id"]


@pytest.mark.case("A058")
def test_of_problems_one_of_which_is_unknown_none_is_added(teacher: User) -> None:
    exam, problem = ExamFactory.create(), ChoiceProblemFactory.create().problem

    with pytest.raises(Unknown):
        exams.add_problems(teacher, exam.pk, {problem.pk: 5, 404: 5})

    assert not ExamProblem.objects.exists()


def test_problems_are_not_added_to_no_exam(teacher: User) -> None:
    with pytest.raises(Unknown):
        exams.add_problems(teacher, 404, {})


def test_who_is_not_staff_adds_no_problems(student: User) -> None:
    exam = ExamFactory.create()

    with pytest.raises(Forbidden):
        exams.add_problems(student, exam.pk, {})


@pytest.mark.parametrize("count", [2, 40])
def test_adding_costs_the_same_for_few_and_many(count: int, teacher: User) -> None:
    exam = ExamFactory.create()
    scores = {ChoiceProblemFactory.create().problem.pk: 1 for _ in range(count)}

    with CaptureQueriesContext(connection) as queries:
        exams.add_problems(teacher, exam.pk, scores)

    assert len(queries) <= 14


# --- time zones -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone",
    [UTC, timezone(timedelta(hours=-9, minutes=-30)), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Europe/Berlin")],
    ids=str,
)
@time_machine.travel(NOW, tick=False)
@pytest.mark.case("A069")
def test_the_same_moment_in_any_zone_is_stored_and_shown_as_one(
    zone: timezone | ZoneInfo, teacher: User, course: Course
) -> None:
    window = {
        "title": "Graphs",
        "start_time": NOW.astimezone(zone),
        "end_time": (NOW + HOUR).astimezone(zone),
    }

    made = exams.create(teacher, course_id=course.pk, fields=window)

    stored = Exam.objects.get(pk=made.pk)
    shown = ExamOut.from_orm(stored).model_dump(mode="json")
    assert (stored.start_time, stored.start_time.utcoffset()) == (NOW, timedelta(0))
    assert (shown["start_time"], shown["end_time"]) == ("2031-05-01T12:00:00Z", "2031-05-01T13:00:00Z")
