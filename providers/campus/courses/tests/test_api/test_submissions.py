"""Programs over the API: judged, run, uploaded, read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.factories import UserFactory
from accounts.models import User
from contracts.judge0.status import Status
from courses.factories import (
    AlgorithmProblemFactory,
    ChoiceProblemFactory,
    ProblemFactory,
    SubmissionFactory,
    TestCaseFactory,
)
from courses.models import ProblemProgress, Submission, SubmissionStatus
from courses.tests.judges import Ran, Stage

CODE = "def solve(a, b):\n    return a + b\n"
JSON = "application/json"


@pytest.fixture
def problem_id(db: None) -> int:  # noqa: ARG001 - it is a row
    """Of a problem with one test case."""
    case = TestCaseFactory.create(input_data="[1, 2]", expected_output="3")
    return case.problem.problem_id


def test_a_right_program_is_accepted(api: Client, judge: Stage, problem_id: int, user: User) -> None:
    judge.judges(Ran(stdout="3\n"))

    answered = api.post("/api/v1/submissions/", {"code": CODE, "problem_id": problem_id}, content_type=JSON)

    assert answered.status_code == 201
    told = answered.json()
    assert (told["status"], told["execution_time"], told["memory_used"]) == ("accepted", 12.0, 3.12)
    assert (told["user_id"], told["problem_id"], told["code"]) == (user.pk, problem_id, CODE.strip())
    assert Submission.objects.get().pk == told["id"]


@pytest.mark.parametrize(
    ("path", "named"), [("submissions/", ["problem_id"]), ("problems/{problem_id}/submissions/", [])]
)
def test_a_wrong_program_is_a_201_too(
    api: Client, judge: Stage, problem_id: int, path: str, named: list[str]
) -> None:
    judge.judges(Ran(Status.WRONG_ANSWER, stdout="4\n"))
    body = {"code": CODE} | dict.fromkeys(named, problem_id)

    answered = api.post(f"/api/v1/{path.format(problem_id=problem_id)}", body, content_type=JSON)

    assert (answered.status_code, answered.json()["status"]) == (201, "wrong_answer")
    assert not ProblemProgress.objects.filter(status="solved").exists()


@pytest.mark.parametrize("fault", ["connection_refused", "read_timeout", "tls_self_signed"])
@pytest.mark.case("A063")
def test_a_judge_that_is_down_is_a_verdict(api: Client, judge: Stage, problem_id: int, fault: str) -> None:
    judge.judge0.fault(fault, times=None)

    answered = api.post("/api/v1/submissions/", {"code": CODE, "problem_id": problem_id}, content_type=JSON)

    told = answered.json()
    assert (answered.status_code, told["status"]) == (201, "internal_error")
    assert len(told["error"]) > 0
    assert (told["output"], told["execution_time"], told["memory_used"]) == ("", None, None)


@pytest.mark.case("A063")
def test_while_the_judge_is_down_reading_works(api: Client, judge: Stage, problem_id: int) -> None:
    judge.judge0.fault("connection_refused", times=None)
    api.post("/api/v1/submissions/", {"code": CODE, "problem_id": problem_id}, content_type=JSON)

    answered = [
        api.get(f"/api/v1/{path}").status_code
        for path in ("submissions/", "courses/", f"problems/{problem_id}/", "health")
    ]

    assert answered == [200, 200, 200, 200]


@pytest.mark.case("A014")
def test_a_program_without_a_problem_is_run_and_not_kept(api: Client, judge: Stage) -> None:
    judge.judges(Ran(stdout="hello\n"))

    answered = api.post("/api/v1/submissions/", {"code": "print('hello')"}, content_type=JSON)

    assert answered.status_code == 200
    assert answered.json() == {
        "status": "accepted",
        "stdout": "hello\n",
        "stderr": "",
        "execution_time": 12.0,
        "memory_used": 3.12,
    }
    assert not Submission.objects.exists()


STATUSES = [
    "pending",
    "judging",
    "accepted",
    "wrong_answer",
    "time_limit_exceeded",
    "memory_limit_exceeded",
    "runtime_error",
    "compilation_error",
    "internal_error",
]
"""What clients know, whatever it is called here."""


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("path", ["submissions/{id}/", "submissions/{id}/result/"])
@pytest.mark.case("A084")
def test_every_status_is_shown_as_it_is(api: Client, user: User, path: str, status: str) -> None:
    kept = SubmissionFactory.create(user=user, status=status)

    assert api.get(f"/api/v1/{path.format(id=kept.pk)}").json()["status"] == status


@pytest.mark.case("A084")
def test_there_is_no_other_status() -> None:
    assert [str(status) for status in SubmissionStatus] == STATUSES


def test_an_unknown_problem_is_a_404(api: Client, db: None) -> None:  # noqa: ARG001 - nothing is in it
    answered = api.post("/api/v1/submissions/", {"code": CODE, "problem_id": 1}, content_type=JSON)

    assert answered.status_code == 404
    assert not Submission.objects.exists()


def test_a_problem_of_another_kind_is_a_400(api: Client) -> None:
    choice = ChoiceProblemFactory.create()

    answered = api.post(
        "/api/v1/submissions/", {"code": CODE, "problem_id": choice.problem_id}, content_type=JSON
    )

    assert (answered.status_code, [*answered.json()["error"]["fields"]]) == (400, ["problem_id"])
    assert not Submission.objects.exists()


@pytest.mark.parametrize("size", [65_537, 200_000])
def test_a_program_that_is_too_large_is_a_400(api: Client, problem_id: int, size: int) -> None:
    body = {"code": "x" * size, "problem_id": problem_id}

    answered = api.post("/api/v1/submissions/", body, content_type=JSON)

    assert (answered.status_code, [*answered.json()["error"]["fields"]]) == (400, ["code"])
    assert not Submission.objects.exists()


def test_a_problem_without_test_cases_is_told_so_without_the_judge(api: Client, judge: Stage) -> None:
    info = AlgorithmProblemFactory.create()

    answered = api.post(f"/api/v1/problems/{info.problem_id}/submissions/", {"code": CODE}, content_type=JSON)

    assert (answered.status_code, answered.json()["status"]) == (201, "compilation_error")
    assert judge.judge0.calls == []


def upload(api: Client, problem_id: int, fields: Mapping[str, object]) -> tuple[int, dict[str, object]]:
    answered = api.post(f"/api/v1/problems/{problem_id}/submissions/upload/", fields)
    return answered.status_code, answered.json()


def test_a_program_may_come_as_a_file(api: Client, judge: Stage, problem_id: int) -> None:
    judge.judges(Ran(stdout="3\n"))

    status, told = upload(api, problem_id, {"code": SimpleUploadedFile("solution.py", CODE.encode())})

    assert (status, told["status"], told["code"]) == (201, "accepted", CODE.strip())


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"code": "no file"},
        {"code": SimpleUploadedFile("solution.py", b"")},
        {"code": SimpleUploadedFile("solution.py", b" \n ")},
        {"code": SimpleUploadedFile("solution.py", b"x" * 65_537)},
        {"code": SimpleUploadedFile("solution.py", b"x" * 3_000_000)},
        {"code": SimpleUploadedFile("solution.py", b"\xff\xfe")},
        {"code": SimpleUploadedFile("solution.py", b"a\x00b")},
    ],
    ids=["missing", "no file", "empty", "blank", "large", "very large", "not UTF-8", "NUL"],
)
@pytest.mark.case("A091")
def test_a_file_that_is_no_program_is_a_400(api: Client, problem_id: int, fields: dict[str, object]) -> None:
    status, told = upload(api, problem_id, fields)

    assert status == 400
    assert "code" in str(told["error"])
    assert not Submission.objects.exists()


def test_a_file_in_an_unknown_language_is_a_400(api: Client, problem_id: int) -> None:
    fields = {"code": SimpleUploadedFile("solution.cob", CODE.encode()), "language": "cobol"}

    status, told = upload(api, problem_id, fields)

    assert status == 400
    assert "language" in str(told["error"])


def test_who_asks_too_often_is_told_until_when(
    api: Client, judge: Stage, problem_id: int, settings: Settings
) -> None:
    settings.SUBMISSIONS_PER_MINUTE = 1
    judge.judges(Ran(stdout="3\n"))
    body = {"code": CODE, "problem_id": problem_id}
    api.post("/api/v1/submissions/", body, content_type=JSON)

    answered = api.post("/api/v1/submissions/", body, content_type=JSON)

    assert answered.status_code == 429
    assert 1 <= int(answered["Retry-After"]) <= 60
    assert Submission.objects.count() == 1


@pytest.mark.case("A072")
def test_one_sees_ones_own_submissions_newest_first(api: Client, user: User) -> None:
    first, second = SubmissionFactory.create_batch(2, user=user)
    SubmissionFactory.create()

    listed = api.get("/api/v1/submissions/").json()

    assert [each["id"] for each in listed["items"]] == [second.pk, first.pk]


def test_staff_sees_those_of_everybody(staff: Client) -> None:
    SubmissionFactory.create_batch(3)

    assert staff.get("/api/v1/submissions/").json()["count"] == 3


@pytest.mark.parametrize("path", ["submissions/{id}/", "submissions/{id}/result/"])
@pytest.mark.case("A072")
def test_a_submission_of_another_is_a_404(api: Client, path: str) -> None:
    other = SubmissionFactory.create()

    answered = api.get(f"/api/v1/{path.format(id=other.pk)}")

    assert (answered.status_code, answered.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["submissions/{id}/", "submissions/{id}/result/"])
def test_staff_may_look_at_a_submission_of_another(staff: Client, path: str) -> None:
    other = SubmissionFactory.create()

    assert staff.get(f"/api/v1/{path.format(id=other.pk)}").json()["id"] == other.pk


@pytest.mark.parametrize(
    ("exclude", "left"),
    [("", {"code", "output", "error"}), ("code", {"output", "error"}), ("code,error,output", set())],
)
def test_long_fields_can_be_left_out(api: Client, user: User, exclude: str, left: set[str]) -> None:
    kept = SubmissionFactory.create(user=user)

    listed = api.get(f"/api/v1/submissions/?exclude={exclude}").json()["items"][0]
    shown = api.get(f"/api/v1/submissions/{kept.pk}/?exclude={exclude}").json()

    assert listed == shown
    assert {"code", "output", "error"} & shown.keys() == left


@pytest.mark.parametrize("rows", [2, 100])
def test_the_list_takes_as_many_queries_however_long_it_is(
    api: Client, user: User, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    SubmissionFactory.create_batch(rows, user=user, problem=ProblemFactory.create())

    with django_assert_num_queries(3):
        api.get("/api/v1/submissions/?page_size=100&exclude=code,output")


def test_a_parent_is_no_staff(as_user: Callable[[User], Client], db: None) -> None:  # noqa: ARG001 - rows
    SubmissionFactory.create()

    listed = as_user(UserFactory.create(parent=True)).get("/api/v1/submissions/").json()

    assert listed == {"count": 0, "items": []}
