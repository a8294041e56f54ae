"""Tests of cases go red where their rule is broken: each kept patch breaks one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campus_cases.copies import CAMPUS, Copy, PatchFailed
from tests.campus_cases.marked import marked, nodes
from tests.support.pages import ROOT

PATCHES = sorted((ROOT / CAMPUS / "courses" / "tests" / "mutations").glob("*.patch"))
MARKED = marked(ROOT, ["providers/campus"])
TESTS_FAILED = 1
"""What pytest ends with; a module that cannot be imported, or no test at all, is another status."""


def case_of(patch: Path) -> str:
    """``A005_memory_at_the_limit.patch`` is of A005."""
    return patch.name.partition("_")[0]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy.at(tmp_path)


def test_twenty_cases_have_a_patch() -> None:
    assert len({case_of(patch) for patch in PATCHES}) >= 20


def test_without_a_patch_the_tests_of_these_cases_are_green(copy: Copy) -> None:
    tests = sorted({node for patch in PATCHES for node in nodes(MARKED, case_of(patch))})

    ran = copy.tested(tests)

    assert ran.returncode == 0, ran.stdout


@pytest.mark.needs("git")
@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_with_it_the_tests_of_its_case_are_red(copy: Copy, patch: Path) -> None:
    copy.apply(patch)

    ran = copy.tested(nodes(MARKED, case_of(patch)), "--exitfirst")

    assert ran.returncode == TESTS_FAILED, ran.stdout


@pytest.mark.needs("git")
def test_a_patch_that_does_not_apply_any_more_is_an_error(copy: Copy) -> None:
    copy.apply(PATCHES[0])

    with pytest.raises(PatchFailed, match=PATCHES[0].name):
        copy.apply(PATCHES[0])
