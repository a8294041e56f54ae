"""Old examples stay, as a whole, where they still satisfy the new rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pacts.library import LENT, LOAN, exchange, library_api, recorded
from troth.exchange import Exchange
from troth.pacts.generate import generate
from troth.pacts.keep import still_holds

OTHER = "00000000-0000-4000-8000-0000000000ff"


def renamed(one: Exchange) -> Exchange:
    """The same step in another run: another loan."""
    request = replace(one.request, url=one.request.url.replace(LOAN, OTHER))
    response = replace(one.response, body=one.response.body.replace(LOAN.encode(), OTHER.encode()))
    return replace(one, request=request, response=response)


def holds(new: list[Exchange]) -> bool:
    api = library_api()
    old = generate(api, recorded(*LENT))
    return still_holds(api, old, generate(api, recorded(*new)), recorded(*new))


def test_examples_of_another_run_are_kept() -> None:
    assert holds([renamed(each) for each in LENT])


def test_another_value_in_a_response_keeps_them() -> None:
    new = [*LENT[:1], exchange("GET", f"/loans/{LOAN}", 200, came={"id": LOAN, "title": "Ronja"}), *LENT[2:]]

    assert holds(new)


@pytest.mark.parametrize(
    "new",
    [
        [*LENT[:3]],
        [*LENT[:3], LENT[1]],
        [*LENT[:1], exchange("GET", f"/loans/{LOAN}", 404), *LENT[2:]],
        [*LENT[:2], exchange("GET", f"/loans?ids={LOAN}&order=title", 200, came=[]), *LENT[3:]],
        [*LENT[:2], exchange("GET", f"/loans?ids={LOAN}", 200, came=[]), *LENT[3:]],
    ],
)
def test_a_change_in_meaning_takes_the_new_ones(new: list[Exchange]) -> None:
    assert not holds(new)


def test_examples_that_are_not_linked_as_the_steps_are_go() -> None:
    api = library_api()
    torn = [LENT[0], *map(renamed, LENT[1:])]
    old = generate(api, recorded(*torn))
    new = generate(api, recorded(*LENT))

    assert not still_holds(api, old, new, recorded(*LENT))


def test_real_evidence_takes_the_place_of_simulated() -> None:
    api = library_api()
    old = generate(api, recorded(*LENT))
    real = replace(recorded(*LENT), simulated=False)

    assert not still_holds(api, old, generate(api, real), real)
