"""The judge as campus meets it: a mock that is held to its contract, behind the real client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from courses.services import execution
from courses.services.execution import Executor
from courses.tests.judges import Stage, Watched, Watching
from troth.mock import ApiMock


@pytest.fixture
def stage(judge0: ApiMock, settings: Settings) -> Stage:
    """The judge, of which nothing is asked yet."""
    settings.JUDGE0_URL = judge0.server.url
    settings.JUDGE0_AUTH_TOKEN = judge0.server.token
    return Stage(judge0)


@pytest.fixture
def executor(stage: Stage) -> Iterator[Executor]:
    """What runs programs at it; waiting takes no time."""
    with execution.executor(stage.clock) as found:
        yield found


@pytest.fixture
def watched(stage: Stage) -> Iterator[Watching]:
    """Makes an executor whose judge is watched."""
    with execution.judge(stage.clock) as judge:
        yield lambda look: Executor(Watched(judge, look), execution.breaker(stage.clock), stage.clock)
