"""Whether the service can work, with each part of it down."""

from __future__ import annotations

import pytest
import redis
from django.db import OperationalError
from django.test import Client
from redis.backoff import NoBackoff
from redis.retry import Retry

DEAD = redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0))


@pytest.mark.django_db
def test_what_is_needed_is_there(client: Client) -> None:
    answered = client.get("/api/v1/health")

    assert answered.status_code == 200
    assert answered.json() == {"status": "ok", "database": "ok", "store": "ok"}


@pytest.mark.django_db
@pytest.mark.case("A063")
def test_without_the_store_it_works_more_slowly(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.health.store", lambda: DEAD)

    answered = client.get("/api/v1/health")

    assert answered.status_code == 200
    assert answered.json() == {"status": "degraded", "database": "ok", "store": "down"}


def test_without_the_database_it_does_not_work(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def cursor(self) -> None:
            raise OperationalError("the server is gone")

    monkeypatch.setattr("config.health.connection", Gone())

    answered = client.get("/api/v1/health")

    assert answered.status_code == 503
    assert answered.json() == {"status": "down", "database": "down", "store": "ok"}


@pytest.mark.django_db
@pytest.mark.case("A063")
def test_without_the_store_nobody_is_refused_for_asking_too_often(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.throttles.store", lambda: DEAD)

    answered = client.post(
        "/api/v1/tokens/", {"username": "ada", "password": "guess"}, content_type="application/json"
    )

    assert answered.status_code == 401
