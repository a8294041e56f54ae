"""A wheel of troth, and an environment with nothing of troth but that wheel.

A module of tests takes what it needs:

    from tests.support.wheels import wheel as wheel
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.pages import ROOT


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Environment:
    """A virtual environment of its own."""

    folder: Path

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.folder / "bin" / "python")

    def run(self, command: Sequence[str], cwd: Path) -> Ran:
        """Run a command of the environment in ``cwd``, without what this process inherited of troth."""
        kept = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTHONPATH")}
        done = subprocess.run(
            [str(self.folder / "bin" / command[0]), *command[1:]],
            cwd=cwd,
            env={**kept, "PATH": f"{self.folder / 'bin'}:{kept['PATH']}", "VIRTUAL_ENV": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sources as they are."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    [built] = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel; the pinned dependencies are those of this environment."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, with_pip=False, symlinks=True)
    made = Environment(folder)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            made.python,
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            str(wheel),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    [packages] = folder.glob("lib/python*/site-packages")
    for name in ("pytest", "py.test"):
        _script(folder / "bin" / name, made.python)
    # Last on the path, so that troth can only be the wheel's; .pth files there are not read, so the
    # editable install of this environment stays out.
    own = Path(pytest.__file__).parents[1]
    (packages / "dependencies.pth").write_text(f"{own}\n", encoding="utf-8")
    return made


def _script(path: Path, python: str) -> None:
    path.write_text(f"#!/bin/sh\nexec '{python}' -m pytest \"$@\"\n", encoding="utf-8")
    path.chmod(0o755)
