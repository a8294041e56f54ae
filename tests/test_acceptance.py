"""What a workspace accepts as not checked."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.support.facts import BROKEN, UNCHECKED, step
from troth.acceptance import Settled, settle
from troth.evidence import Finding, StepResult, Verdict
from troth.workspace import Acceptance

STAGING = Acceptance(code="state-unknown", reason="staging has no rain")
HERE = Finding("unavailable-here", "no javac", scenario="java", verdict=Verdict.UNCHECKED)


def settled(*results: StepResult, accept: Sequence[Acceptance] = (STAGING,), whole: bool = True) -> Settled:
    return settle(results, accept, whole=whole)


def codes(found: Settled) -> list[str]:
    return [finding.code for result in found.results for finding in result.findings]


def test_an_accepted_finding_leaves_the_verdict_and_is_counted() -> None:
    found = settled(step(UNCHECKED))

    assert codes(found) == []
    assert [each.reason for each in found.accepted] == ["staging has no rain"]


def test_an_acceptance_of_one_scenario_leaves_the_others() -> None:
    accept = Acceptance(code="state-unknown", scenario="another one", reason="staging has no rain")

    found = settled(step(UNCHECKED), accept=[accept], whole=False)

    assert codes(found) == ["state-unknown"]


def test_what_is_broken_cannot_be_accepted() -> None:
    accept = Acceptance(code=BROKEN.code, reason="we know about it")

    found = settled(step(BROKEN), accept=[accept])

    assert codes(found) == ["body-missing", "acceptance-unused"]
    assert found.results[-1].findings[0].message.endswith("what is broken cannot be accepted")


def test_an_acceptance_that_matches_nothing_is_a_finding() -> None:
    found = settled(step())

    assert codes(found) == ["acceptance-unused"]
    assert found.results[-1].verdict is Verdict.BROKEN
    assert found.results[-1].counts.matched == 0


def test_an_unused_acceptance_cannot_be_told_from_a_part_of_the_apis() -> None:
    assert codes(settled(step(), whole=False)) == []


@pytest.mark.parametrize(
    "code", ["unavailable-here", "not-verified", "provider-unavailable", "record-unavailable"]
)
def test_what_the_machine_lacks_may_be_there_elsewhere(code: str) -> None:
    accept = Acceptance(code=code, scenario="java", reason="no JDK on the runners")

    assert codes(settled(step(), accept=[accept])) == []


def test_what_the_machine_lacks_is_accepted_by_its_name() -> None:
    accept = Acceptance(code="unavailable-here", scenario="java", reason="no JDK on the runners")

    assert codes(settled(step(HERE), accept=[accept])) == []


@pytest.mark.parametrize("accept", [(), (STAGING,)])
def test_results_without_findings_stay_as_they_are(accept: tuple[Acceptance, ...]) -> None:
    assert settled(step(), accept=accept, whole=False).results == (step(),)
