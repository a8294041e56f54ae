"""The faults have names that stay, and each tells what a client can know."""

from __future__ import annotations

from collections import Counter

import pytest

from troth.errors import UnknownName, UsageProblem
from troth.faults.catalogue import CATALOGUE, DRIP_PAUSES, Fault, Kind, Processed, fault


def test_no_name_stands_twice() -> None:
    assert [name for name, count in Counter(each.name for each in CATALOGUE).items() if count > 1] == []


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_faults(kind: Kind) -> None:
    assert any(each.kind is kind for each in CATALOGUE)


@pytest.mark.parametrize("each", CATALOGUE, ids=lambda each: each.name)
def test_a_fault_is_found_by_its_name(each: Fault) -> None:
    assert fault(each.name) is each


@pytest.mark.parametrize(
    "each", [each for each in CATALOGUE if each.kind in (Kind.UNREACHED, Kind.UNTRUSTED)], ids=str
)
def test_what_reaches_nobody_is_never_processed(each: Fault) -> None:
    assert each.processed is Processed.NEVER


def test_an_unknown_name_is_told_with_near_ones() -> None:
    with pytest.raises(UnknownName, match=r"no fault is named 'read_timeuot'; did you mean 'read_timeout'"):
        fault("read_timeuot")


def test_a_name_may_carry_a_place() -> None:
    found = fault("field_missing:$.status.id")

    assert (found.name, found.place, found.full_name) == (
        "field_missing",
        "$.status.id",
        "field_missing:$.status.id",
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("http_503:$.id", "strikes a whole call"),
        ("field_missing:id", "is no place in an answer"),
        ("field_missing:", "is no place in an answer"),
    ],
)
def test_a_place_that_is_none_is_refused(name: str, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        fault(name)


def test_drops_come_ever_slower() -> None:
    assert list(DRIP_PAUSES) == sorted(DRIP_PAUSES)
    assert (DRIP_PAUSES[0], DRIP_PAUSES[-1]) == (0.1, 30.0)
