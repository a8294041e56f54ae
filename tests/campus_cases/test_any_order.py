"""Tests of campus end alike in any order, and beside each other."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.campus_cases.copies import PLUGINS, run_pytest
from tests.support.pages import ROOT

TESTS = Path("providers") / "campus" / "courses" / "tests"
SOME = [str(TESTS / "test_services" / "test_grading.py"), str(TESTS / "test_signals" / "test_replies.py")]
"""With a database, and without. All of them run so each time that the whole suite does."""

WITH_ORDER = [*PLUGINS, "xdist", "pytest_randomly"]


def outcomes(report: Path) -> dict[str, bool]:
    """Each test in the order in which it ended: whether it passed."""
    cases = ElementTree.parse(report).iter("testcase")
    return {f"{case.get('classname')}::{case.get('name')}": len(case) == 0 for case in cases}


def run(report: Path, *options: str) -> dict[str, bool]:
    """What those tests end with."""
    ran = run_pytest(ROOT, f"--junit-xml={report}", *options, *SOME, plugins=WITH_ORDER)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return outcomes(report)


@pytest.mark.case("A077")
def test_the_order_and_the_number_of_workers_change_no_outcome(tmp_path: Path) -> None:
    alone = run(tmp_path / "alone.xml", "--numprocesses=0", "--randomly-seed=1")
    beside = run(tmp_path / "beside.xml", "--numprocesses=2", "--randomly-seed=2")

    assert alone == beside
    assert list(alone) != list(beside)
