"""A few of the planted defects, with a small budget. All of them: `python -m bench.fuzz_planted`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.fuzz_planted import DOCUMENT, PLANTED, Found, median, missed, totals
from tests.support.workspaces import Team
from troth.cli.app import main

Codes = tuple[int, set[str]]


@pytest.fixture
def fuzzed(
    own_modules: None,  # noqa: ARG001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[[str, str], Codes]:
    """Runs ``troth fuzz`` on operations of the library with a defect: the exit status, and what it found."""
    Team(PLANTED).copied(tmp_path / "library").entered(monkeypatch)

    def run(defect: str, operations: str) -> Codes:
        monkeypatch.setenv("LIBRARY_DEFECT", defect)
        status = main(["fuzz", "library", "--max-examples=3", "--format=json", "-k", operations])
        findings = json.loads(capsys.readouterr().out)["steps"][0]["findings"]
        return status, {finding["code"] for finding in findings}

    return run


def found(tool: str, defect: str, budget: int | None, seed: int = 1) -> Found:
    """What a tool came to."""
    return Found(tool, defect, "members", seed, budget, (), cases=1, seconds=1.0)


def test_nothing_is_found_without_a_defect(fuzzed: Callable[[str, str], Codes]) -> None:
    assert fuzzed("", "*/loans*") == (0, set())


@pytest.mark.parametrize(
    ("defect", "operation", "code"),
    [
        ("crash-body-kind", "*/books*", "fuzz-not-a-server-error"),
        ("null-for-text", "read_member", "fuzz-response-schema-conformance"),
        ("auth-ignored", "read_member", "fuzz-ignored-auth"),
        ("accepts-missing", "add_member", "fuzz-negative-data-rejection"),
        ("method-no-allow", "read_member", "fuzz-unsupported-method"),
        ("sum-broken", "list_loans", "fuzz-judge"),
        ("state-body", "lend", "fuzz-response-schema-conformance"),
    ],
)
def test_a_planted_defect_is_found(
    fuzzed: Callable[[str, str], Codes], defect: str, operation: str, code: str
) -> None:
    status, codes = fuzzed(defect, operation)

    assert status == 1
    assert code in codes


def test_the_document_is_the_one_that_the_library_exports() -> None:
    exported = subprocess.run(
        [sys.executable, "-m", "providers.library.document"],
        cwd=PLANTED,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert exported.stdout == DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("budgets", "middle"),
    [([25, 5, 100], 25), ([5, None, 5], 5), ([5, None, None], None), ([100], 100), ([], None)],
)
def test_the_median_takes_what_is_not_found_for_the_largest(
    budgets: list[int | None], middle: int | None
) -> None:
    assert median([found("troth", "null", budget) for budget in budgets]) == middle


@pytest.mark.parametrize(
    ("ours", "plain", "told"),
    [
        (None, 25, ["null, seed 1: schemathesis with 25, troth not found"]),
        (100, 5, ["null, seed 1: schemathesis with 5, troth 100"]),
        (5, 5, []),
        (5, None, []),
        (None, None, []),
    ],
)
def test_where_schemathesis_is_better_is_told(ours: int | None, plain: int | None, told: list[str]) -> None:
    both = [found("troth", "null", ours), found("schemathesis", "null", plain)]

    assert list(missed(both)) == told


def test_totals_count_what_is_found_within_a_budget() -> None:
    runs = [found("troth", "null", 5), found("troth", "echo", 25), found("troth", "sum", None)]

    assert list(totals(runs, [5, 25], ["troth"])) == [
        "within 5 examples, seed 1: troth 1",
        "within 25 examples, seed 1: troth 2",
    ]
