"""A miss names the nearest recording, each part that differs, why, and what to do."""

from __future__ import annotations

import pytest

from tests.mock.library import ONE, OTHER, answer, asking, books_api, lending, recorded, recordings
from troth.api import Api
from troth.exchange import Exchange, Headers, Request
from troth.mock.miss import Known, Miss, Reason, explain

LENT = asking("POST", "/loans", {"title": "Emma"})


def missed(request: Request, *exchanges: Exchange, played: bool = True, expired: bool = False) -> Miss:
    api = books_api()
    known = [Known(each, played, expired) for each in recordings(api, *exchanges)]
    return explain(api, request, known)


def test_nothing_was_ever_recorded(books: Api) -> None:
    miss = explain(books, asking("GET", "/titles"), [])

    assert miss.reason is Reason.NEVER_RECORDED
    assert "troth record books --missing" in miss.hint


def test_another_operation_was_recorded() -> None:
    miss = missed(asking("GET", "/titles"), *lending())

    assert miss.reason is Reason.NEVER_RECORDED
    assert miss.nearest is not None


@pytest.mark.parametrize(
    ("played", "expired", "reason", "command"),
    [
        (True, False, Reason.ALREADY_PLAYED, "troth record books lending"),
        (False, False, Reason.NOT_PLAYED, 'books.play("lending")'),
        (False, True, Reason.EXPIRED, "troth record books --expired"),
    ],
)
def test_the_very_request_was_recorded(played: bool, expired: bool, reason: Reason, command: str) -> None:  # noqa: FBT001
    miss = missed(LENT, *lending(), played=played, expired=expired)

    assert miss.reason is reason
    assert command in miss.hint


def test_each_part_of_a_body_that_differs_is_named() -> None:
    miss = missed(asking("POST", "/loans", {"title": "Persuasion", "days": 7}), *lending())

    assert miss.reason is Reason.BODY_DIFFERS
    assert [str(each) for each in miss.differences] == [
        'body $.title: sent "Persuasion", recorded "Emma"',
        "body $.days: sent 7, recorded nothing",
    ]


def test_a_query_and_a_path_that_differ_are_named() -> None:
    listed = recorded(asking("GET", "/titles?page=1"), answer(200, []))
    looked = missed(asking("GET", "/titles?page=2&order=year"), listed)

    assert looked.reason is Reason.REQUEST_DIFFERS
    assert [each.part for each in looked.differences] == ["query page", "query order"]


def test_a_path_parameter_that_was_handed_out_differs() -> None:
    miss = missed(asking("GET", f"/loans/{OTHER}"), *lending())

    assert [str(each) for each in miss.differences] == [
        f'path loan: sent a string of 36 characters, recorded "{ONE}"'
    ]


def test_a_secret_that_was_sent_is_not_shown() -> None:
    sent = asking("POST", "/loans", {"title": "Persuasion", "reader": "ada@example.com"})

    miss = missed(sent, *lending())

    assert "ada@example.com" not in f"{miss.text}{miss.hint}"
    assert "a string of 15 characters" in miss.text


def test_a_key_that_nobody_declared_is_not_shown() -> None:
    miss = missed(asking("POST", "/loans", {"title": "Emma", "ada@example.com": 1}), *lending())

    assert "ada@example.com" not in f"{miss.text}{miss.hint}"
    assert 'body $["*"]: sent a value of kind integer' in miss.text


def test_an_undeclared_path_is_not_shown() -> None:
    miss = missed(asking("GET", "/loans/by/T0ken-of-Ada"), *lending())

    assert "T0ken-of-Ada" not in f"{miss.text}{miss.hint}"


def test_a_redacted_part_is_no_difference() -> None:
    made = recorded(
        asking("POST", "/loans", {"title": "Emma", "reader": "redacted-1"}),
        answer(201, {"id": ONE, "title": "Emma"}),
    )

    miss = missed(asking("POST", "/loans", {"title": "Persuasion", "reader": "ada"}), made)

    assert [each.part for each in miss.differences] == ["body $.title"]


def test_a_request_that_breaks_the_contract_says_so() -> None:
    miss = missed(asking("POST", "/loans", {"name": "Emma"}), *lending())

    assert "against the contract: POST /loans request $.name" in miss.text


def test_a_body_that_is_not_json_is_told_by_its_size() -> None:
    miss = missed(asking("POST", "/loans", text=b"{"), *lending())

    assert "body: sent 1 bytes, not JSON, recorded 17 bytes, a JSON object" in miss.text


def test_a_body_under_another_media_type_is_told() -> None:
    sent = Request("POST", LENT.url, Headers.of({"Content-Type": "text/plain"}), LENT.body)

    miss = missed(sent, *lending())

    assert miss.reason is Reason.BODY_DIFFERS
    assert [str(each) for each in miss.differences] == [
        "header Content-Type: sent text/plain, recorded application/json"
    ]


def test_a_body_of_another_kind_is_far_away() -> None:
    malformed = recorded(asking("POST", "/loans", text=b'{"redacted'), answer(400))

    miss = missed(asking("POST", "/loans", {"title": "Persuasion", "days": 7}), malformed, *lending())

    assert miss.nearest is not None
    assert miss.nearest.exchange.response.status == 201


def test_a_recording_of_the_same_operation_is_nearer_than_any_other() -> None:
    miss = missed(asking("POST", "/loans", {"title": "Persuasion", "days": 7}), *reversed(lending()))

    assert miss.nearest is not None
    assert miss.nearest.exchange.request.method == "POST"
