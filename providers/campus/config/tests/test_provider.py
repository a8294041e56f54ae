"""campus as a provider: its states, its judge, its databases."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from config.databases import regain
from config.store import store
from config.world import Changed, Held, World, database
from courses.models import Course, Submission
from courses.states import states
from troth.errors import ProviderRefused, UsageProblem
from troth.loopback import LoopbackServer
from troth.provider import Provider, ProviderOptions
from troth.wsgi import wsgi_handler

RIGHT = "def solve(a, b):\n    return a + b\n"
SERVER = "postgresql://127.0.0.1:5432/postgres"


def in_a_thread(call: Callable[[], Any]) -> Any:
    """As the toolkit does it: the connections of the test's own thread are left alone."""

    def run() -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=60)


@pytest.fixture(autouse=True)
def _parts_are_back(_empty_store: None) -> Iterator[None]:
    """A state may be without its store or its database, which the next test is not to be."""
    before = settings.REDIS_URL
    yield
    settings.REDIS_URL = before
    store.cache_clear()
    regain()


@contextmanager
def started(options: ProviderOptions) -> Iterator[Provider]:
    create = importlib.import_module("providers.campus.provider").create
    provider: Provider = in_a_thread(lambda: create(options))
    try:
        yield provider
    finally:
        in_a_thread(provider.close)


@pytest.fixture(scope="module")
def provider(django_db_blocker: DjangoDbBlocker) -> Iterator[Provider]:
    """For scenarios."""
    with django_db_blocker.unblock(), started(ProviderOptions()) as found:
        yield found


@pytest.fixture(scope="module")
def url(provider: Provider) -> Iterator[str]:
    with LoopbackServer(wsgi_handler(provider.app)) as server:
        yield f"{server.url}/api/v1"


def put_into(provider: Provider, name: str) -> dict[str, Any]:
    def put() -> dict[str, Any]:
        provider.reset()
        return dict(provider.states[name]({}))

    found: dict[str, Any] = in_a_thread(put)
    return found


def send(provider: Provider, url: str, body: dict[str, object]) -> requests.Response:
    headers = {"Authorization": f"Bearer {provider.credentials['valid']}"}
    return requests.post(f"{url}/submissions/", json=body, headers=headers, timeout=30)


@pytest.mark.usefixtures("provider")
def test_what_this_process_starts_is_none_of_djangos() -> None:
    assert "DJANGO_SETTINGS_MODULE" not in os.environ


def _ids(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name.endswith("_id")}


@pytest.mark.parametrize("name", states())
def test_every_state_gives_the_same_ids_each_time(provider: Provider, name: str) -> None:
    first = put_into(provider, name)
    again = put_into(provider, name)

    assert first.keys() == again.keys()
    assert _ids(first) == _ids(again)
    assert len(first) > 0


@pytest.mark.parametrize(
    ("role", "username"), [("valid", "student"), ("other", "other"), ("teacher", "teacher")]
)
def test_every_role_is_somebody(provider: Provider, url: str, role: str, username: str) -> None:
    in_a_thread(provider.reset)
    headers = {"Authorization": f"Bearer {provider.credentials[role]}"}

    found = requests.get(f"{url}/users/me/", headers=headers, timeout=10)

    assert found.json()["username"] == username


def test_a_world_begins_empty(provider: Provider) -> None:
    put_into(provider, "a course")

    in_a_thread(provider.reset)

    assert in_a_thread(Course.objects.count) == 0


@pytest.mark.parametrize(
    ("code", "status"),
    [(RIGHT, "accepted"), (RIGHT.replace("+", "-"), "wrong_answer"), ("(", "runtime_error")],
)
def test_programs_are_really_judged(provider: Provider, url: str, code: str, status: str) -> None:
    problem = put_into(provider, "a problem with test cases")["problem_id"]

    answered = send(provider, url, {"code": code, "problem_id": problem})

    assert (answered.status_code, answered.json()["status"]) == (201, status)


@pytest.mark.case("A063")
def test_without_its_judge_a_submission_ends_and_says_why(provider: Provider, url: str) -> None:
    problem = put_into(provider, "the judge is down")["problem_id"]

    answered = send(provider, url, {"code": RIGHT, "problem_id": problem})

    assert (answered.status_code, answered.json()["status"]) == (201, "internal_error")
    assert answered.json()["error"] == "judge unavailable"
    assert in_a_thread(Submission.objects.get).status == "internal_error"


def test_limited_submissions_are_refused(provider: Provider, url: str) -> None:
    problem = put_into(provider, "submissions are limited")["problem_id"]

    answered = send(provider, url, {"code": RIGHT, "problem_id": problem})

    assert answered.status_code == 429


@pytest.mark.parametrize("name", ["the judge is down", "submissions are limited"])
def test_what_a_state_has_changed_is_taken_back(provider: Provider, name: str) -> None:
    before = settings.JUDGE0_URL, settings.SUBMISSIONS_PER_MINUTE

    put_into(provider, name)
    in_a_thread(provider.reset)

    assert before == (settings.JUDGE0_URL, settings.SUBMISSIONS_PER_MINUTE)


@pytest.mark.django_db
def test_a_database_that_is_not_ours_is_not_emptied() -> None:
    Course.objects.create(title="Somebody's")
    world = World(Held("the database of somebody"), Changed({}))

    with pytest.raises(UsageProblem, match="not to be emptied"):
        world.reset()

    assert Course.objects.count() == 1
    assert world.tokens == {}


@contextmanager
def used(url: str, options: ProviderOptions, blocker: DjangoDbBlocker) -> Iterator[Held]:
    with blocker.unblock(), database(url, options) as held:
        yield held


@pytest.mark.parametrize(
    ("url", "strangers", "ours", "demo"),
    [("", False, True, False), ("", True, True, True), ("sqlite:///{folder}/own.db", True, False, False)],
    ids=["scenarios", "served", "served with DATABASE_URL"],
)
def test_whose_a_database_is(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, *, url: str, strangers: bool, ours: bool, demo: bool
) -> None:
    options = ProviderOptions(strangers=strangers)

    with used(url.format(folder=tmp_path), options, django_db_blocker) as held:
        assert (held.ours, held.demo) == (ours, demo)


def test_what_is_kept_in_a_folder_is_there_the_next_time(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    options = ProviderOptions(strangers=True, data=tmp_path)
    with used("", options, django_db_blocker) as held:
        World(held, Changed({}))
    with used("", options, django_db_blocker) as held:
        again = World(held, Changed({}))

        courses = Course.objects.count()

    assert courses == 1
    assert again.tokens.keys() == {"valid", "other", "teacher"}


@pytest.mark.needs("postgresql")
def test_scenarios_have_a_database_of_their_own_on_the_server(django_db_blocker: DjangoDbBlocker) -> None:
    with used(SERVER, ProviderOptions(), django_db_blocker) as held:
        made = str(connection.settings_dict["NAME"])
        vendor, courses = connection.vendor, Course.objects.count()

    assert (held.ours, vendor, courses) == (True, "postgresql", 0)
    assert made.startswith("campus_scenarios_")


def test_the_database_of_the_tests_is_there_again_behind_a_provider(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    before = connections.settings["default"], connections["default"]

    with used(f"sqlite:///{tmp_path}/other.db", ProviderOptions(strangers=True), django_db_blocker):
        assert connections["default"] is not before[1]

    assert (connections.settings["default"], connections["default"]) == before


def refusing(*_: object, **__: object) -> None:
    raise ProviderRefused("there is no sandbox")


def test_what_is_generated_is_not_run_without_a_sandbox(
    monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> None:
    monkeypatch.setattr("providers.campus.provider.open_fake", refusing)

    with django_db_blocker.unblock(), started(ProviderOptions(generated=True)) as provider:
        notes = provider.notes

    assert "programs are not judged: there is no sandbox" in notes


def test_a_state_without_the_database_ends_with_the_next_one(provider: Provider, url: str) -> None:
    put_into(provider, "the database is down")
    down = requests.get(f"{url}/health", timeout=10).status_code

    put_into(provider, "a course")

    assert (down, requests.get(f"{url}/health", timeout=10).status_code) == (503, 200)
