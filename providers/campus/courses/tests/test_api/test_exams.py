"""Exams over the API: kept by staff, taken by students."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from courses.factories import (
    AlgorithmProblemFactory,
    ChoiceProblemFactory,
    CourseFactory,
    EnrollmentFactory,
    ExamFactory,
    ExamProblemFactory,
    ExamSubmissionFactory,
    FillBlankProblemFactory,
)
from courses.models import Exam, ExamSubmission

JSON = "application/json"
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def exam(user: User) -> Exam:
    """Open, with a choice and a text with two blanks, each worth 10; the student takes its course."""
    made = ExamFactory.create(passing_score=12)
    EnrollmentFactory.create(user=user, course=made.course)
    choice = ChoiceProblemFactory.create(correct_answers=["b", "c"])
    blanks = FillBlankProblemFactory.create(blanks=[["O(n)", "linear"], ["stack"]])
    ExamProblemFactory.create(exam=made, problem=choice.problem, order=1)
    ExamProblemFactory.create(exam=made, problem=blanks.problem, order=2)
    made.refresh_from_db()
    return made


def answers(exam: Exam, *, choice: list[str], blanks: list[str]) -> dict[str, object]:
    first, second = exam.exam_problems.all()
    return {
        "answers": [
            {"problem_id": first.problem_id, "problem_type": "choice", "choice_answers": choice},
            {"problem_id": second.problem_id, "problem_type": "fillblank", "fillblank_answers": blanks},
        ]
    }


def test_an_attempt_begins_once(api: Client, exam: Exam) -> None:
    begun = api.post(f"/api/v1/exams/{exam.pk}/start", {}, content_type=JSON)
    again = api.generic("POST", f"/api/v1/exams/{exam.pk}/start")

    assert (begun.status_code, again.status_code) == (201, 200)
    assert begun.json() == again.json()
    assert begun.json().keys() == {"submission_id", "started_at", "duration_minutes", "end_time"}
    assert ExamSubmission.objects.get().pk == begun.json()["submission_id"]


def test_a_right_attempt_is_passed(api: Client, exam: Exam) -> None:
    api.post(f"/api/v1/exams/{exam.pk}/start", content_type=JSON)
    body = answers(exam, choice=["c", "b"], blanks=["linear", "stack"])

    submitted = api.post(f"/api/v1/exams/{exam.pk}/submit", body, content_type=JSON)

    assert submitted.status_code == 200
    told = submitted.json()
    assert (told["total_score"], told["is_passed"], told["status"]) == (20.0, True, "submitted")
    assert [each["is_correct"] for each in told["answers"]] == [True, True]
    assert api.get(f"/api/v1/exams/{exam.pk}/results").json() == told


def test_a_half_right_attempt_is_not_passed(api: Client, exam: Exam) -> None:
    api.post(f"/api/v1/exams/{exam.pk}/start", content_type=JSON)
    body = answers(exam, choice=["a"], blanks=["linear", "queue"])

    told = api.post(f"/api/v1/exams/{exam.pk}/submit", body, content_type=JSON).json()

    assert (told["total_score"], told["is_passed"]) == (5.0, False)
    assert [each["score"] for each in told["answers"]] == [0.0, 5.0]


@pytest.mark.parametrize(("seconds", "status"), [(0, "submitted"), (1, "auto_submitted")])
@pytest.mark.case("A064")
def test_what_comes_after_the_duration_is_auto_submitted(
    as_user: Callable[[User], Client], user: User, exam: Exam, seconds: int, status: str
) -> None:
    enrollment = exam.course.enrollments.get()
    end = NOON + timedelta(minutes=30, seconds=seconds)
    Exam.objects.update(start_time=NOON, end_time=NOON + timedelta(hours=9), duration_minutes=30)
    ExamSubmissionFactory.create(exam=exam, user=user, enrollment=enrollment, started_at=NOON)

    with time_machine.travel(end, tick=False):
        told = as_user(user).post(f"/api/v1/exams/{exam.pk}/submit", {"answers": []}, content_type=JSON)

    assert told.json()["status"] == status


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"status": "draft"}, 404),
        ({"status": "archived"}, 404),
        ({"start_time": NOON, "end_time": NOON + timedelta(hours=1)}, 400),
        ({"start_time": NOON + timedelta(days=36500), "end_time": NOON + timedelta(days=36501)}, 400),
    ],
    ids=["draft", "archived", "over", "not begun"],
)
def test_an_exam_that_cannot_be_taken_is_not_begun(
    api: Client, exam: Exam, change: dict[str, object], status: int
) -> None:
    Exam.objects.update(**change)

    answered = api.post(f"/api/v1/exams/{exam.pk}/start", content_type=JSON)

    assert answered.status_code == status
    assert not ExamSubmission.objects.exists()


def test_an_exam_of_a_course_that_is_not_taken_is_not_begun(api: Client) -> None:
    answered = api.post(f"/api/v1/exams/{ExamFactory.create().pk}/start", content_type=JSON)

    assert (answered.status_code, answered.json()["error"]["code"]) == (400, "invalid")
    assert not ExamSubmission.objects.exists()


def test_an_exam_is_submitted_once(api: Client, exam: Exam) -> None:
    path = f"/api/v1/exams/{exam.pk}"
    api.post(f"{path}/start", content_type=JSON)

    submitted = [
        api.post(f"{path}/submit", {"answers": []}, content_type=JSON).status_code,
        api.post(f"{path}/submit", {"answers": []}, content_type=JSON).status_code,
        api.post(f"{path}/start", content_type=JSON).status_code,
    ]

    assert submitted == [200, 404, 400]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "answers"),
        ({"answers": "all"}, "answers"),
        ({"answers": [{}]}, "answers.0.problem_id"),
        ({"answers": [{"problem_id": 1, "problem_type": "essay"}]}, "answers.0.problem_type"),
        (
            {"answers": [{"problem_id": 1, "problem_type": "choice", "choice_answers": "a"}]},
            "answers.0.choice_answers",
        ),
    ],
)
def test_answers_that_are_malformed_are_a_400_that_names_the_place(
    api: Client, exam: Exam, body: dict[str, object], field: str
) -> None:
    api.post(f"/api/v1/exams/{exam.pk}/start", content_type=JSON)

    answered = api.post(f"/api/v1/exams/{exam.pk}/submit", body, content_type=JSON)

    assert answered.status_code == 400
    assert field in answered.json()["error"]["fields"]
    assert ExamSubmission.objects.get().status == "in_progress"


def test_a_problem_that_is_not_in_the_exam_is_a_404(api: Client, exam: Exam) -> None:
    api.post(f"/api/v1/exams/{exam.pk}/start", content_type=JSON)
    stranger = ChoiceProblemFactory.create()
    body = {
        "answers": [{"problem_id": stranger.problem_id, "problem_type": "choice", "choice_answers": ["a"]}]
    }

    answered = api.post(f"/api/v1/exams/{exam.pk}/submit", body, content_type=JSON)

    assert answered.status_code == 404
    assert ExamSubmission.objects.get().status == "in_progress"


def test_who_has_made_no_attempt_has_no_results(api: Client, exam: Exam) -> None:
    assert api.get(f"/api/v1/exams/{exam.pk}/results").status_code == 404


def test_hidden_results_are_forbidden_while_the_attempt_lasts(api: Client, exam: Exam) -> None:
    Exam.objects.update(show_results_after_submit=False)
    api.post(f"/api/v1/exams/{exam.pk}/start", content_type=JSON)

    answered = api.get(f"/api/v1/exams/{exam.pk}/results")

    assert (answered.status_code, answered.json()["error"]["code"]) == (403, "forbidden")


def test_problems_are_shown_to_who_has_begun_without_their_answers(api: Client, exam: Exam) -> None:
    path = f"/api/v1/exams/{exam.pk}/problems/"
    before = api.get(path)
    api.post(f"/api/v1/exams/{exam.pk}/start", content_type=JSON)

    shown = api.get(path)

    assert before.status_code == 403
    assert [(each["type"], each["score"], each["blanks"]) for each in shown.json()] == [
        ("choice", 10, None),
        ("fillblank", 10, 2),
    ]
    assert b"correct" not in shown.content
    assert b"linear" not in shown.content


def test_shuffled_problems_keep_the_order_of_their_attempt(api: Client, exam: Exam) -> None:
    ExamProblemFactory.create_batch(8, exam=exam)
    Exam.objects.update(shuffle_questions=True)
    api.post(f"/api/v1/exams/{exam.pk}/start", content_type=JSON)

    orders = [
        [each["order"] for each in api.get(f"/api/v1/exams/{exam.pk}/problems/").json()] for _ in range(2)
    ]

    assert orders[0] == orders[1]
    assert orders[0] != sorted(orders[0])


def test_who_is_not_staff_sees_published_exams_only(api: Client, staff: Client, db: None) -> None:  # noqa: ARG001
    published = ExamFactory.create()
    draft = ExamFactory.create(draft=True)

    listed, shown = api.get("/api/v1/exams/").json(), api.get(f"/api/v1/exams/{draft.pk}/")

    assert [each["id"] for each in listed["items"]] == [published.pk]
    assert shown.status_code == 404
    assert staff.get("/api/v1/exams/").json()["count"] == 2
    assert staff.get(f"/api/v1/exams/{draft.pk}/").json()["status"] == "draft"


def test_exams_are_chosen_by_course_and_status(staff: Client, db: None) -> None:  # noqa: ARG001 - rows
    exam = ExamFactory.create()
    ExamFactory.create(course=exam.course, draft=True)
    ExamFactory.create()

    paths = [
        f"exams/?course={exam.course_id}&status=published",
        f"courses/{exam.course_id}/exams/?status=published",
    ]

    assert [[each["id"] for each in staff.get(f"/api/v1/{path}").json()["items"]] for path in paths] == [
        [exam.pk],
        [exam.pk],
    ]


def test_a_course_that_is_not_there_has_no_exams(api: Client) -> None:
    assert api.get("/api/v1/courses/1/exams/").status_code == 404


def times(**changed: str) -> dict[str, str]:
    return {"start_time": "2099-05-04T12:00:00+02:00", "end_time": "2099-05-04T14:00:00+02:00"} | changed


def test_an_exam_goes_through_its_states_by_staff(staff: Client, teacher: User) -> None:
    body = {"course_id": CourseFactory.create().pk, "title": "Sums"} | times()

    made = staff.post("/api/v1/exams/", body, content_type=JSON)
    path = f"/api/v1/exams/{made.json()['id']}/"
    changed = staff.patch(path, {"status": "published", "duration_minutes": 30}, content_type=JSON)
    deleted = staff.delete(path)

    assert teacher.teaches is True
    assert (made.status_code, changed.status_code, deleted.status_code) == (201, 200, 204)
    assert made.json()["start_time"] == "2099-05-04T10:00:00Z"
    assert (changed.json()["status"], changed.json()["duration_minutes"]) == ("published", 30)
    assert not Exam.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"end_time": "2099-05-04T12:00:00+02:00"}, "end_time"),
        ({"end_time": "2099-05-04T11:00:00Z", "start_time": "2099-05-04T12:00:00Z"}, "end_time"),
        ({"start_time": "2020-05-04T12:00:00Z"}, "start_time"),
        ({"start_time": "2099-05-04T12:00:00"}, "start_time"),
        ({"start_time": "noon"}, "start_time"),
    ],
    ids=["ends at its start", "ends before", "in the past", "without an offset", "no time"],
)
@pytest.mark.case("A068")
def test_times_that_make_no_sense_are_a_400_that_names_the_field(
    staff: Client, changed: dict[str, str], field: str
) -> None:
    body = {"course_id": CourseFactory.create().pk, "title": "Sums"} | times(**changed)

    answered = staff.post("/api/v1/exams/", body, content_type=JSON)

    assert (answered.status_code, [*answered.json()["error"]["fields"]]) == (400, [field])
    assert not Exam.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "exams/"),
        ("patch", "exams/{id}/"),
        ("delete", "exams/{id}/"),
        ("post", "exams/{id}/problems/"),
    ],
)
def test_exams_are_kept_by_staff_alone(api: Client, exam: Exam, method: str, path: str) -> None:
    bodies = {
        "exams/": {"course_id": exam.course_id, "title": "Sums"} | times(),
        "exams/{id}/": {"title": "Sums"},
        "exams/{id}/problems/": {"problems": [{"problem_id": 1}]},
    }

    answered = getattr(api, method)(f"/api/v1/{path.format(id=exam.pk)}", bodies[path], content_type=JSON)

    assert (answered.status_code, answered.json()["error"]["code"]) == (403, "forbidden")
    assert Exam.objects.get().title == exam.title


def test_problems_that_are_added_raise_what_an_exam_is_worth(staff: Client, exam: Exam) -> None:
    choice = ChoiceProblemFactory.create()
    body = {"problems": [{"problem_id": choice.problem_id, "score": 7}]}

    answered = staff.post(f"/api/v1/exams/{exam.pk}/problems/", body, content_type=JSON)

    assert (answered.status_code, answered.json()["total_score"]) == (200, 27)


def test_a_problem_in_code_does_not_go_into_an_exam(staff: Client, exam: Exam) -> None:
    body = {"problems": [{"problem_id": AlgorithmProblemFactory.create().problem_id}]}

    answered = staff.post(f"/api/v1/exams/{exam.pk}/problems/", body, content_type=JSON)

    assert answered.status_code == 400
    assert exam.exam_problems.count() == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "exams/1/"),
        ("get", "exams/1/problems/"),
        ("get", "exams/1/results"),
        ("post", "exams/1/start"),
    ],
)
def test_an_exam_that_is_not_there_is_a_404(api: Client, method: str, path: str) -> None:
    assert api.generic(method.upper(), f"/api/v1/{path}").status_code == 404


def test_nothing_is_submitted_to_an_exam_that_is_not_there(api: Client) -> None:
    answered = api.post("/api/v1/exams/1/submit", {"answers": []}, content_type=JSON)

    assert answered.status_code == 404


@pytest.mark.parametrize("rows", [2, 100])
def test_exams_take_as_many_queries_however_many_there_are(
    api: Client, django_assert_max_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    ExamFactory.create_batch(rows)

    with django_assert_max_num_queries(3):
        api.get("/api/v1/exams/?page_size=100")
