"""An operation of which a run says nothing is told, and why."""

from __future__ import annotations

import pytest

from troth.evidence import Finding, Verdict
from troth.exchange import Exchange, Request, Response
from troth.fuzz.case import Sent
from troth.fuzz.strength import Tally, seen, tallies, weaknesses

LABEL = "GET /notes"


def sent(status: int, *, positive: bool | None = True) -> Sent:
    """One request with an answer of that status."""
    exchange = Exchange(Request("GET", "http://localhost/notes"), Response(status))
    return Sent(LABEL, "fuzzing", "", positive=positive, exchange=exchange)


def weak(*exchanges: Sent) -> tuple[Finding, ...]:
    """What is said of an operation that was answered so."""
    return weaknesses("notes", tallies([LABEL], exchanges), "troth fuzz notes")


@pytest.mark.parametrize(
    ("exchanges", "code"),
    [
        pytest.param([], "fuzz-untried", id="nothing was sent"),
        pytest.param([sent(401), sent(403)], "fuzz-unauthenticated", id="every credential was refused"),
        pytest.param(
            [sent(401), sent(405, positive=None)], "fuzz-unauthenticated", id="beside other methods"
        ),
        pytest.param([sent(422, positive=False)], "fuzz-only-negative", id="every request was wrong"),
        pytest.param([sent(401), sent(404)], "fuzz-no-data", id="nothing is there"),
        pytest.param([sent(404), sent(422)], "fuzz-no-success", id="nothing was accepted"),
        pytest.param([sent(405)], "fuzz-no-data", id="the method itself is not there"),
        pytest.param([sent(500)], "fuzz-no-success", id="it crashes"),
    ],
)
def test_what_says_nothing_has_its_code(exchanges: list[Sent], code: str) -> None:
    [finding] = weak(*exchanges)

    assert (finding.code, finding.operation, finding.verdict) == (code, LABEL, Verdict.UNCHECKED)


@pytest.mark.parametrize("status", [200, 204, 303])
def test_one_accepted_request_is_enough(status: int) -> None:
    assert weak(sent(404), sent(status)) == ()


def test_a_wrong_request_that_is_accepted_is_not_enough() -> None:
    assert len(weak(sent(200, positive=False))) == 1


def test_a_request_of_a_check_is_not_enough() -> None:
    assert len(weak(sent(200, positive=None))) == 1


def test_a_weakness_says_what_was_answered_and_how_to_repeat_it() -> None:
    [finding] = weak(sent(404), sent(422), sent(404))

    assert finding.actual == "2 times 404, 1 times 422"
    assert finding.reproduce == "troth fuzz notes"


def test_answers_are_counted_by_operation() -> None:
    [tally] = tallies([LABEL], [sent(200), sent(422, positive=False), sent(404), sent(200)])

    assert tally == Tally(LABEL, cases=4, positive=3, accepted=2, statuses={200: 2, 404: 1, 422: 1})


def test_operations_keep_their_order() -> None:
    assert [each.operation for each in tallies(["GET /a", LABEL], [sent(200)])] == ["GET /a", LABEL]


def test_no_answer_is_told_as_such() -> None:
    assert seen(Tally(LABEL)) == "no answer"
