"""docs/faults.md says what the code does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.pages import ROOT, blocks, page
from troth.faults.catalogue import CATALOGUE

PAGE = page("docs/faults.md")


def test_the_tests_that_are_shown_pass(tmp_path: Path) -> None:
    shown = tmp_path / "test_shown.py"
    shown.write_text(blocks(PAGE, "python")[0], encoding="utf-8")
    # pytest-django as well: this repository's settings of pytest name an option of its.
    plugins = ("-p", "troth.pytest_plugin", "-p", "pytest_django.plugin", "-p", "no:cacheprovider")
    alone = ("--disable-plugin-autoload", *plugins, "-q")

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *alone, f"--rootdir={ROOT}", "-c", "pyproject.toml", str(shown)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "troth: 2 exchanges played (2 simulated), 4 faults" in ran.stdout


def test_the_catalogue_that_is_shown_is_the_one_there_is() -> None:
    table = PAGE.split("## The catalogue")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]

    assert rows == [
        f"| `{each.name}` | {each.kind.value} | {each.processed.value} | {each.looks} |" for each in CATALOGUE
    ]
