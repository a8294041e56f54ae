"""Where a run of the linter stands: the root, the settings, and what the cache holds for."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from troth.api import Api
from troth.errors import NoWorkspace
from troth.quality import peers
from troth.quality.context import Files, Project
from troth.quality.pytest_settings import FILES, read_pytest_settings
from troth.quality.settings import LintSettings, read_settings
from troth.workspace import Workspace

_ROOTS = (*FILES, ".git")


def project_at(start: Path, changes: Mapping[str, object] | None = None) -> Project:
    """The project of the folder ``start``: the workspace at or above it, else the nearest folder that has
    settings of pytest or a repository. ``changes`` are settings that the command line has.

    Raises:
        BrokenFile: settings cannot be read.
    """
    try:
        workspace = Workspace.find(start)
    except NoWorkspace:
        root = _root(start.resolve())
        return Project(root, LintSettings.model_validate(dict(changes or {})), _files(root))
    table = {**workspace.settings.lint, **(changes or {})}
    settings = read_settings(workspace.root / "pyproject.toml", table)
    return Project(workspace.root, settings, _files(workspace.root), _Apis(workspace))


def _files(root: Path) -> Files:
    return Files(root, read_pytest_settings(root))


def _root(start: Path) -> Path:
    for folder in (start, *start.parents):
        if any((folder / name).exists() for name in _ROOTS):
            return folder
    return start


@dataclass(frozen=True)
class _Apis:
    """Loads the contracts of a workspace when they are first asked for."""

    workspace: Workspace

    def __call__(self) -> Mapping[str, Api]:
        return self.workspace.apis


def environment(project: Project, more: Sequence[str] = ()) -> str:
    """What decides what a file comes to, beside its content and that of the files that it reads."""
    told = hashlib.sha256()
    parts = [
        version("troth"),
        sys.version,
        peers.versions(),
        project.settings.model_dump_json(),
        repr(project.files.pytest),
        " ".join(sorted(project.top_level)),
        " ".join(sorted(project.plugins)),
        *more,
        *(f"{path.name} {project.files.digest(path)}" for path in _that_count(project.root)),
    ]
    for part in parts:
        told.update(f"{len(part)} {part}\n".encode())
    return told.hexdigest()[:32]


def _that_count(root: Path) -> Iterator[Path]:
    """The linter itself, and the contracts that it asks."""
    yield from sorted(Path(__file__).parent.rglob("*.py"))
    yield from sorted(root.glob("contracts/*/**/*.py"))
