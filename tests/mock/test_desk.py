"""What one test offers is given once each, in order, to whoever asks for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.mock.library import ONE, OTHER, answer, asking, lending, recorded, recordings
from troth.api import Api
from troth.errors import TrothError
from troth.exchange import Response, SourceKind
from troth.mock import Desk, MockMiss, NotAllowed

POLL = asking("GET", f"/loans/{ONE}")


def loan(title: str) -> Response:
    return answer(200, {"id": ONE, "title": title})


def test_the_same_request_is_answered_in_the_recorded_order(books: Api, desk: Desk) -> None:
    desk.offers.play(
        books, recordings(books, recorded(POLL, loan("Emma")), recorded(POLL, loan("Persuasion")))
    )

    answers = [desk.answer(POLL).body for _ in range(2)]

    assert answers == [loan("Emma").body, loan("Persuasion").body]


def test_calls_are_exchanges_with_what_was_really_sent(books: Api, desk: Desk) -> None:
    desk.offers.play(books, recordings(books, *lending()))
    sent = asking("POST", "/loans", {"title": "Emma"})

    desk.answer(sent)

    (call,) = desk.calls("books")
    assert (call.request, call.source.kind) == (sent, SourceKind.SIMULATED)


def test_a_secret_of_the_client_is_not_compared(books: Api, desk: Desk) -> None:
    made = recorded(
        asking("POST", "/loans", {"title": "Emma", "reader": "redacted-2"}),
        answer(201, {"id": ONE, "title": "Emma"}),
    )
    desk.offers.play(books, recordings(books, made))

    response = desk.answer(asking("POST", "/loans", {"title": "Emma", "reader": "grace@example.com"}))

    assert response.status == 201


def test_the_exact_recording_comes_before_one_that_fits_but_for_redacted_parts(
    books: Api, desk: Desk
) -> None:
    first = recorded(POLL, loan("Emma"))
    other = recorded(asking("GET", f"/loans/{OTHER}"), answer(200, {"id": OTHER, "title": "Persuasion"}))
    desk.offers.play(books, recordings(books, first, other))

    assert b"Persuasion" in desk.answer(asking("GET", f"/loans/{OTHER}")).body


def test_a_reply_and_a_play_are_given_in_the_order_of_the_test(books: Api, desk: Desk) -> None:
    desk.offers.reply(books, books.named("loan"), frozenset(), answer(404, {"error": "gone"}))
    desk.offers.play(books, recordings(books, recorded(POLL, loan("Emma"))))
    desk.offers.reply(books, books.named("loan"), frozenset(), answer(404, {"error": "gone"}))

    statuses = [desk.answer(POLL).status for _ in range(3)]

    assert statuses == [404, 200, 404]


def test_a_reply_is_judged_with_the_request_that_it_answers(books: Api, desk: Desk) -> None:
    response = answer(201, {"id": ONE, "title": "Persuasion"})
    desk.offers.reply(books, books.named("lend"), frozenset(), response)

    with pytest.raises(NotAllowed, match="echo-differs"):
        desk.answer(asking("POST", "/loans", {"title": "Emma"}))


def test_a_reply_does_not_answer_a_request_that_breaks_the_contract(books: Api, desk: Desk) -> None:
    desk.offers.reply(books, books.named("lend"), frozenset(), answer(503, {"error": "closed"}))

    with pytest.raises(NotAllowed, match=r"\$\.title"):
        desk.answer(asking("POST", "/loans", {"name": "Emma"}))


def test_a_reply_for_a_query_waits_for_it(books: Api, desk: Desk) -> None:
    only = frozenset({("page", "2")})
    desk.offers.reply(books, books.named("titles"), only, answer(200, ["Emma"]))

    with pytest.raises(MockMiss):
        desk.answer(asking("GET", "/titles?page=1"))
    assert desk.answer(asking("GET", "/titles?page=2")).status == 200


def test_what_was_refused_is_remembered_whoever_catches_it(desk: Desk) -> None:
    with pytest.raises(MockMiss) as raised:
        desk.answer(asking("GET", "/titles"))

    assert desk.refused == (raised.value,)
    assert isinstance(raised.value, TrothError)


def test_what_was_never_asked_for_is_told_in_order(books: Api, desk: Desk) -> None:
    desk.offers.play(books, recordings(books, *lending()))
    desk.offers.reply(books, books.named("titles"), frozenset(), answer(200, []))
    desk.answer(asking("POST", "/loans", {"title": "Emma"}))

    assert [each.order for each in desk.unasked()] == [2, 3]


def test_two_plays_of_the_same_are_given_twice(books: Api, desk: Desk) -> None:
    desk.offers.play(books, recordings(books, *lending()))
    desk.offers.play(books, recordings(books, *lending()))

    answers = [desk.answer(POLL).status for _ in range(2)]

    assert answers == [200, 200]


def test_eight_threads_get_each_recording_once(books: Api, desk: Desk) -> None:
    titles = [f"Volume {number}" for number in range(200)]
    desk.offers.play(books, recordings(books, *(recorded(POLL, loan(title)) for title in titles)))

    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda _: desk.answer(POLL).body, titles))

    assert sorted(bodies) == sorted(loan(title).body for title in titles)
