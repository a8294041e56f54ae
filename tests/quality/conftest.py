"""The corpus is read, not run. Tests of the command have a folder with a project of their own."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.workspaces import Ran
from troth.cli.app import main

collect_ignore = ["corpus"]

BRANCHES = """
def test_till_opens_on_sundays(day):
    if day:
        assert day == "sunday"
"""
LOOPS = """
def test_till_opens_every_day(day):
    for each in day:
        each.open()

    assert day == "sunday"
"""
FINE = """
def test_till_opens_on_sundays(day):
    assert day == "sunday"
"""


@dataclass(frozen=True)
class Suite:
    """A project with tests, in which ``troth lint`` runs."""

    root: Path
    capture: pytest.CaptureFixture[str]

    def write(self, name: str, text: str) -> Path:
        """Write a file of it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def lint(self, *arguments: str) -> Ran:
        """Run ``troth lint tests`` in it, in this process."""
        status = main(["lint", "tests", *arguments])
        captured = self.capture.readouterr()
        return Ran(status, captured.out, captured.err)


@pytest.fixture
def suite(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.chdir(tmp_path)
    made = Suite(tmp_path, capsys)
    made.write("pyproject.toml", "[tool.troth]\n")
    return made
