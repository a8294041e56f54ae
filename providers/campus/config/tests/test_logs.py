"""Logs: one line of JSON a record, with the request's id and without secrets."""

from __future__ import annotations

import json
import logging
import sys
from types import TracebackType

import pytest
from django.test import Client

from config.logs import JsonLines, WithRequestId, request_id, without_secrets


def line(message: str, *arguments: object) -> dict[str, str]:
    record = logging.LogRecord("campus", logging.INFO, "file", 1, message, arguments, None)
    WithRequestId().filter(record)
    found: dict[str, str] = json.loads(JsonLines().format(record))
    return found


def test_a_record_is_one_line_of_json() -> None:
    told = line("%s was\njudged", "it")

    assert told.keys() == {"time", "level", "logger", "message", "request_id"}
    assert (told["level"], told["message"]) == ("info", "it was\njudged")


def test_a_record_names_its_request() -> None:
    token = request_id.set("of-this-request")

    told = line("judged")

    request_id.reset(token)
    assert told["request_id"] == "of-this-request"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer s3cr3t",
        "{'Authorization': 'Bearer s3cr3t'}",
        '{"password": "s3cr3t"}',
        "X-Auth-Token: s3cr3t",
        "token=s3cr3t&page=1",
        "postgresql://campus:s3cr3t@db.example/campus",
        "redis://:s3cr3t@127.0.0.1:6379/0",
        "api_key = s3cr3t",
    ],
)
def test_a_secret_is_hidden(text: str) -> None:
    assert "s3cr3t" not in without_secrets(text)


@pytest.mark.parametrize(
    "text", ["GET /api/v1/tokens/ 200", "the token has ended", "http://127.0.0.1:2358/submissions refused"]
)
def test_what_is_no_secret_is_told(text: str) -> None:
    assert without_secrets(text) == text


def caught() -> tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]:
    try:
        raise ConnectionError("postgresql://campus:s3cr3t@db.example is gone")
    except ConnectionError:
        return sys.exc_info()


def test_a_secret_in_an_exception_is_hidden() -> None:
    record = logging.LogRecord("campus", logging.ERROR, "file", 1, "it failed", (), caught())

    told = JsonLines().format(record)

    assert "s3cr3t" not in told
    assert "is gone" in told


@pytest.mark.django_db
def test_a_request_is_logged_without_its_query(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "campus.requests")

    client.get("/api/v1/health?token=s3cr3t", headers={"X-Request-ID": "of-this-request"})

    assert [record.getMessage() for record in caplog.records] == ["GET /api/v1/health 200"]


@pytest.mark.django_db
def test_the_id_of_a_request_comes_back(client: Client) -> None:
    answered = client.get("/nowhere", headers={"X-Request-ID": "of-this-request"})

    assert answered["X-Request-ID"] == "of-this-request"
    assert answered.json()["error"]["request_id"] == "of-this-request"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent", ["short", "a" * 65, "two words of it", "line\tbreak-and-more", "ümläut-in-it"]
)
def test_an_id_that_could_harm_a_log_is_replaced(client: Client, sent: str) -> None:
    answered = client.get("/api/v1/health", headers={"X-Request-ID": sent})

    assert len(answered["X-Request-ID"]) == 32
