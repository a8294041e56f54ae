"""Defects that are known, and what a service is documented to do: they do not count, and are counted."""

from __future__ import annotations

import pytest

from tests.fuzz.stage import DEFECTS, SETTINGS, fuzzed
from tests.support.workspaces import Ran, Team
from troth.evidence import Verdict
from troth.fuzz import Budget, Choice, FuzzRun

KNOWN = """
[[known]]
operations = ["DELETE /notes/{{note_id}}"]
check = "{check}"
statuses = [{status}]
reason = "the shelf is not emptied at once"
owner = "the team of the notes"
expires = {expires}
"""
LATER, TODAY, EARLIER = "2026-12-31", "2026-05-04", "2026-05-03"
"""Against the 4th of May 2026, on which the runs are made."""
BOTH = ("status_code_conformance", "judge")
"""What objects to a status that is not declared."""


def known(team: Team, expires: str, status: int = 202, checks: tuple[str, ...] = BOTH) -> None:
    """Say that the defect ``status`` of a dropped note is known."""
    entries = (KNOWN.format(check=check, status=status, expires=expires) for check in checks)
    team.append(SETTINGS, "".join(entries))


def dropped(team: Team, defects: str = "status") -> FuzzRun:
    """A short run of the operation that drops notes."""
    return fuzzed(team, defects=defects, choice=Choice(only="drop_note", budget=Budget(1, 5)))


def told(ran: FuzzRun) -> list[str]:
    """The codes of what is worth knowing."""
    return [each.code for each in ran.result.told]


def test_the_defect_is_broken_as_long_as_nobody_knows_it(notes_team: Team) -> None:
    assert dropped(notes_team).result.verdict is Verdict.BROKEN


def test_a_defect_that_is_known_is_no_failure(notes_team: Team) -> None:
    known(notes_team, LATER)

    ran = dropped(notes_team)

    assert ran.result.verdict is Verdict.PROVEN
    assert ran.result.findings == ()


def test_a_defect_that_is_known_is_counted(notes_team: Team) -> None:
    known(notes_team, LATER)

    uses = dropped(notes_team).exceptions

    assert [use.entry.check for use in uses if use.count and use.holds] == [*BOTH]


@pytest.mark.parametrize("expires", [TODAY, EARLIER])
def test_a_defect_whose_time_is_over_is_red_again(notes_team: Team, expires: str) -> None:
    known(notes_team, expires)

    ran = dropped(notes_team)

    assert ran.result.verdict is Verdict.BROKEN
    assert {finding.code for finding in ran.result.findings} == {
        "fuzz-status-code-conformance",
        "fuzz-known-expired",
    }


def test_a_defect_whose_time_is_over_and_that_is_mended_is_not_red(notes_team: Team) -> None:
    known(notes_team, EARLIER)

    ran = dropped(notes_team, defects="")

    assert ran.result.verdict is Verdict.PROVEN
    assert told(ran) == ["fuzz-exception-unused"] * 2


@pytest.mark.parametrize(
    ("status", "checks"),
    [(500, BOTH), (202, ("ignored_auth",)), (202, ("judge",))],
    ids=["another status", "another check", "one of two checks"],
)
def test_an_entry_that_does_not_fit_takes_nothing_out(
    notes_team: Team, status: int, checks: tuple[str, ...]
) -> None:
    known(notes_team, LATER, status, checks)

    assert dropped(notes_team).result.verdict is Verdict.BROKEN


def test_an_entry_that_fits_nothing_is_told(notes_team: Team) -> None:
    known(notes_team, LATER, checks=("judge",))

    ran = dropped(notes_team, defects="")

    assert told(ran) == ["fuzz-exception-unused"]
    assert "[[known]] of judge" in ran.result.told[0].message


def test_an_entry_of_an_operation_that_was_not_tried_is_not_told(notes_team: Team) -> None:
    known(notes_team, LATER, checks=("judge",))

    ran = fuzzed(notes_team, choice=Choice(only="health", budget=Budget(1, 2)))

    assert told(ran) == []


def command(files: Team) -> Ran:
    """The command line, with the defect."""
    options = ["--max-examples=5", "-k", "drop_note"]
    return files.troth("fuzz", "notes", *options, env={DEFECTS: "status"})


@pytest.mark.parametrize(("expires", "status"), [("2999-12-31", 0), ("2020-01-01", 1)])
def test_the_command_ends_by_whether_a_known_defect_may_still_be_there(
    notes_files: Team, expires: str, status: int
) -> None:
    known(notes_files, expires)

    ran = command(notes_files)

    assert ran.status == status


def test_the_last_line_counts_what_was_excepted(notes_files: Team) -> None:
    known(notes_files, "2999-12-31")

    last = command(notes_files).out.strip().split("\n")[-1]

    assert "excepted by 2 entries" in last
