"""The states of a term, in which requests are tried at random."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client
from pytest_django import Settings

from accounts import services
from accounts.factories import UserFactory
from accounts.models import Role, User
from accounts.schemas import EXAMPLE_NAME, EXAMPLE_PASSWORD
from config import databases
from config.store import store
from consumers.judge0.waiting import Clock
from courses import term
from courses.models import Enrollment, ExamSubmission, Submission, SubmissionStatus
from courses.services.breaker import CircuitOpen
from courses.services.execution import breaker
from courses.states import states

JSON = "application/json"
FUZZ = tomllib.loads(
    (django_settings.ROOT / "contracts" / "campus" / "fuzz.toml").read_text(encoding="utf-8")
)


@pytest.fixture
def people() -> dict[str, User]:
    return {
        name: UserFactory.create(username=name, role=role)
        for name, role in (("student", Role.STUDENT), ("other", Role.STUDENT), ("teacher", Role.TEACHER))
    }


@pytest.fixture
def api(people: dict[str, User]) -> Client:
    token, _ = services.issue(people["teacher"])
    return Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)


@pytest.fixture(autouse=True)
def _as_before(_empty_store: None, settings: Settings) -> Iterator[None]:
    """What a state changes is taken back before the store is asked again."""
    names = ("SUBMISSIONS_PER_MINUTE", "LOGINS_PER_MINUTE", "REDIS_URL")
    before = {name: getattr(settings, name) for name in names}
    yield
    for name, value in before.items():
        setattr(django_settings, name, value)
    store.cache_clear()


def offered() -> set[str]:
    """The names of values that fuzz.toml counts on."""
    found = {
        value
        for entry in FUZZ["values"]
        for place, values in entry.items()
        if "." in place
        for value in values
    }
    return {each[1:] for each in found if each.startswith("$")}


@pytest.mark.django_db
@pytest.mark.usefixtures("people")
def test_it_has_whatever_fuzzing_counts_on() -> None:
    made = states()["a term in full swing"]({})

    assert offered() - made.keys() == set()
    assert len(offered()) > 40


@pytest.mark.django_db
def test_a_name_that_it_does_not_have_would_be_seen(people: dict[str, User]) -> None:
    made = term.fill(people["teacher"], people["other"])

    assert offered() - (made.keys() - {"a_reply"}) == {"a_reply"}


@pytest.mark.django_db
def test_there_is_a_submission_in_every_status(people: dict[str, User]) -> None:
    term.fill(people["teacher"], people["other"])

    statuses = Counter(Submission.objects.filter(user=people["teacher"]).values_list("status", flat=True))

    assert statuses.keys() == set(SubmissionStatus)


@pytest.mark.django_db
def test_there_are_several_attempts_to_submit(people: dict[str, User]) -> None:
    term.fill(people["teacher"], people["other"])

    running = ExamSubmission.objects.filter(user=people["teacher"], status="in_progress")

    assert running.count() == term.SEVERAL + 1


@pytest.mark.django_db
def test_a_course_to_take_is_not_taken(people: dict[str, User]) -> None:
    made = term.fill(people["teacher"], people["other"])

    to_take = [value for name, value in made.items() if name.startswith("a_course_to_take")]

    assert len(to_take) == term.SEVERAL
    assert not Enrollment.objects.filter(user=people["teacher"], course__in=to_take).exists()


@pytest.mark.django_db
def test_it_can_be_filled_twice(people: dict[str, User]) -> None:
    first = term.fill(people["teacher"], people["other"])
    again = term.fill(people["teacher"], people["other"])

    assert first.keys() == again.keys()
    assert first["a_thread"] != again["a_thread"]


@pytest.mark.django_db
def test_the_teacher_logs_in_as_the_document_shows(api: Client) -> None:
    states()["a term in full swing"]({})

    answered = api.post(
        "/api/v1/tokens/", {"username": EXAMPLE_NAME, "password": EXAMPLE_PASSWORD}, content_type=JSON
    )

    assert answered.status_code == 201


@pytest.mark.django_db(transaction=True)
def test_no_program_is_run(api: Client) -> None:
    states()["a term in full swing"]({})

    answered = api.post("/api/v1/submissions/", {"code": "print(1)"}, content_type=JSON)

    assert (answered.status_code, answered.json()["status"]) == (200, "internal_error")
    with pytest.raises(CircuitOpen), breaker(Clock()).guarding():
        raise AssertionError("it was asked")


@pytest.mark.django_db
@pytest.mark.usefixtures("people")
def test_programs_may_be_judged() -> None:
    states()["a term in which programs are judged"]({})

    with breaker(Clock()).guarding():
        asked = True

    assert asked


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["submissions/", "tokens/"])
def test_nobody_may_try_often(api: Client, path: str) -> None:
    states()["a term in which nobody may try often"]({})

    answered = api.post(f"/api/v1/{path}", {}, content_type=JSON)

    assert answered.status_code == 429
    assert int(answered["Retry-After"]) >= 0


@pytest.mark.django_db
def test_a_teacher_who_teaches_no_more_keeps_no_exams(api: Client) -> None:
    made = states()["a term whose teacher teaches no more"]({})

    assert api.delete(f"/api/v1/exams/{made['a_draft_1']}/").status_code == 403


@pytest.mark.django_db
def test_without_its_store_it_works_more_slowly(api: Client) -> None:
    states()["a term without its store"]({})

    assert api.get("/api/v1/health").json()["status"] == "degraded"


@pytest.fixture
def _lost_and_found() -> Iterator[None]:
    yield
    databases.regain()


@pytest.mark.usefixtures("_lost_and_found")
def test_a_database_that_is_lost_is_there_again() -> None:
    place = {name: connections.settings["default"][name] for name in ("NAME", "HOST", "PORT")}

    databases.lose()
    databases.lose()
    lost = dict(connections.settings["default"])
    databases.regain()
    databases.regain()

    assert lost["NAME"] != place["NAME"]
    assert {name: connections.settings["default"][name] for name in place} == place


def test_what_was_not_lost_stays_as_it_is() -> None:
    before = dict(connections.settings["default"])

    databases.regain()

    assert connections.settings["default"] == before
