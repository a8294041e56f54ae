"""What a recording of campus shows, and what it hides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from contracts.campus.operations import campus
from tests.contracts.campus.exchanges import NOW, THREAD, call, failure, submitted
from troth.exchange import Exchange
from troth.jsontext import Json
from troth.redact import redact

CASSETTES = sorted((Path(__file__).resolve().parents[3] / "cassettes" / "campus").glob("*.yaml"))
LOG_IN = call(
    "POST",
    "/tokens/",
    {"username": "olga-s", "password": "s3cret-word", "name": "campus-web"},
    {"id": 1, "name": "campus-web", "created_at": NOW, "expires_at": NOW, "token": "t0ken-of-hers"},
    status=201,
)


def shown(exchanges: Sequence[Exchange]) -> str:
    found = redact(campus, exchanges).exchanges
    return b"".join(each.request.body + each.response.body for each in found).decode()


@pytest.mark.parametrize("secret", ["olga-s", "s3cret-word", "t0ken-of-hers", NOW])
def test_who_logs_in_and_with_what_is_hidden(secret: str) -> None:
    assert secret not in shown([LOG_IN])


def test_what_a_token_is_for_may_be_seen() -> None:
    assert shown([LOG_IN]).count("campus-web") == 2


def test_of_a_thread_only_the_text_may_be_seen() -> None:
    told = shown([call("GET", "/threads/9/", None, {**THREAD, "author": "olga-s"})])

    assert "olga-s" not in told
    assert "Один" in told


def test_a_program_may_be_seen() -> None:
    assert "return a + b" in shown([submitted()])


def test_of_an_error_only_the_fields_may_be_seen() -> None:
    refused: Json = failure(message="s3cret words", fields={"answers.0.problem_id": "s3cret words"})
    told = shown([call("POST", "/submissions/", {"code": ""}, refused, status=400)])

    assert "answers.0.problem_id" in told
    assert "s3cret" not in told


def test_there_are_recordings() -> None:
    assert len(CASSETTES) >= 40


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda path: path.stem)
def test_a_recording_names_nobody(cassette: Path) -> None:
    named = re.findall(
        r'"(?:author|username|password|token|organisation)": ?"([^"]*)"', cassette.read_text(encoding="utf-8")
    )

    assert [name for name in named if not name.startswith("redacted-")] == []


def test_names_in_recordings_would_be_seen() -> None:
    assert any('"author": "redacted-' in cassette.read_text(encoding="utf-8") for cassette in CASSETTES)
