"""Look at one file with some rules, in a project of the test's own."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from troth.api import Api
from troth.quality.context import Files, Project
from troth.quality.pytest_settings import PytestSettings
from troth.quality.rule import Smell
from troth.quality.run import lint_file
from troth.quality.settings import LintSettings

WITHOUT_RANDOMLY = PytestSettings(plugins_off=("randomly",))


def no_apis() -> Mapping[str, Api]:
    """Outside of a workspace there are none."""
    return {}


@dataclass(frozen=True)
class Desk:
    """A folder with tests, and a package ``shop`` that they test."""

    root: Path
    pytest: PytestSettings = WITHOUT_RANDOMLY
    load_apis: Callable[[], Mapping[str, Api]] = no_apis

    def write(self, name: str, text: str) -> Path:
        """Write a file of it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def look(
        self, text: str, *rules: str, name: str = "tests/test_till.py", **settings: object
    ) -> tuple[Smell, ...]:
        """What ``rules`` find in a file of that text."""
        path = self.write(name, text)
        given = LintSettings.model_validate({"select": rules, "first_party": ["shop"], **settings})
        project = Project(self.root, given, Files(self.root, self.pytest), self.load_apis)
        report, _ = lint_file(path, project)
        return report.smells

    def found(self, text: str, *rules: str, **settings: object) -> list[str]:
        """The rules and lines of what is found, as ``Q401:3``."""
        return [f"{each.rule}:{each.line}" for each in self.look(text, *rules, **settings)]  # type: ignore[arg-type]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
