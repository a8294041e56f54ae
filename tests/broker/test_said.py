"""What a broker says, as it may be shown."""

from __future__ import annotations

import base64

import pytest

from troth.broker.said import Clean, complaints
from troth.canary import leaks

TOKEN = "t0ken/with+signs=="
SECRETS = {"PACT_BROKER_TOKEN": TOKEN, "PACT_BROKER_PASSWORD": "pass word", "PACT_BROKER_USERNAME": "pact"}


def test_control_characters_are_left_out() -> None:
    assert Clean({})("a\x1b[31m b\r\n\tc\u202e\x00d") == "a [31m b c d"


def test_a_long_text_is_cut() -> None:
    assert Clean({})("x" * 10_000_000) == "x" * 300 + "…"


def test_many_lines_are_cut() -> None:
    lines = Clean({}).lines(f"line {number}" for number in range(1_000_000))

    assert (len(lines), lines[-1]) == (21, "and more")


def test_empty_lines_are_left_out() -> None:
    assert Clean({}).lines(["a\n\n  \nb", ""]) == ("a", "b")


@pytest.mark.parametrize(
    "text",
    [
        f"no such token {TOKEN}",
        "no such token t0ken%2Fwith%2Bsigns%3D%3D",
        f"Authorization: Basic {base64.b64encode(b'pact:pass word').decode()}",
        "the password is pass word",
    ],
)
def test_a_credential_is_replaced_by_its_variable(text: str) -> None:
    shown = Clean(SECRETS)(text)

    assert leaks(shown, {"token": TOKEN, "password": "pass word"}) == ()


def test_a_user_name_is_replaced_as_a_word_alone() -> None:
    assert Clean(SECRETS)("pact may not read pacts of impact") == (
        "$PACT_BROKER_USERNAME may not read pacts of impact"
    )


def test_a_short_credential_garbles_nothing() -> None:
    assert Clean({"PACT_BROKER_TOKEN": "a"})("a banana") == "a banana"


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"error": "a"}, ["a"]),
        ({"error": {"message": "a", "reference": "r"}}, ["a"]),
        ({"errors": ["a", "b"]}, ["a", "b"]),
        ({"errors": {"branch": ["a"], "tags": ["b"]}}, ["a", "b"]),
        ({"notices": [{"type": "error", "text": "a"}]}, ["a"]),
        ({"title": "t", "detail": "d"}, ["d", "t"]),
        ({"errors": 7, "error": None}, []),
        ({}, []),
    ],
)
def test_a_complaint_is_found_in_any_form(document: dict[str, object], found: list[str]) -> None:
    assert list(complaints(document)) == found  # type: ignore[arg-type]
