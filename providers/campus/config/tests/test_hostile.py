"""What nobody sends by mistake is refused like any other request, on either database: never with a 500."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client

from accounts import services
from accounts.factories import UserFactory
from config.answers import ErrorBody
from courses.factories import AlgorithmProblemFactory, DiscussionThreadFactory, ExamFactory

pytestmark = pytest.mark.django_db
JSON = "application/json"
DEPTH = 10_000
LONG = "9" * 100_000
Upload = Callable[[dict[str, object]], HttpResponseBase]

NUMBERS = [
    "9" * 5000,
    "-" + "9" * 5000,
    "1e400",
    "1e308",
    "-0",
    "-0.0",
    str(2**63),
    str(-(2**63)),
    "0x10",
    "NaN",
]
BODIES = {
    "nested arrays": "[" * DEPTH + "]" * DEPTH,
    "nested objects": '{"title":' * DEPTH + "1" + "}" * DEPTH,
    "arrays that never end": "[" * DEPTH,
    "nested in a field": '{"title": ' + "[" * DEPTH + "]" * DEPTH + "}",
    "a number of 5000 digits": "9" * 5000,
    "a key of NUL": '{"\\u0000": 1}',
    "a key of half a character": '{"\\ud800": 1}',
    "half a character": '{"title": "\\udfff", "content": "\\ud800", "code": "\\ud800"}',
    "NUL": '{"title": "\\u0000", "content": "\\u0000", "code": "\\u0000", "username": "\\u0000"}',
    "a byte order mark": "\ufeff{}",
    "a very long text": json.dumps({"title": LONG, "content": LONG, "code": LONG, "username": LONG}),
    "many fields": json.dumps(dict.fromkeys(map(str, range(10_000)), 0)),
    "many mentions": json.dumps({"content": "x", "mentioned_users": [*range(1, 10_000)]}),
}


@pytest.fixture
def teacher() -> Client:
    token, _ = services.issue(UserFactory.create(teacher=True))
    return Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)


def refused(answered: HttpResponseBase) -> bool:
    """A 4xx in the envelope of every error."""
    body = json.loads(getattr(answered, "content", b""))
    return bool(ErrorBody.model_validate(body)) and 400 <= answered.status_code < 500


@pytest.fixture
def paths() -> list[str]:
    """Every operation that reads JSON, with ids that exist."""
    thread, exam = DiscussionThreadFactory.create(), ExamFactory.create()
    problem = AlgorithmProblemFactory.create().problem
    about = (f"courses/{exam.course_id}", f"chapters/{problem.chapter_id}", f"problems/{problem.pk}")
    return [
        "submissions/",
        f"problems/{problem.pk}/submissions/",
        "threads/",
        *(f"{each}/threads/" for each in about),
        f"threads/{thread.pk}/replies/",
        "enrollments/",
        f"courses/{exam.course_id}/enroll",
        "exams/",
        f"exams/{exam.pk}/problems/",
        f"exams/{exam.pk}/start",
        f"exams/{exam.pk}/submit",
        "tokens/",
    ]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_hostile_body_is_refused_by_every_operation(teacher: Client, paths: list[str], body: str) -> None:
    sent = body.encode()

    answers = [teacher.post(f"/api/v1/{path}", sent, content_type=JSON) for path in paths]

    assert [path for path, answered in zip(paths, answers, strict=True) if not refused(answered)] == []


@pytest.mark.parametrize("number", NUMBERS)
def test_an_id_that_is_no_id_is_refused_by_every_operation(
    teacher: Client, paths: list[str], number: str
) -> None:
    body = f'{{"problem_id": {number}, "course_id": {number}, "code": "x", "title": "x", "content": "x", '
    body += f'"problems": [{{"problem_id": {number}}}], "mentioned_users": [{number}]}}'

    answers = [teacher.post(f"/api/v1/{path}", body, content_type=JSON) for path in paths]

    assert [path for path, answered in zip(paths, answers, strict=True) if not refused(answered)] == []


@pytest.mark.parametrize(
    "year", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "10000-01-01T00:00:00Z"]
)
def test_a_time_that_no_database_holds_is_refused(teacher: Client, year: str) -> None:
    exam = ExamFactory.create()

    answered = teacher.patch(f"/api/v1/exams/{exam.pk}/", {"end_time": year}, content_type=JSON)

    assert (answered.status_code, [*answered.json()["error"]["fields"]]) == (400, ["end_time"])


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z"])
def test_the_first_moments_are_times(teacher: Client, start: str) -> None:
    path = f"/api/v1/exams/{ExamFactory.create().pk}/"

    teacher.patch(path, {"start_time": start, "end_time": "9999-12-31T23:59:59.999999Z"}, content_type=JSON)

    assert teacher.get(path).json()["start_time"] == start


@pytest.mark.parametrize(
    "name", ["%00", "%ED%A0%80", "%F4%8F%BF%BF", "%FF", "9" * 5000, "-1", "1e3", "%2e%2e", "1%0A"]
)
@pytest.mark.parametrize(
    "path", ["courses/{}/", "threads/{}/replies/", "exams/{}/results", "submissions/{}/result/"]
)
def test_a_hostile_path_is_a_404(teacher: Client, path: str, name: str) -> None:
    answered = teacher.get(f"/api/v1/{path.format(name)}")

    assert refused(answered)
    assert answered.status_code == 404


@pytest.mark.parametrize("value", ["%00", "%ED%A0%80", "%FF", "9" * 5000, "1e400", "-1", "1%0A1"])
@pytest.mark.parametrize(
    "path", ["exams/?course={}", "exams/?status={}", "courses/?page={}", "submissions/?exclude={}"]
)
def test_a_hostile_query_is_a_422(teacher: Client, path: str, value: str) -> None:
    answered = teacher.get(f"/api/v1/{path.format(value)}")

    assert refused(answered)
    assert answered.status_code == 422


@pytest.mark.parametrize(
    "token", ["\0", "\xff", "a" * 100_000, " ", "a b c", "'; DROP TABLE accounts_bearertoken; --"]
)
def test_a_hostile_token_is_a_401(client: Client, token: str) -> None:
    answered = client.get("/api/v1/users/me/", headers={"Authorization": f"Bearer {token}"})

    assert answered.status_code == 401


@pytest.mark.parametrize("value", ["\0", "\xff" * 20, "a" * 100_000, "a\u2028b-0000000"])
def test_a_hostile_request_id_is_not_repeated(client: Client, value: str) -> None:
    answered = client.get("/api/v1/health", headers={"X-Request-ID": value})

    assert answered.status_code == 200
    assert answered["X-Request-ID"] != value


@pytest.fixture
def upload(teacher: Client) -> Upload:
    problem = AlgorithmProblemFactory.create().problem

    def send(fields: dict[str, object]) -> HttpResponseBase:
        return teacher.post(f"/api/v1/problems/{problem.pk}/submissions/upload/", fields)

    return send


def file(content: bytes, name: str = "solution.py") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


FORMS: dict[str, Callable[[], dict[str, object]]] = {
    "nothing": dict,
    "text in place of the file": lambda: {"code": "x = 1"},
    "NUL": lambda: {"code": file(b"x = 1"), "language": "\0"},
    "a field of NUL": lambda: {"code": file(b"x = 1"), "\0": "x"},
    "an unknown field": lambda: {"code": file(b"x = 1"), "problem_id": "1"},
    "an empty file": lambda: {"code": file(b"")},
    "a file of blanks": lambda: {"code": file(b" \n")},
    "a file of NUL": lambda: {"code": file(b"x\0")},
    "a file that is no text": lambda: {"code": file(b"\xff\xfe")},
    "half a character": lambda: {"code": file(b"\xed\xa0\x80")},
    "a file that is too large": lambda: {"code": file(b"x" * 65_537)},
    "characters that take too many bytes": lambda: {"code": file("я".encode() * 32_769)},
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_hostile_form_is_refused(upload: Upload, form: Callable[[], dict[str, object]]) -> None:
    answered = upload(form())

    assert refused(answered)
    assert answered.status_code == 400


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 10_000, "\N{SNOWMAN}", "a\tb"])
def test_the_name_of_a_file_means_nothing(upload: Upload, name: str) -> None:
    assert upload({"code": file(b"x = 1", name)}).status_code == 201
