"""A copy of campus that may be broken, and its tests run there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.pages import ROOT

CAMPUS = Path("providers") / "campus"
SECONDS = 300
"""After which a run is given up; on a machine with nothing else to do it takes a few."""
_COPIED = ("pyproject.toml", "conftest.py")
PLUGINS = ("pytest_django.plugin", "pytest_socket", "troth.pytest_plugin")
"""Of pytest, those that the tests of campus need; to load all that are installed takes longer than a test."""
_LINKED = ("cassettes", "consumers", "contracts", "tests")
_OURS = ("PYTEST_", "TROTH_", "CAMPUS_", "JUDGE0_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
"""What says how this run of pytest goes, and must not say how another goes."""


@dataclass(frozen=True)
class Copy:
    """A repository in which campus is copied, and all else is the real one."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> Copy:
        """Make one. Compiled files come along: what is unchanged need not be compiled again."""
        for name in _COPIED:
            shutil.copy2(ROOT / name, root / name)
        for name in _LINKED:
            (root / name).symlink_to(ROOT / name)
        shutil.copytree(ROOT / CAMPUS, root / CAMPUS)
        for other in (ROOT / "providers").iterdir():
            if not (root / "providers" / other.name).exists():
                (root / "providers" / other.name).symlink_to(other)
        return cls(root)

    def apply(self, patch: Path) -> None:
        """Break it.

        Raises:
            PatchFailed: the patch does not fit what it is to change.
        """
        # Git passes over files outside of the repository that it believes to be in.
        environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(self.root.parent)}
        ran = _run(["git", "apply", str(patch)], self.root, environment)
        if ran.returncode:
            raise PatchFailed(f"{patch.name}: {ran.stderr}")

    def tested(self, nodes: Sequence[str], *options: str) -> subprocess.CompletedProcess[str]:
        """Run these tests in one process, but for those that need a server or a tool."""
        return run_pytest(self.root, "--tb=line", *options, *nodes)


class PatchFailed(Exception):
    """A patch that is kept does not apply any more, and has to be written anew."""


def run_pytest(
    root: Path, *arguments: str, plugins: Sequence[str] = PLUGINS
) -> subprocess.CompletedProcess[str]:
    """Run tests of a repository, but for those that need a server or a tool."""
    always = ["-q", "-p", "no:cacheprovider", "-m", "not needs", *(f"-p{name}" for name in plugins)]
    variables = environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    return _run([sys.executable, "-m", "pytest", *always, *arguments], root, variables)


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """``python providers/campus/manage.py …`` in the root of this repository."""
    command = [sys.executable, str(CAMPUS / "manage.py"), *arguments]
    return _run(command, ROOT, environment(**variables))


def environment(**extra: str) -> dict[str, str]:
    """That of a run of its own: embedded, on SQLite."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)} | extra


def _run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
