"""A team that promises something, and runs of its table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.promises.team import CLIENT, CLIENT_TEXT, PROMISES, PROMISES_TEXT
from tests.support.facts import NOON
from tests.support.workspaces import Ran, Team
from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import proven_files as proven_files
from tests.support.workspaces import proven_team as proven_team
from tests.support.workspaces import weather_recorded as weather_recorded
from troth.cli.app import main
from troth.evidence import Finding
from troth.resilience import Choice, Table, run_table

Run = Callable[..., Table]
Troth = Callable[..., Ran]


@pytest.fixture
def team(proven_team: Team) -> Team:
    """The weather team, recorded, with a client that keeps what it promises."""
    proven_team.write(CLIENT, CLIENT_TEXT)
    proven_team.write(PROMISES, PROMISES_TEXT)
    return proven_team


@pytest.fixture
def run(team: Team) -> Run:
    """Run the table of the weather service, or what is chosen of it."""

    def run(only: str = "", *faults: str) -> Table:
        workspace = team.workspace()
        api = workspace.api("weather")
        return run_table(workspace, api, now=NOON, choice=Choice.of(api, only, faults))

    return run


@pytest.fixture
def troth(capsys: pytest.CaptureFixture[str]) -> Troth:
    """Run ``troth`` in this process."""

    def run(*arguments: str) -> Ran:
        status = main(arguments)
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run


def told(table: Table) -> set[tuple[str, str, str]]:
    """Its findings by code, operation and fault."""
    return {(each.code, each.operation, each.path) for each in table.result.findings}


def only_finding(table: Table, code: str, path: str) -> Finding:
    """The finding of that code at that fault."""
    [found] = [each for each in table.result.findings if (each.code, each.path) == (code, path)]
    return found
