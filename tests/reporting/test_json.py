"""The report as JSON."""

from __future__ import annotations

import json
from typing import Any

from tests.support.facts import BROKEN, UNCHECKED, seen, step
from troth.acceptance import Accepted
from troth.reporting.json import render
from troth.reporting.report import Coverage, Report


def document(report: Report) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(render(report, version="9.9"))
    return read


def test_it_says_verdict_status_and_version() -> None:
    read = document(Report((step(BROKEN),)))

    assert (read["verdict"], read["exit_status"], read["troth"]) == ("broken", 1, "9.9")


def test_every_finding_is_there_with_its_verdict() -> None:
    read = document(Report((step(BROKEN, BROKEN, UNCHECKED),)))

    assert [finding["verdict"] for finding in read["steps"][0]["findings"]] == [
        "broken",
        "broken",
        "could not check",
    ]


def test_what_a_finding_does_not_know_is_left_out() -> None:
    read = document(Report((step(UNCHECKED),)))

    assert read["steps"][0]["findings"] == [
        {
            "code": "state-unknown",
            "message": "the service cannot be put in this state",
            "api": "weather",
            "scenario": "a forecast tells of rain",
            "verdict": "could not check",
        }
    ]


def test_counts_are_numbers() -> None:
    read = document(Report((step(),)))

    assert read["steps"][0]["counts"] == {"attempted": 3, "decided": 3, "matched": 3, "skipped": 0}


def test_what_is_accepted_carries_its_reason() -> None:
    read = document(Report((step(),), accepted=(Accepted(UNCHECKED, "staging has no rain"),)))

    assert read["accepted"][0]["reason"] == "staging has no rain"


def test_evidence_is_counted_by_kind() -> None:
    read = document(Report((step(evidence=(seen(),)),), notes=("no sandbox",), coverage=Coverage(1, 4)))

    assert read["proven"] == {"verified": 1}
    assert read["only_simulated"] is True
    assert read["coverage"] == {"seen": 1, "declared": 4}
    assert read["notes"] == ["no sandbox"]
