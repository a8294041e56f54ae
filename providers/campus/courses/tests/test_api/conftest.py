"""Clients of the API, and a judge that is played."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from accounts import services
from accounts.factories import UserFactory
from accounts.models import User
from courses.tests.judges import Stage
from troth.mock import ApiMock


@pytest.fixture
def user(db: None) -> User:  # noqa: ARG001 - the user is a row
    """A student."""
    return UserFactory.create(username="ada")


@pytest.fixture
def teacher(db: None) -> User:  # noqa: ARG001 - the user is a row
    return UserFactory.create(username="grace", teacher=True)


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A client that sends a token of the user."""

    def signed_in(user: User) -> Client:
        token, _ = services.issue(user)
        return Client(headers={"Authorization": f"Bearer {token}"})

    return signed_in


@pytest.fixture
def api(user: User, as_user: Callable[[User], Client]) -> Client:
    """That of the student."""
    return as_user(user)


@pytest.fixture
def staff(teacher: User, as_user: Callable[[User], Client]) -> Client:
    """That of the teacher."""
    return as_user(teacher)


@pytest.fixture
def judge(judge0: ApiMock, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The judge, which answers what the test has it answer; waiting for it takes no time."""
    settings.JUDGE0_URL = judge0.server.url
    settings.JUDGE0_AUTH_TOKEN = judge0.server.token
    stage = Stage(judge0)
    monkeypatch.setattr("courses.services.execution.Clock", lambda: stage.clock)
    return stage
