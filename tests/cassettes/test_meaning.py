"""A re-recording shows what changed in meaning; noise hides a value and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.cassettes.stage import OTHER, TOKEN, call, jobs, polled, started
from troth.cassettes.meaning import changes, noise_of
from troth.exchange import Exchange

API = jobs()
TOOK = "GET /jobs/{token} answers 200 response $.took"


def _said(
    old: Sequence[Exchange], new: Sequence[Exchange], *, noise: frozenset[str] = frozenset()
) -> list[str]:
    return [str(change) for change in changes(API, old, new, noise=noise)]


def test_the_same_has_no_change() -> None:
    assert _said([started(), polled()], [started(), polled()]) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (polled(took=7), polled(took=8), "1 response $.took: 7 becomes 8"),
        (polled(took=7), polled(took="7"), "1 response $.took: integer becomes string"),
        (polled(took=7), polled(took=None), "1 response $.took: integer becomes null"),
        (polled(), polled(title="a"), '1 response $.title: new, string "a"'),
        (polled(title="a"), polled(), '1 response $.title: gone, was string "a"'),
        (polled(state=1), polled(state=3), "1 response $.state: 1 becomes 3"),
        (polled(parts=["a"]), polled(parts=["a", "b"]), '1 response $.parts[1]: new, string "b"'),
        (polled(), polled(extra=1), "1 response $.extra: new, integer 0"),
        (
            call("GET", "/jobs?page=1", 200, []),
            call("GET", "/jobs?page=2", 200, []),
            "1 request query page: 1 becomes 2",
        ),
        (
            call("GET", "/version", 200, b"1", answered={"X-Region": "eu"}),
            call("GET", "/version", 200, b"1", answered={"X-Region": "us"}),
            "1 response header x-region: eu becomes us",
        ),
        (
            call("GET", "/version", 200, b"1"),
            call("GET", "/version", 200, b"1", answered={"X-New": "eu"}),
            "1 response header x-new: new, text redacted",
        ),
        (call("GET", "/version", 200, b"1"), call("GET", "/version", 200, b"2"), "1 response $: 1 becomes 2"),
    ],
)
def test_says_what_changed(old: Exchange, new: Exchange, said: str) -> None:
    assert _said([old], [new]) == [said]


def test_what_may_not_be_seen_is_compared_by_kind_alone() -> None:
    assert _said([polled(owner="ada", token=TOKEN)], [polled(owner="bob", token=OTHER)]) == []


def test_a_status_is_never_noise() -> None:
    old, new = (
        call("GET", f"/jobs/{TOKEN}", 404),
        call("GET", f"/jobs/{TOKEN}", 200, {"token": TOKEN, "state": 3}),
    )

    assert _said([old], [new]) == [
        "step 1: gone: GET /jobs/{token} answers 404",
        "step 1: new: GET /jobs/{token} answers 200",
    ]


def test_a_step_that_is_new_leaves_the_others_in_peace() -> None:
    assert _said([started(), polled()], [started(), call("GET", "/version", 200, b"1"), polled()]) == [
        "step 2: new: GET /version answers 200"
    ]


def test_the_order_of_steps_is_meaning() -> None:
    assert _said([started(), polled()], [polled(), started()]) != []


def test_two_runs_tell_noise() -> None:
    noise, unsteady = noise_of(API, [polled(took=7)], [polled(took=8)])

    assert (noise, unsteady) == (frozenset({TOOK}), ())


def test_noise_in_one_item_of_a_list_is_noise_in_each() -> None:
    noise, _ = noise_of(API, [polled(parts=["a", "b"])], [polled(parts=["a", "c"])])

    assert noise == frozenset({"GET /jobs/{token} answers 200 response $.parts[*]"})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (polled(state=1), polled(state=3)),
        (polled(took=7), polled(took="7")),
        (polled(took=7), polled(took=None)),
        (polled(), polled(title="a")),
    ],
    ids=["enum", "kind", "null", "presence"],
)
def test_a_kind_a_presence_and_an_enum_are_never_noise(one: Exchange, other: Exchange) -> None:
    noise, unsteady = noise_of(API, [one], [other])

    assert noise == frozenset()
    assert len(unsteady) == 1


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (polled(took=99), []),
        (polled(took="99"), ["1 response $.took: integer becomes string"]),
        (
            call("GET", f"/jobs/{TOKEN}", 200, {"token": TOKEN, "state": 3}),
            ["1 response $.took: gone, was integer 7"],
        ),
    ],
    ids=["value", "kind", "presence"],
)
def test_noise_hides_a_value_and_nothing_else(new: Exchange, said: list[str]) -> None:
    assert _said([polled(took=7)], [new], noise=frozenset({TOOK})) == said


def test_noise_cannot_be_made_to_hide_a_member_of_an_enum() -> None:
    noise = frozenset({"GET /jobs/{token} answers 200 response $.state"})

    assert _said([polled(state=1)], [polled(state=3)], noise=noise) == ["1 response $.state: 1 becomes 3"]
