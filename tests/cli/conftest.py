"""A workspace to run commands in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.workspaces import Ran
from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import proven_files as proven_files
from tests.support.workspaces import proven_team as proven_team
from tests.support.workspaces import weather_files as weather_files
from tests.support.workspaces import weather_recorded as weather_recorded
from tests.support.workspaces import weather_team as weather_team
from troth.cli.app import main

Troth = Callable[..., Ran]


@pytest.fixture
def troth(capsys: pytest.CaptureFixture[str]) -> Troth:
    """Run ``troth`` in this process."""

    def run(*arguments: str) -> Ran:
        status = main(arguments)
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run
