"""docs/cli.md says what the command says."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest
import typer

from tests.support.facts import BROKEN, step
from troth.cli.app import app
from troth.evidence import Finding
from troth.exchange import SourceKind
from troth.reporting.json import render
from troth.reporting.report import Report

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def section(title: str) -> str:
    return re.split(rf"^## {re.escape(title)}$", PAGE, flags=re.MULTILINE)[1].partition("\n## ")[0]


def options(command: str) -> set[str]:
    made = typer.main.get_command(app)
    parameters = made.commands[command].params  # type: ignore[attr-defined]
    return {name for each in parameters for name in each.opts if name.startswith("--")} - {"--help"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_list(command: str) -> None:
    assert f"| `troth {command}` |" in PAGE


@pytest.mark.parametrize("command", COMMANDS)
def test_the_options_of_a_command_are_those_of_its_help(command: str) -> None:
    told = re.findall(r"^\| `(--[a-z0-9-]+)", section(f"troth {command}"), re.MULTILINE)

    assert set(told) == options(command)


@pytest.mark.parametrize("kind", list(SourceKind))
def test_every_kind_of_evidence_is_explained(kind: SourceKind) -> None:
    assert f"| `{kind}` |" in section("troth matrix")


@pytest.mark.parametrize("key", json.loads(render(Report((step(BROKEN),)), version="1")))
def test_every_key_of_the_json_report_is_explained(key: str) -> None:
    assert f"`{key}`" in section("The JSON report")


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Finding)])
def test_every_field_of_a_finding_is_named(field: str) -> None:
    assert f"`{field}`" in section("The JSON report")
