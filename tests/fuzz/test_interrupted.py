"""Ctrl-C in a run of several processes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.support.workspaces import Team

PRESSING = '''
import multiprocessing
import os
import signal

_asked: list[int] = []


def pressed(application, further):
    """``application``, which sends Ctrl-C to all processes of the run with its 40th request: in a further
    process or in the first."""

    def answer(environ, start):
        _asked.append(1)
        if len(_asked) == 40 and further == (multiprocessing.parent_process() is not None):
            os.killpg(0, signal.SIGINT)
        return application(environ, start)

    return answer
'''


def interrupted(team: Team, workers: int) -> tuple[int, str, str]:
    """The status, output and progress of a run that somebody interrupts on a terminal."""
    team.write("providers/notes/pressing.py", PRESSING)
    team.edit("providers/notes/provider.py", "app=service,", f"app=pressed(service, {workers > 1}),")
    team.edit(
        "providers/notes/provider.py",
        "from providers.notes.app",
        "from providers.notes.pressing import pressed\nfrom providers.notes.app",
    )
    command = ["fuzz", "notes", "--max-examples", "500", "--format", "json", "--workers", str(workers)]
    ran = subprocess.run(
        [sys.executable, "-m", "troth", *command],
        cwd=team.root,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
        start_new_session=True,
    )
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize("workers", [1, 2])
def test_what_was_seen_is_told(notes_files: Team, workers: int) -> None:
    status, out, progress = interrupted(notes_files, workers)

    document = json.loads(out)
    step = document["steps"][0]
    assert (status, "fuzz-interrupted" in {each["code"] for each in step["findings"]}) == (3, True)
    assert step["counts"]["attempted"] >= 30
    assert "interrupted: telling what was seen" in progress
