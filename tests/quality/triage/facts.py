"""Short ways to make what coverage.py measures, and suites that somebody wrote."""

from __future__ import annotations

import json
from pathlib import Path

from troth.quality.pytest_settings import PytestSettings
from troth.quality.triage.kinds import Kind
from troth.quality.triage.measured import Branch, FileCoverage, Function, Measured
from troth.quality.triage.settings import TriageSettings
from troth.quality.triage.suite import Suite, Test, read_suite

USUAL = TriageSettings()
ALL_KINDS = frozenset(Kind)


def file(
    path: str,
    covered: int,
    statements: int,
    *,
    missing_branches: tuple[Branch, ...] = (),
    functions: tuple[Function, ...] = (),
    excluded: tuple[int, ...] = (),
) -> FileCoverage:
    """A file of which the first ``covered`` of its lines were executed."""
    return FileCoverage(
        path,
        statements,
        frozenset(range(1, covered + 1)),
        frozenset(range(covered + 1, statements + 1)),
        2 * len(missing_branches),
        frozenset(),
        frozenset(missing_branches),
        frozenset(excluded),
        functions,
    )


def measured(*files: FileCoverage, branch: bool = False) -> Measured:
    """A report of these files."""
    return Measured({each.path: each for each in files}, branch)


def full_suite(*paths: str) -> Suite:
    """A suite with a test of every kind for each of these files."""
    tests = (
        Test(f"tests/test_all.py::test_{number}", ALL_KINDS, frozenset({path}))
        for number, path in enumerate(paths)
    )
    return Suite(tuple(tests))


def suite(root: Path, sources: dict[str, str]) -> Suite:
    """The suite of these files, which are written below ``root``."""
    for name, text in sources.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    targets = [name for name in sources if not USUAL.excludes(name)]
    return read_suite(root, PytestSettings(), USUAL, targets)


def report(**changes: object) -> bytes:
    """A JSON report of one file, with some of its keys changed."""
    summary = {"covered_lines": 1, "num_statements": 2, "missing_lines": 1}
    found = {"executed_lines": [1], "missing_lines": [2], "excluded_lines": [], "summary": summary}
    document = {"meta": {"format": 3, "branch_coverage": False}, "files": {"shop/till.py": found | changes}}
    return json.dumps(document).encode()
