"""The consumers of this workspace keep what they promise, and are found out where they do not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support.facts import NOON
from tests.support.workspaces import Ran, Team
from troth.resilience import Choice, run_table
from troth.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
WORKSPACE = Workspace(ROOT)
TRANSPORT = "consumers/judge0/transport.py"


@pytest.mark.parametrize(
    ("name", "operations"), [("campus", 24), ("judge0", 18), ("kms", 21), ("pachca", 43)]
)
def test_every_promise_is_declared_and_kept(name: str, operations: int) -> None:
    api = WORKSPACE.api(name)

    table = run_table(WORKSPACE, api, now=NOON)

    assert [str(finding) for finding in table.result.findings] == []
    assert len({cell.operation.name for cell in table.cells}) == operations
    assert len({cell.fault.name for cell in table.cells}) == 29


def test_whichever_field_of_judge0_is_broken_the_promise_is_kept() -> None:
    api = WORKSPACE.api("judge0")
    choice = Choice.of(api, names=["field_missing", "field_null", "field_retyped"], every_place=True)

    table = run_table(WORKSPACE, api, now=NOON, choice=choice)

    assert [str(finding) for finding in table.result.findings] == []
    assert len({cell.fault.place for cell in table.cells}) > 50


@pytest.fixture
def judges(tmp_path: Path) -> Team:
    """A workspace of Judge0 alone, to plant breaks in; for other processes."""
    for folder in ("contracts/judge0", "consumers/judge0", "consumers/http", "cassettes/judge0"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    team = Team(tmp_path)
    team.write("pyproject.toml", "[tool.troth]\n")
    return team


def submitted_under(team: Team, fault: str) -> Ran:
    return team.troth("faults", "judge0", "-k", "create_submission", "--fault", fault)


def shown(ran: Ran) -> list[list[str]]:
    """The cells as the table shows them: fault, how often it strikes, promised, happened."""
    lines = [re.split(r"\s{2,}", line.strip()) for line in ran.out.splitlines()]
    return [line[1:] for line in lines if line[0] == "POST /submissions"]


def named(ran: Ran) -> list[str]:
    """The cells that findings name, after their code."""
    return re.findall(r"^BROKEN  (\S+  judge0  POST /submissions  .*)$", ran.out, re.MULTILINE)


def test_the_copy_keeps_its_promises(judges: Team) -> None:
    ran = submitted_under(judges, "http_503")

    assert (ran.status, ran.err) == (0, "")


def test_a_client_whose_timeout_was_taken_away_is_found(judges: Team) -> None:
    judges.edit(TRANSPORT, "timeout=(self._timeouts.connect, self._read_timeout(call))", "timeout=None")

    ran = submitted_under(judges, "read_timeout")

    assert ran.status == 1
    assert named(ran) == ["fault-hang  judge0  POST /submissions  read_timeout, once  (and 1 more like it)"]
    assert [cell[:3] for cell in shown(ran)] == [
        ["read_timeout", "once", "raises NoAnswer"],
        ["read_timeout", "lasting", "raises NoAnswer"],
    ]


def test_a_client_that_retries_a_503_without_end_is_found(judges: Team) -> None:
    judges.edit(TRANSPORT, "if attempt >= self._retries.attempts:", "if attempt < 0:")

    ran = submitted_under(judges, "http_503")

    assert ran.status == 1
    assert named(ran) == ["fault-hang  judge0  POST /submissions  http_503, lasting"]
    assert shown(ran)[1] == ["http_503", "lasting", "raises InMaintenance", "does not end: more than 240 s"]
    assert 'troth faults judge0 -k "create_submission" --fault http_503' in ran.out


def test_a_client_that_submits_twice_is_found(judges: Team) -> None:
    judges.edit(TRANSPORT, "isinstance(outcome, NotReached)", "isinstance(outcome, NotReached | NoAnswer)")

    ran = submitted_under(judges, "reset_before_headers")

    assert ran.status == 1
    assert [line.partition("  judge0")[0] for line in named(ran)] == [
        "fault-repeated",
        "fault-outcome",
        "fault-repeated",
    ]
