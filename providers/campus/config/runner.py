"""``manage.py test`` runs pytest: Django's own runner does not see plain functions."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.conf import settings


class PytestRunner:
    """Takes dotted names as Django does: ``courses.tests.test_services``, or one test of a class in it."""

    def __init__(
        self, *, verbosity: int = 1, failfast: bool = False, keepdb: bool = False, **_: object
    ) -> None:
        self.options = ["-q"] * (verbosity == 0) + ["-v"] * (verbosity > 1)
        self.options += ["--exitfirst"] * failfast + ["--reuse-db"] * keepdb

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        """Those of Django's runner that pytest has as well."""
        parser.add_argument("--keepdb", action="store_true", help="Keep the test database for the next run.")

    def run_tests(self, test_labels: Sequence[str]) -> int:
        """How many tests failed, or 1 where nothing could be run; 0 is success."""
        found = [target(label) for label in test_labels] or [str(settings.HOME)]
        root: Path = settings.ROOT
        return int(
            pytest.main(["--rootdir", str(root), "-c", str(root / "pyproject.toml"), *self.options, *found])
        )


def target(label: str) -> str:
    """A dotted name, or a path, as pytest takes it."""
    if Path(label).exists():
        return label
    parts = label.split(".")
    for length in range(len(parts), 0, -1):
        path = Path(settings.HOME, *parts[:length])
        file = path.with_suffix(".py")
        if file.is_file() or path.is_dir():
            return "::".join([str(file if file.is_file() else path), *parts[length:]])
    return label
