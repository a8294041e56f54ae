"""campus is verified by the pacts of campus-web, and a change that breaks one of them is told."""

from __future__ import annotations

import os
import re

import pytest

from tests.support.workspaces import Team

EMBEDDED = {"DATABASE_URL": "", "REDIS_URL": "", "JUDGE0_URL": ""}
SERVER = os.environ.get("TROTH_TEST_DATABASE_URL") or "postgresql://127.0.0.1:5432/postgres"

THREADS = "providers/campus/courses/schemas/discussions.py"
SUBMISSIONS = "providers/campus/courses/schemas/submissions.py"
EXAMS = "providers/campus/courses/schemas/exams.py"


def test_everything_that_can_be_proved_offline_is(copied: Team) -> None:
    ran = copied.troth("check", "campus", env=EMBEDDED)

    assert (ran.status, "PROVEN" in ran.out) == (0, True), ran.out + ran.err
    assert re.search(r"faults +proven +(\d+) of \1 promises", ran.out)
    assert re.search(r"verification +proven +(\d+) of \1 interactions", ran.out)
    assert re.search(r"openapi +proven +(\d+) of \1 fields", ran.out)


@pytest.mark.needs("postgresql")
def test_campus_is_verified_on_postgresql_as_well(copied: Team) -> None:
    ran = copied.troth("verify", "campus", env={**EMBEDDED, "DATABASE_URL": SERVER}, seconds=500)

    assert ran.status == 0, ran.out + ran.err
    assert "one of its own on the server of DATABASE_URL" in ran.out + ran.err
    assert re.search(r"verification +proven +(\d+) of \1 interactions", ran.out)


@pytest.mark.parametrize(
    ("file", "old", "new", "scenario", "operation", "path"),
    [
        pytest.param(
            THREADS,
            "reply_count: int\n",
            'replies: int = Field(alias="reply_count")\n',
            "a thread is marked as resolved",
            "PATCH /api/v1/threads/{thread_id}/",
            "$.reply_count",
            id="a field is renamed",
        ),
        pytest.param(
            SUBMISSIONS,
            "    stdout: str\n",
            '    printed: str = Field(alias="stdout")\n',
            "a free run that fails",
            "POST /api/v1/submissions/",
            "$.stdout",
            id="a field of a free run is renamed",
        ),
        pytest.param(
            EXAMS,
            "    passing_score: int\n    status: ExamStatus\n",
            "    passing_score: float\n    status: ExamStatus\n",
            "exams of a course are listed",
            "GET /api/v1/exams/",
            "$.items[0].passing_score",
            id="an integer becomes a number",
        ),
    ],
)
def test_a_change_of_a_schema_is_told_with_operation_and_path(
    copied: Team, file: str, old: str, new: str, scenario: str, operation: str, path: str
) -> None:
    copied.edit(file, old, new)

    ran = copied.troth("verify", "campus", scenario, env=EMBEDDED)

    assert ran.status == 1, ran.out + ran.err
    assert f"campus  {operation}  {path}" in re.sub(r"response (\d+ )?", "", ran.out)


def test_a_scenario_whose_provider_is_not_broken_is_proven(copied: Team) -> None:
    ran = copied.troth("verify", "campus", "a thread is marked as resolved", env=EMBEDDED)

    assert ran.status == 0, ran.out + ran.err
