"""Every error has one body, whoever makes it."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from accounts import services
from accounts.factories import UserFactory
from config.answers import ErrorBody, ErrorCode
from config.errors import Busy, Conflict, Forbidden, Invalid, Refused, Unknown

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def signed_in() -> Client:
    token, _ = services.issue(UserFactory.create())
    return Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/v1/nowhere/", "/api/v1/courses", "/favicon.ico"])
def test_an_unknown_path_is_a_404(client: Client, path: str) -> None:
    answered = client.get(path)

    assert (answered.status_code, answered["Content-Type"]) == (404, JSON)
    assert ErrorBody.model_validate(answered.json()).error.code is ErrorCode.NOT_FOUND


def test_an_unknown_path_is_no_page_while_debugging_either(client: Client, settings: Settings) -> None:
    settings.DEBUG = True

    answered = client.get("/nowhere")

    assert (answered.status_code, answered["Content-Type"]) == (404, JSON)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
def test_a_method_that_a_path_has_not_is_a_405_that_names_those_it_has(client: Client, method: str) -> None:
    answered = client.generic(method, "/api/v1/users/me/")

    assert (answered.status_code, answered["Allow"]) == (405, "GET")
    assert answered.json()["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    "headers",
    [{}, *({"Authorization": sent} for sent in ("", "Bearer", "Bearer nonsense", "Basic YTpi", "nonsense"))],
    ids=lambda headers: headers.get("Authorization"),
)
@pytest.mark.parametrize("path", ["courses/", "submissions/", "submissions/1/", "problems/1/", "users/me/"])
def test_who_is_not_authenticated_gets_a_401_with_a_challenge(
    client: Client, path: str, headers: dict[str, str]
) -> None:
    answered = client.get(f"/api/v1/{path}", headers=headers)

    assert (answered.status_code, answered["WWW-Authenticate"]) == (401, 'Bearer realm="campus"')
    assert answered.json()["error"]["code"] == "not_authenticated"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("{", set()),
        ("", {"body"}),
        ("null", {"body"}),
        ("[]", {"body"}),
        ("NaN", set()),
        ('{"code": "a", "code": "b"}', set()),
        ("\xff", set()),
        ('"\\ud800"', {"body"}),
        ("{}", {"code"}),
        ('{"code": ""}', {"code"}),
        ('{"code": " \\n\\t"}', {"code"}),
        ('{"code": "\\u0000"}', {"code"}),
        ('{"code": "\\ud800"}', {"code"}),
        ('{"code": 1}', {"code"}),
        ('{"code": "x", "problem_id": "1"}', {"problem_id"}),
        ('{"code": "x", "problem_id": 0}', {"problem_id"}),
        ('{"code": "x", "problem_id": 9223372036854775808}', {"problem_id"}),
        ('{"code": "x", "problem_id": 1.5}', {"problem_id"}),
        ('{"code": "x", "problem_id": 1e300}', {"problem_id"}),
        ('{"code": "x", "problem_id": 1e999}', {"problem_id"}),
        ('{"code": "x", "problem_id": true}', {"problem_id"}),
        ('{"code": "x", "language": "cobol"}', {"language"}),
        ('{"code": "x", "langauge": "c"}', {"langauge"}),
        ('{"language": "c", "problem_id": "1"}', {"code", "problem_id"}),
    ],
)
def test_a_body_that_cannot_be_taken_is_a_400_with_its_fields(
    signed_in: Client, body: str, fields: set[str]
) -> None:
    answered = signed_in.post("/api/v1/submissions/", body.encode("latin-1"), content_type=JSON)

    assert answered.status_code == 400
    assert ErrorBody.model_validate(answered.json()).error.fields.keys() == fields


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "nonsense"])
def test_a_body_of_another_type_is_a_415(signed_in: Client, content_type: str) -> None:
    answered = signed_in.post("/api/v1/submissions/", b'{"code": "x"}', content_type=content_type)

    assert answered.status_code == 415
    assert answered.json()["error"]["code"] == "unsupported_media_type"


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_be_declared_in_any_way(signed_in: Client, content_type: str) -> None:
    answered = signed_in.post("/api/v1/submissions/", b"{}", content_type=content_type)

    assert answered.json()["error"]["fields"] == {"code": "Field required"}


def test_an_upload_that_is_no_form_is_a_415(signed_in: Client) -> None:
    answered = signed_in.post("/api/v1/problems/1/submissions/upload/", b"{}", content_type=JSON)

    assert answered.status_code == 415
    assert answered.json()["error"]["code"] == "unsupported_media_type"


def test_a_request_that_is_too_large_is_a_413(signed_in: Client, settings: Settings) -> None:
    settings.LONGEST_REQUEST = 100

    answered = signed_in.post("/api/v1/submissions/", b" " * 101, content_type=JSON)

    assert (answered.status_code, answered["Content-Type"]) == (413, JSON)
    assert answered.json()["error"]["code"] == "too_large"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("courses/?page=0", {"page"}),
        ("courses/?page_size=101", {"page_size"}),
        ("submissions/?exclude=user_id", {"exclude"}),
    ],
)
def test_a_query_that_makes_no_sense_is_a_422(signed_in: Client, path: str, fields: set[str]) -> None:
    answered = signed_in.get(f"/api/v1/{path}")

    assert answered.status_code == 422
    assert answered.json()["error"]["fields"].keys() == fields


@pytest.mark.parametrize("name", ["zero", "0", "-1", "1.5", "None", "9223372036854775808", "%00", "\u0661"])
@pytest.mark.parametrize("path", ["courses/{}/", "courses/{}/exams/?page=0", "threads/1/replies/{}/"])
def test_a_path_that_can_name_nothing_is_a_404(signed_in: Client, path: str, name: str) -> None:
    answered = signed_in.get(f"/api/v1/{path.format(name)}")

    assert (answered.status_code, answered["Content-Type"]) == (404, JSON)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=\xe9", b"--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=code\r\n"),
        (
            "multipart/form-data; boundary=x",
            b"".join(
                b'--x\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n1\r\n' % n for n in range(1100)
            )
            + b"--x--\r\n",
        ),
    ],
    ids=["no boundary", "empty boundary", "odd boundary", "cut off", "many fields"],
)
def test_a_form_that_cannot_be_read_is_a_400(signed_in: Client, content_type: str, body: bytes) -> None:
    path = "/api/v1/problems/1/submissions/upload/"

    answered = signed_in.post(path, body, content_type=content_type)

    assert (answered.status_code, answered["Content-Type"]) == (400, JSON)


def test_what_nobody_thought_of_is_a_500_that_shows_nothing(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fall(*_: object) -> None:
        raise RuntimeError("the inside of campus")

    monkeypatch.setattr("courses.services.catalog.courses", fall)

    answered = signed_in.get("/api/v1/courses/")

    assert (answered.status_code, answered["Content-Type"]) == (500, JSON)
    assert answered.json()["error"]["code"] == "unexpected"
    assert "inside" not in answered.content.decode()
    assert "the inside of campus" in caplog.text


def test_a_failure_outside_the_api_is_a_500_of_the_same_form(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object) -> None:
        raise RuntimeError("the inside of campus")

    monkeypatch.setattr("config.throttles.PerMinute.allow_request", fall)

    answered = signed_in.post("/api/v1/submissions/", b"{}", content_type=JSON)

    assert (answered.status_code, answered.json()["error"]["code"]) == (500, "unexpected")


def test_a_host_that_is_not_ours_is_refused_in_the_same_form(client: Client) -> None:
    answered = client.get("/api/v1/health", headers={"Host": "elsewhere.example"})

    assert (answered.status_code, answered["Content-Type"]) == (400, JSON)


@pytest.mark.parametrize(
    ("refused", "status", "code"),
    [
        (Invalid.field("code", "it is empty"), 400, "invalid"),
        (Forbidden("not yours"), 403, "forbidden"),
        (Unknown("no such thing"), 404, "not_found"),
        (Conflict("not now"), 409, "conflict"),
        (Busy("too often", seconds=7), 429, "too_many_requests"),
    ],
)
def test_every_refusal_of_a_service_has_its_status(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch, refused: Refused, status: int, code: str
) -> None:
    def refuse() -> None:
        raise refused

    monkeypatch.setattr("courses.services.catalog.courses", refuse)

    answered = signed_in.get("/api/v1/courses/")

    assert (answered.status_code, answered.json()["error"]["code"]) == (status, code)
    assert answered.json()["error"]["message"] == str(refused)


def test_who_is_busy_says_until_when(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise Busy("too often", seconds=7)

    monkeypatch.setattr("courses.services.catalog.courses", refuse)

    assert signed_in.get("/api/v1/courses/")["Retry-After"] == "7"


def test_the_admin_answers_in_pages(client: Client) -> None:
    answered = client.get("/admin/login/")

    assert answered["Content-Type"].startswith("text/html")
