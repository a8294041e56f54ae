"""A service of notes to fuzz, with defects that can be switched on: tests/support/notes.

A conftest.py takes what it needs:

    from tests.fuzz.stage import notes_files as notes_files
    from tests.fuzz.stage import notes_team as notes_team

The defects are those of providers/notes/app.py: ``fuzzed(notes_team, defects="crash")`` in this process,
``notes_files.troth("fuzz", "notes", env={DEFECTS: "crash"})`` in one of its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from unittest import mock

import pytest

import tests.support
from tests.support.workspaces import Team
from troth.api import Api
from troth.events import Emit, silent
from troth.fuzz import (
    Budget,
    Choice,
    FuzzRun,
    Service,
    fuzz,
    in_process,
    read_document,
    read_settings,
    settings_path,
)
from troth.jsontext import Json
from troth.openapi import document, openapi_path

NOTES = Path(tests.support.__file__).parent / "notes"
DEFECTS = "NOTES_DEFECTS"
"""The variable that names the defects, with commas between."""
SETTINGS = "contracts/notes/fuzz.toml"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
QUICK = Budget(seed=1, max_examples=10)
"""Enough for every defect of the notes; a run takes about a second."""
LINKED = {"read_note": "note_id", "drop_note": "note_id"}
"""What a note that was written leads to, and the parameter that its number is there."""


@pytest.fixture
def notes_files(tmp_path: Path) -> Team:
    """A copy of the workspace, for other processes."""
    return Team(NOTES).copied(tmp_path / "notes-team")


@pytest.fixture
def notes_team(notes_files: Team, own_modules: None, monkeypatch: pytest.MonkeyPatch) -> Team:  # noqa: ARG001
    """The same, with its folder as the current one and its modules free to import in this process."""
    return notes_files.entered(monkeypatch)


def fuzzed(
    team: Team,
    *,
    defects: str = "",
    choice: Choice | None = None,
    now: datetime = NOW,
    changed: Callable[[Service], Service] = lambda service: service,
    emit: Emit = silent,
) -> FuzzRun:
    """Fuzz the notes of ``team`` in this process. ``changed`` may change the service that is fuzzed."""
    workspace = team.workspace()
    api = workspace.api("notes")
    path = openapi_path(workspace, api)
    settings = read_settings(settings_path(workspace, api))
    described = read_document(path, workspace.relative(path))
    with mock.patch.dict(os.environ, {DEFECTS: defects}), in_process(workspace, api, emit) as service:
        return fuzz(
            workspace,
            api,
            changed(service),
            described,
            settings,
            choice or Choice(budget=QUICK),
            now=now,
            emit=emit,
        )


def codes(ran: FuzzRun) -> set[str]:
    """The codes of what a run found."""
    return {finding.code for finding in ran.result.findings}


def found(ran: FuzzRun) -> set[tuple[str, str]]:
    """The code and the operation of each of its findings."""
    return {(finding.code, finding.operation) for finding in ran.result.findings}


def exported(api: Api) -> str:
    """The document of the notes: what their contract generates, links, and an operation that it lacks."""
    made = document(api)
    paths = cast(dict[str, dict[str, dict[str, Json]]], made["paths"])
    responses = cast(dict[str, dict[str, Json]], paths["/notes"]["post"]["responses"])
    responses["201"]["links"] = {
        name: {"operationId": name, "parameters": {parameter: "$response.body#/id"}}
        for name, parameter in LINKED.items()
    }
    status: Json = {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}}
    healthy: Json = {"description": "OK", "content": {"application/json": {"schema": status}}}
    health: dict[str, Json] = {"operationId": "health", "responses": {"200": healthy}, "security": []}
    paths["/health"] = {"get": health}
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
