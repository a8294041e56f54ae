"""Which batches are accepted, and why others are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from tests.quality.triage.facts import USUAL, file, measured
from troth.errors import UsageProblem
from troth.evidence import Verdict
from troth.quality.triage.compare import Batch, Comparison, compare
from troth.quality.triage.kinds import Kind
from troth.quality.triage.measured import FileCoverage, Measured, Share
from troth.quality.triage.report import blocks
from troth.quality.triage.settings import TriageSettings
from troth.quality.triage.suite import Test

OLD = file("shop/till.py", 4, 10)
NEW = file("shop/till.py", 9, 10)
ADDED = "tests/test_till.py::test_adds"


def compared(
    before: FileCoverage | Measured | None, after: FileCoverage | Measured | None, batch: Batch | None = None
) -> Comparison:
    return compare(report(before), report(after), batch or Batch(), USUAL)


def report(found: FileCoverage | Measured | None) -> Measured:
    if isinstance(found, Measured):
        return found
    return measured(*((found,) if found else ()))


def codes(found: Comparison) -> list[str]:
    return [finding.code for finding in found.findings]


def added(*targets: str, count: int = 1) -> Batch:
    """A batch of tests of these files."""
    places = [f"{ADDED}_{number}" for number in range(count)]
    tests = tuple(Test(each, frozenset({Kind.HAPPY}), frozenset(targets)) for each in places)
    return Batch(tuple(places), "pytest tests/test_till.py", tests)


def test_a_batch_after_which_coverage_rose_is_accepted() -> None:
    found = compared(OLD, NEW)

    assert (found.verdict, codes(found)) == (Verdict.PROVEN, [])
    assert (found.before, found.after) == (Share(4, 10), Share(9, 10))


@pytest.mark.case("Q007")
def test_the_block_of_a_file_tells_tests_shares_and_command() -> None:
    found = compared(OLD, NEW, added("shop/till.py", count=2))

    assert list(blocks(found)) == [
        "### File: shop/till.py",
        f"- tests added: 2\n  - {ADDED}_0\n  - {ADDED}_1",
        "- coverage before: 40.0 % (4 of 10)",
        "- coverage after: 90.0 % (9 of 10), new: lines 5-9",
        "- command executed: `pytest tests/test_till.py`",
        "",
    ]


@pytest.mark.case("Q007")
def test_what_nobody_knows_is_told_as_not_known() -> None:
    lines = list(blocks(compared(OLD, NEW)))

    assert lines[1] == "- tests added: not known (no git here)"
    assert lines[4] == "- command executed: not told (--command)"


@pytest.mark.case("Q007")
def test_there_is_a_block_for_each_file_that_changed_and_no_other() -> None:
    same = file("shop/same.py", 1, 2)
    other = file("shop/coins.py", 0, 3)

    found = compared(measured(OLD, same, other), measured(NEW, same, file("shop/coins.py", 3, 3)))

    assert [block.path for block in found.blocks] == ["shop/coins.py", "shop/till.py"]


def test_files_of_tests_have_no_block() -> None:
    tests = file("tests/test_till.py", 1, 9), file("tests/test_till.py", 9, 9)

    found = compared(measured(OLD, tests[0]), measured(NEW, tests[1]))

    assert [block.path for block in found.blocks] == ["shop/till.py"]


@pytest.mark.case("Q010")
def test_a_batch_after_which_nothing_changed_is_rejected() -> None:
    found = compared(OLD, OLD)

    assert (found.verdict, codes(found)) == (Verdict.BROKEN, ["coverage-not-risen"])
    assert "reaches no line or branch that was not reached before" in found.findings[0].message


@pytest.mark.case("Q010")
def test_a_rejected_batch_has_a_block_for_what_its_tests_are_about() -> None:
    found = compared(OLD, OLD, added("shop/till.py"))

    assert [(block.path, len(block.added)) for block in found.blocks] == [("shop/till.py", 1)]
    assert found.findings[0].actual == "40.0 % (4 of 10)"


@pytest.mark.case("Q010")
def test_a_batch_that_reaches_other_lines_but_no_more_is_rejected() -> None:
    moved = replace(
        OLD, executed_lines=OLD.executed_lines ^ {1, 10}, missing_lines=OLD.missing_lines ^ {1, 10}
    )

    found = compared(OLD, moved)

    assert codes(found) == ["coverage-not-risen"]


@pytest.mark.case("Q010")
def test_a_single_branch_more_is_a_rise() -> None:
    old = file("shop/till.py", 4, 4, missing_branches=((1, 2),))

    found = compared(old, replace(old, missing_branches=frozenset(), executed_branches=frozenset({(1, 2)})))

    assert found.verdict is Verdict.PROVEN


@pytest.mark.case("Q010")
def test_a_batch_that_costs_another_file_is_rejected() -> None:
    coins = file("shop/coins.py", 3, 3), file("shop/coins.py", 2, 3)

    found = compared(measured(OLD, coins[0]), measured(NEW, coins[1]))

    assert codes(found) == ["coverage-fell"]
    assert found.findings[0].place == "shop/coins.py"


@pytest.mark.case("Q010")
def test_lines_that_are_only_taken_out_of_the_count_are_no_rise() -> None:
    after = file("shop/till.py", 4, 5, excluded=(6, 7, 8, 9, 10))

    found = compared(OLD, after)

    assert (found.verdict, codes(found)) == (Verdict.BROKEN, ["coverage-excluded"])
    assert "lines 6-10 of shop/till.py" in found.findings[0].message


@pytest.mark.case("Q010")
def test_an_exclusion_of_what_was_reached_is_no_reason() -> None:
    reached = file("shop/till.py", 5, 10)
    after = FileCoverage(
        "shop/till.py", 9, frozenset(range(2, 10)), frozenset({10}), excluded_lines=frozenset({1})
    )

    assert compared(reached, after).verdict is Verdict.PROVEN


@pytest.mark.case("Q010")
def test_less_code_is_no_rise() -> None:
    found = compared(OLD, file("shop/till.py", 4, 5))

    assert (found.verdict, codes(found)) == (Verdict.UNCHECKED, ["coverage-not-comparable"])
    assert found.blocks[0].reached == frozenset()


@pytest.mark.case("Q010")
def test_a_file_that_is_left_out_of_the_second_report_is_no_rise() -> None:
    found = compared(measured(OLD, file("shop/coins.py", 1, 2)), file("shop/coins.py", 1, 2))

    assert (found.verdict, codes(found)) == (Verdict.UNCHECKED, ["coverage-not-comparable"])


@pytest.mark.case("Q010")
def test_other_code_does_not_hide_that_nothing_rose() -> None:
    other = file("shop/coins.py", 1, 2), file("shop/coins.py", 1, 1)
    moved = replace(
        OLD, executed_lines=OLD.executed_lines ^ {1, 10}, missing_lines=OLD.missing_lines ^ {1, 10}
    )

    found = compared(measured(OLD, other[0]), measured(moved, other[1]))

    assert (found.verdict, codes(found)) == (
        Verdict.BROKEN,
        ["coverage-not-comparable", "coverage-not-risen"],
    )


def test_a_file_that_was_not_measured_before_had_nothing_reached() -> None:
    found = compared(None, NEW)

    assert (found.verdict, found.before, found.after) == (Verdict.PROVEN, Share(0, 10), Share(9, 10))


@pytest.mark.case("Q003")
@pytest.mark.parametrize(("count", "problems"), [(20, []), (21, ["batch-too-large"])])
def test_a_batch_has_twenty_tests_at_most(count: int, problems: list[str]) -> None:
    assert codes(compared(OLD, NEW, added("shop/till.py", count=count))) == problems


@pytest.mark.case("Q003")
def test_the_settings_may_allow_fewer() -> None:
    found = compare(report(OLD), report(NEW), added(count=3), TriageSettings(batch=2))

    assert codes(found) == ["batch-too-large"]


def test_reports_with_and_without_branches_do_not_compare() -> None:
    with pytest.raises(UsageProblem, match="branches were measured only after"):
        compared(measured(OLD), measured(NEW, branch=True))


def test_reports_in_the_wrong_order_are_told() -> None:
    noon, later = datetime(2031, 5, 1, 12), datetime(2031, 5, 1, 13)

    with pytest.raises(UsageProblem, match="older than that of before"):
        compared(replace(measured(OLD), when=later), replace(measured(NEW), when=noon))
