"""Recordings age by their content and an injected clock; what a fake said does not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.cassettes.stage import WHEN, cassette, polled
from troth.cassettes.age import is_expired, max_age
from troth.workspace import Settings, Workspace

MONTH = timedelta(days=30)


@pytest.mark.parametrize(
    ("simulated", "limit", "later", "expired"),
    [
        (False, MONTH, timedelta(days=31), True),
        (False, MONTH, timedelta(days=30), False),
        (False, None, timedelta(days=4000), False),
        (True, MONTH, timedelta(days=4000), False),
    ],
    ids=["old", "young", "no limit", "simulated"],
)
def test_when_a_recording_expires(
    *, simulated: bool, limit: timedelta | None, later: timedelta, expired: bool
) -> None:
    recorded = cassette(Path("x.yaml"), [polled()], simulated=simulated)

    assert is_expired(recorded, limit, WHEN + later) is expired


def test_the_limit_is_the_workspaces(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, Settings(max_age={"jobs": 30}))

    assert (max_age(workspace, "jobs"), max_age(workspace, "others")) == (MONTH, None)
