"""Tokens: given, kept as digests, taken, ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from accounts import services
from accounts.factories import UserFactory
from accounts.models import BearerToken, User
from config.errors import Unknown

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    made = UserFactory.create(username="ada")
    made.set_password(PASSWORD)
    made.save()
    return made


def test_a_token_names_its_user(user: User) -> None:
    token, _ = services.issue(user)

    assert services.holder(token) == user


def test_no_token_is_kept_in_plain(user: User) -> None:
    token, row = services.issue(user)

    assert token not in str(BearerToken.objects.filter(pk=row.pk).values())
    assert row.digest == services.digest(token)


def test_two_tokens_differ(user: User) -> None:
    assert services.issue(user)[0] != services.issue(user)[0]


@pytest.mark.parametrize(("seconds", "good"), [(-1, True), (0, False), (1, False)])
def test_a_token_is_good_until_it_expires(user: User, *, seconds: int, good: bool) -> None:
    token, _ = services.issue(user, lasts=timedelta(hours=1), now=NOON)
    moment = NOON + timedelta(hours=1, seconds=seconds)

    assert (services.holder(token, now=moment) == user) is good


def test_a_token_lasts_as_long_as_the_settings_say(user: User, settings: Settings) -> None:
    settings.TOKEN_DAYS = 2

    _, row = services.issue(user, now=NOON)

    assert row.expires_at == NOON + timedelta(days=2)


@pytest.mark.parametrize("sent", ["", "nonsense", "\x00", "\ud800", "ü"])
def test_what_is_no_token_names_nobody(user: User, sent: str) -> None:
    services.issue(user)

    assert services.holder(sent) is None


def test_a_revoked_token_names_nobody(user: User) -> None:
    token, row = services.issue(user)

    services.revoke(user, row.pk)

    assert services.holder(token) is None


def test_a_token_of_another_cannot_be_revoked(user: User) -> None:
    token, row = services.issue(UserFactory.create())

    with pytest.raises(Unknown):
        services.revoke(user, row.pk)

    assert services.holder(token) is not None


def test_a_user_who_was_shut_out_has_no_good_token(user: User) -> None:
    token, _ = services.issue(user)
    user.is_active = False
    user.save()

    assert services.holder(token) is None


def post(client: Client, body: dict[str, str]) -> tuple[int, dict[str, object]]:
    answered = client.post("/api/v1/tokens/", body, content_type="application/json")
    return answered.status_code, answered.json()


def test_a_password_brings_a_token_over_the_api(client: Client, user: User) -> None:
    status, body = post(client, {"username": "ada", "password": PASSWORD, "name": "laptop"})

    assert (status, body["name"]) == (201, "laptop")
    assert services.holder(str(body["token"])) == user


@pytest.mark.parametrize("password", ["wrong", PASSWORD + " "])
def test_a_wrong_password_is_a_401_with_a_challenge(client: Client, user: User, password: str) -> None:
    answered = client.post(
        "/api/v1/tokens/",
        {"username": user.username, "password": password},
        content_type="application/json",
    )

    assert (answered.status_code, answered["WWW-Authenticate"]) == (401, 'Bearer realm="campus"')
    assert BearerToken.objects.count() == 0


@pytest.mark.usefixtures("user")
def test_guessing_passwords_is_slowed_down(client: Client, settings: Settings) -> None:
    settings.LOGINS_PER_MINUTE = 1
    post(client, {"username": "ada", "password": "guess"})

    answered = client.post(
        "/api/v1/tokens/", {"username": "ada", "password": PASSWORD}, content_type="application/json"
    )

    assert (answered.status_code, answered.json()["error"]["code"]) == (429, "too_many_requests")
    assert 1 <= int(answered["Retry-After"]) <= 60


def test_tokens_are_listed_without_what_they_are(client: Client, user: User) -> None:
    token, row = services.issue(user, name="laptop")
    services.issue(UserFactory.create())

    answered = client.get("/api/v1/tokens/", headers={"Authorization": f"Bearer {token}"})

    assert [each["id"] for each in answered.json()["items"]] == [row.pk]
    assert token not in answered.content.decode()


def test_a_token_can_be_ended_over_the_api(client: Client, user: User) -> None:
    used, _ = services.issue(user)
    lost, row = services.issue(user)

    answered = client.delete(f"/api/v1/tokens/{row.pk}/", headers={"Authorization": f"Bearer {used}"})

    assert answered.status_code == 204
    assert services.holder(lost) is None


def test_a_token_does_not_end_itself(client: Client, user: User) -> None:
    token, row = services.issue(user)

    answered = client.delete(f"/api/v1/tokens/{row.pk}/", headers={"Authorization": f"Bearer {token}"})

    assert (answered.status_code, answered.json()["error"]["code"]) == (409, "conflict")
    assert services.holder(token) == user


def test_who_one_is(client: Client, user: User) -> None:
    token, _ = services.issue(user)

    answered = client.get("/api/v1/users/me/", headers={"Authorization": f"Bearer {token}"})

    assert answered.json() == {"id": user.pk, "username": "ada", "role": "student", "organisation": None}
