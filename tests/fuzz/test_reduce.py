"""The smallest request that still shows a failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest

from tests.fuzz.stage import fuzzed
from tests.support.workspaces import Team
from troth.credentials import Credentials
from troth.exchange import Exchange, Headers, Request, Response
from troth.fuzz import Budget, Choice, Document, Failure, Sent
from troth.fuzz.asked import Asked
from troth.fuzz.cause import Cause
from troth.fuzz.reduce import Reducer
from troth.fuzz.replay import Replay

DOCUMENT = Document({"openapi": "3.1.0", "paths": {}}, "openapi.json")
LABEL = "POST /notes"
HEADERS = Headers.of({"X-One": "1", "X-Two": "2", "Content-Type": "application/json"})
REQUEST = Request("POST", "http://localhost/notes?a=1&b=2&c=3", HEADERS, b'{"x": 1, "y": 2, "z": 3}')


def failure(check: str) -> Failure:
    """A failed check."""
    return Failure(check, "wrong", path="status")


@contextmanager
def service(check: str, *needs: str) -> Iterator[mock.Mock]:
    """Sends requests to nobody: one that holds each of ``needs`` fails, any other is accepted."""

    def sent(label: str, given: str, requests: tuple[Asked, ...], *_: str) -> Sent:
        last = requests[-1]
        targets = " ".join(one.target for one in requests)
        text = f"{targets} {last.headers} {last.body.decode()}"
        fails = all(need in text for need in needs)
        exchange = Exchange(Request(last.method, f"http://localhost{last.target}"), Response(500))
        return Sent(label, "", given, None, exchange, (failure(check),) if fails else ())

    replay = mock.create_autospec(Replay, instance=True)
    replay.sent.side_effect = sent
    replay.credentials = Credentials({})
    yield replay


def met(check: str, *before: Request) -> tuple[Sent, Cause]:
    """What a run met."""
    earlier = tuple(Exchange(request, Response(200)) for request in before)
    exchange = Exchange(REQUEST, Response(500))
    return Sent(LABEL, "fuzzing", "", None, exchange, (failure(check),), earlier), Cause(failure(check))


def smallest(check: str, *needs: str, before: tuple[Request, ...] = ()) -> tuple[Asked, ...] | None:
    """The requests that are left, where a failure needs certain things."""
    with service(check, *needs) as replay:
        reduced = Reducer(DOCUMENT, replay).reduced(*met(check, *before))
    return None if reduced is None else reduced.requests


CRASH = "not_a_server_error"


@pytest.mark.parametrize(
    ("needs", "left"),
    [
        ((), Asked("POST", "/notes")),
        (("b=2",), Asked("POST", "/notes?b=2")),
        (("X-Two",), Asked("POST", "/notes", (("X-Two", "2"),))),
        (('"y": 2',), Asked("POST", "/notes", (("Content-Type", "application/json"),), b'{"y": 2}')),
        (
            ("a=1", "c=3", '"x": 1', '"z": 3'),
            Asked("POST", "/notes?a=1&c=3", (("Content-Type", "application/json"),), b'{"x": 1, "z": 3}'),
        ),
    ],
    ids=["nothing", "a parameter", "a header", "a member", "several"],
)
def test_what_a_failure_does_not_need_is_left_out(needs: tuple[str, ...], left: Asked) -> None:
    assert smallest(CRASH, *needs) == (left,)


def test_what_does_not_show_again_is_not_reduced() -> None:
    assert smallest(CRASH, "something that only the run had") is None


FIRST, SECOND = Request("GET", "http://localhost/first"), Request("GET", "http://localhost/second")


@pytest.mark.parametrize(
    ("needs", "left"),
    [
        ((), ["/notes"]),
        (("/first",), ["/first", "/notes"]),
        (("/second",), ["/second", "/notes"]),
        (("/first", "/second"), ["/first", "/second", "/notes"]),
    ],
    ids=["none", "the first", "the second", "both"],
)
def test_earlier_requests_are_left_out_that_are_not_needed(needs: tuple[str, ...], left: list[str]) -> None:
    found = smallest(CRASH, *needs, before=(FIRST, SECOND))

    assert found is not None
    assert [asked.target for asked in found] == left


@pytest.mark.parametrize("check", ["use_after_free", "ensure_resource_availability"])
def test_what_others_did_is_not_left_out_where_the_check_is_about_it(check: str) -> None:
    left = smallest(check, before=(FIRST, SECOND))

    assert left is not None
    assert [asked.target for asked in left] == ["/first", "/second", "/notes"]


@pytest.mark.parametrize("check", ["negative_data_rejection", "positive_data_acceptance"])
def test_nothing_is_left_out_of_a_request_whose_making_is_the_point(check: str) -> None:
    left = smallest(check)

    assert left is not None
    assert (left[0].target, left[0].body) == ("/notes?a=1&b=2&c=3", REQUEST.body)


def test_no_header_is_left_out_where_the_credential_is_the_point() -> None:
    left = smallest("ignored_auth")

    assert left is not None
    assert [name for name, _ in left[0].headers] == ["X-One", "X-Two"]


@pytest.mark.parametrize(("limit", "tries"), [("TRIES", 7), ("TRIES_OF_A_RUN", 5)])
def test_tries_are_bounded(limit: str, tries: int) -> None:
    with mock.patch(f"troth.fuzz.reduce.{limit}", tries), service(CRASH, "a=1", "b=2", "c=3") as replay:
        Reducer(DOCUMENT, replay).reduced(*met(CRASH))

    assert replay.sent.call_count == tries


def test_the_tries_of_one_failure_are_taken_from_those_of_the_run() -> None:
    with mock.patch("troth.fuzz.reduce.TRIES_OF_A_RUN", 3), service(CRASH, "a=1") as replay:
        reducer = Reducer(DOCUMENT, replay)
        first, second = reducer.reduced(*met(CRASH)), reducer.reduced(*met(CRASH))

    assert first is not None
    assert second is None


def test_a_real_failure_is_left_with_what_it_needs(notes_team: Team) -> None:
    ran = fuzzed(notes_team, defects="member", choice=Choice(only="list_notes", budget=Budget(1, 5)))

    (one,) = ran.found

    assert one.reduced is not None
    assert [asked.target for asked in one.reduced.requests] == ["/notes"]
