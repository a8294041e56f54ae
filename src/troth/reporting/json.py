"""A run as one JSON document. docs/cli.md describes its keys; they are only ever added to."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

from troth.evidence import Finding, StepResult
from troth.reporting.report import Report

FORMAT = 1
"""Raised when a key changes its meaning."""


def render(report: Report, *, version: str, further: Mapping[str, object] | None = None) -> str:
    """The document, indented, with a final line break. ``further``: keys of one command's own."""
    document = {
        "format": FORMAT,
        "troth": version,
        "verdict": report.verdict.value,
        "exit_status": report.exit_status,
        "interactions": report.interactions,
        "proven": {kind.value: number for kind, number in report.proven.items()},
        "only_simulated": report.only_simulated,
        "coverage": dataclasses.asdict(report.coverage) if report.coverage else None,
        "steps": [_step(result) for result in report.results],
        "accepted": [{"reason": each.reason, **_finding(each.finding)} for each in report.accepted],
        "notes": list(report.notes),
        **(further or {}),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _step(result: StepResult) -> dict[str, object]:
    return {
        "step": result.step,
        "api": result.api,
        "verdict": result.verdict.value,
        "unit": result.unit,
        "counts": dataclasses.asdict(result.counts),
        "findings": [_finding(finding) for finding in result.findings],
        "told": [_finding(finding) for finding in result.told],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {name: value for name, value in dataclasses.asdict(finding).items() if value}
