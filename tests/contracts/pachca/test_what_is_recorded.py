"""What a recording of Pachca shows, and what it hides."""

from __future__ import annotations

import json
import posixpath

import pytest

from contracts.pachca.operations import pachca
from contracts.pachca.texts import INBOX
from tests.contracts.pachca.exchanges import (
    BOT,
    FILE,
    FOLDER,
    UPLOAD,
    USER,
    USER_ID,
    call,
    complaint,
    places,
    refused,
    sent,
)
from troth.jsontext import Json
from troth.redact import redact

SENT_FILE: dict[str, Json] = {"key": f"{FOLDER}/a.png", "name": "A.PNG", "file_type": "image", "size": 1}


def test_a_recording_keeps_what_was_said_without_telling_who_said_it() -> None:
    shown = redact(pachca, [sent(), call("GET", f"/users/{USER_ID}", None, {"data": USER})]).exchanges

    bodies = b"".join(each.request.body + each.response.body for each in shown).decode()

    assert "вторая строка" in bodies
    assert not [secret for secret in ("Ольга", "olga", "Инженер", "app.pachca.com") if secret in bodies]


def test_a_recording_of_an_upload_lets_nobody_upload_and_fits_together() -> None:
    files: Json = [{**FILE, "name": "salaries.png", "key": f"{FOLDER}/salaries.png"}]
    sending = sent(
        {"files": [{**SENT_FILE, "name": "Salaries.PNG", "key": f"{FOLDER}/salaries.png"}]}, {"files": files}
    )

    upload, message = redact(pachca, [call("POST", "/uploads", None, UPLOAD, 201), sending]).exchanges

    bodies = upload.response.body.decode() + message.request.body.decode() + message.response.body.decode()
    assert not [
        secret for secret in ("e354fd79", "salaries", "87e8f3ba", "eyJleHB", "286471") if secret in bodies
    ]
    assert [places(upload), places(message)] == [[], []]
    assert b"/${filename}" in upload.response.body


@pytest.mark.parametrize(
    ("name", "end"),
    [("salaries.png", ".png"), ("salaries.2031.PDF", ".PDF"), ("salaries", ""), (".salaries", "")],
)
def test_a_recording_shows_of_the_name_of_a_file_the_extension(name: str, end: str) -> None:
    sending = sent({"files": [{**SENT_FILE, "name": name, "key": f"{FOLDER}/{name}"}]})

    (shown,) = redact(pachca, [sending]).exchanges

    (file,) = json.loads(shown.request.body)["message"]["files"]
    assert (file["name"].startswith("redacted-"), posixpath.splitext(file["name"])[1]) == (True, end)
    assert posixpath.basename(file["key"]) == file["name"]


@pytest.mark.parametrize("value", ["4334", "194275", "2637266155"])
def test_a_recording_shows_the_id_that_was_refused(value: str) -> None:
    asked = f"/messages/{value}"

    (shown,) = redact(pachca, [call("GET", asked, None, complaint(key="id", value=value), 404)]).exchanges

    assert (shown.request.url.endswith(asked), value in shown.response.body.decode()) == (True, True)


@pytest.mark.parametrize("value", ["olga@example.com", "+79001234567", "79001234567", "9001234567"])
def test_a_recording_hides_what_else_was_refused(value: str) -> None:
    (shown,) = redact(pachca, [refused(404, complaint(key="email", value=value))]).exchanges

    assert value not in shown.response.body.decode()


@pytest.mark.parametrize(
    ("address", "times"), [(INBOX, 2), ("https://bot.example.com/secret-path", 0), (f"{INBOX}2", 0)]
)
def test_a_recording_shows_the_address_of_webhooks_that_stands_for_any(address: str, times: int) -> None:
    webhook = BOT["webhook"]
    assert isinstance(webhook, dict)
    answer: Json = {"data": {**BOT, "webhook": {**webhook, "outgoing_url": address}}}
    exchange = call("PUT", "/bot/webhook", {"webhook": {"outgoing_url": address}}, answer)

    (shown,) = redact(pachca, [exchange]).exchanges

    assert (shown.request.body + shown.response.body).decode().count(f'"{address}"') == times
