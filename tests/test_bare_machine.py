"""This repository on a machine that has Python and Bash, and no compiler: nothing is broken, and what could
not be checked is accepted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contracts.judge0 import judge0
from providers.judge0.languages import TOOLCHAINS, detect, which
from tests.support.facts import NOON
from tests.support.pages import ROOT
from troth.acceptance import settle
from troth.check import STEPS, check
from troth.evidence import StepResult, Verdict
from troth.workspace import Workspace

BARE = ("bash", "python3")
IN_C = ["a program is compiled with options", "a program that does not compile"]


@pytest.fixture(scope="module")
def verified() -> Iterator[list[StepResult]]:
    """The last step of ``troth check``, the only one that runs programs."""
    tools = {tool: which(tool) for tool in BARE}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("providers.judge0.provider.detect", lambda: detect(tools.get))
        patch.setattr("troth.check.STEPS", STEPS[-1:])
        yield check(Workspace.find(ROOT), [judge0], now=NOON)


def test_what_a_bare_machine_cannot_check_breaks_nothing(verified: list[StepResult]) -> None:
    found = [(finding.verdict, finding.code, finding.scenario) for finding in verified[0].findings]

    assert sorted(found) == [
        *((Verdict.UNCHECKED, "not-verified", scenario) for scenario in IN_C),
        *((Verdict.UNCHECKED, "unavailable-here", key) for key in ("c", "c++", "java", "javascript")),
    ]


def test_what_a_bare_machine_cannot_check_is_accepted(verified: list[StepResult]) -> None:
    accept = Workspace.find(ROOT).settings.accept

    settled = settle(verified, accept, whole=True)

    assert [result.verdict for result in settled.results] == [Verdict.PROVEN, Verdict.PROVEN]
    assert len(settled.accepted) == len(accept) == 6


@pytest.mark.parametrize("key", [each.key for each in TOOLCHAINS if not {*each.tools} <= {*BARE}])
def test_every_toolchain_that_may_be_missing_is_accepted_by_its_name(key: str) -> None:
    accepted = {(each.code, each.scenario) for each in Workspace.find(ROOT).settings.accept}

    assert ("unavailable-here", key) in accepted
