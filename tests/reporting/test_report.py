"""The verdict of a run and its exit status."""

from __future__ import annotations

import pytest

from tests.support.facts import BROKEN, UNCHECKED, seen, step
from troth.evidence import StepResult, Verdict
from troth.exchange import SourceKind
from troth.reporting.report import Report, counted


@pytest.mark.parametrize(
    ("results", "status"),
    [
        pytest.param((step(),), 0, id="proven"),
        pytest.param((step(), step(BROKEN)), 1, id="broken"),
        pytest.param((step(), step(UNCHECKED)), 3, id="could not check"),
        pytest.param((step(UNCHECKED), step(BROKEN)), 1, id="broken outweighs could not check"),
        pytest.param((), 1, id="nothing was run"),
    ],
)
def test_the_exit_status_follows_the_worst_step(results: tuple[StepResult, ...], status: int) -> None:
    assert Report(results).exit_status == status


def test_only_what_held_is_counted_as_proven() -> None:
    report = Report((step(evidence=(seen(), seen(verdict=Verdict.BROKEN), seen(status=404))),))

    assert report.proven == {SourceKind.VERIFIED: 2}


def test_an_interaction_is_counted_once_however_many_kinds_of_evidence_there_are() -> None:
    evidence = (seen(), seen(status=404), seen(kind=SourceKind.PACT), seen(scenario="other"))

    assert Report((step(evidence=evidence),)).interactions == 3


def test_a_scenario_with_broken_evidence_proves_nothing() -> None:
    evidence = (seen(), seen(status=500, verdict=Verdict.BROKEN), seen(scenario="other"))

    assert Report((step(evidence=evidence),)).interactions == 1


def test_a_scenario_with_a_broken_finding_proves_nothing() -> None:
    assert Report((step(evidence=(seen(),)), step(BROKEN, name="pacts"))).interactions == 0


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [(1, "entries", "1 entry"), (2, "entries", "2 entries"), (0, "pacts", "0 pacts"), (1, "pacts", "1 pact")],
)
def test_units_are_counted(number: int, unit: str, text: str) -> None:
    assert counted(number, unit) == text
