"""What is known, and what a step of a run amounted to."""

from __future__ import annotations

import pytest

from troth.events import StepFinished, silent
from troth.evidence import Counts, Finding, StepResult, Verdict

BROKEN = Finding("field-missing", "a field is missing")
UNCHECKED = Finding("state-unknown", "nobody knows this state", verdict=Verdict.UNCHECKED)


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ((), Verdict.PROVEN),
        ((UNCHECKED,), Verdict.UNCHECKED),
        ((UNCHECKED, BROKEN), Verdict.BROKEN),
        ((BROKEN,), Verdict.BROKEN),
    ],
)
def test_a_step_is_as_bad_as_its_worst_finding(findings: tuple[Finding, ...], verdict: Verdict) -> None:
    assert StepResult("cassettes", "weather", Counts(1, 1, 1), findings).verdict is verdict


def test_counts_add_up() -> None:
    assert Counts(1, 2, 3, 4) + Counts(10, 20, 30, 40) == Counts(11, 22, 33, 44)


def test_a_finding_is_broken_unless_it_says_otherwise() -> None:
    assert BROKEN.verdict is Verdict.BROKEN


def test_a_listener_may_be_silent(capsys: pytest.CaptureFixture[str]) -> None:
    silent(StepFinished(StepResult("cassettes", "weather", Counts())))

    assert capsys.readouterr() == ("", "")
