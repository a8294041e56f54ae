"""The repository itself: what it must not hold, and rules that can fail."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.pages import ROOT, page

TOP = [
    "src",
    "contracts",
    "cassettes",
    "consumers",
    "providers",
    "tests",
    "bench",
    "docs",
    "requirements",
    ".ci",
    ".github",
]
SKIPPED = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".troth"}
NOT_OURS = {
    # What must not stand in any file, spelled so that this file does not hold it.
    "a registry": re.compile("--" + r"(extra-)?index-url (?!\S*NO)\S|--" + "find-links|pypi" + r"\.org"),
    "a path of one machine": re.compile(
        "/ho" + r"me/\w|/ro" + r"ot/|/wo" + r"rk/|/opt/" + "pypi|/opt/" + "wheels"
    ),
    "an issue's number": re.compile(r"(?<!judge0/judge0 )\b[Ii]ssue" + r"s? #?\d|\(#\d+\)"),
}


def files() -> list[Path]:
    """Every text file of the repository that we write."""
    found = [file for file in ROOT.glob("*") if file.is_file()]
    found += [file for top in TOP for file in (ROOT / top).rglob("*") if file.is_file()]
    return [file for file in found if not SKIPPED & set(file.parts) and file.name != "LICENSE"]


OF_CAMPUS = "campus knows nothing of its own contract, and calls the judge alone"
"""A rule of imports."""


@pytest.mark.parametrize("what", NOT_OURS)
def test_nothing_in_the_tree_names(what: str) -> None:
    named = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in files()
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if NOT_OURS[what].search(line)
    ]

    assert named == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a registry", "--" + "extra-index-url https://packages.example"),
        ("a path of one machine", "see /ho" + "me/ada/notes"),
        ("an issue's number", "as issue" + " 7 asks"),
    ],
)
def test_what_must_not_be_named_would_be_seen(what: str, line: str) -> None:
    assert NOT_OURS[what].search(line)


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    text = page(f"requirements/{name}.txt")
    pins = re.findall(
        r"^[a-z0-9][^\s\\]*.*\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, flags=re.MULTILINE
    )
    starts = re.findall(r"^[a-z0-9].*", text, flags=re.MULTILINE)

    assert starts
    assert len(pins) == len(starts) == len([start for start in starts if "==" in start])


def test_the_tests_run_on_what_the_users_get() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9]\S*==\S+", page(f"requirements/{name}.txt"), flags=re.MULTILINE))

    assert pins("runtime") < pins("dev")


def test_every_dependency_of_the_project_is_pinned() -> None:
    project = tomllib.loads(page("pyproject.toml"))["project"]
    names = {re.split(r"[<>=~! ]", each, maxsplit=1)[0].lower() for each in project["dependencies"]}

    assert names <= set(re.findall(r"^([a-z0-9-]+)==", page("requirements/runtime.txt"), flags=re.MULTILINE))


def test_the_workflow_runs_the_same_script() -> None:
    assert "run: .ci/run" in page(".github/workflows/ci.yml")


def test_what_runs_leave_behind_is_ignored() -> None:
    assert {".venv/", ".troth/", ".hypothesis/", ".schemathesis/"} <= set(page(".gitignore").splitlines())


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources that the import rules speak of, to be changed."""
    for name in ("src", "contracts", "consumers", "providers"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns(*SKIPPED, "*.json"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def rules(root: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on ``root``, and on no other copy of its packages."""
    code = "import sys; sys.path[:0] = ['src', '.']; from importlinter.cli import lint_imports_command; "
    code += "lint_imports_command()"
    # Another portion of a namespace package would be read in place of the copy.
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=root,
        env=alone,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_import_rules_hold(copy: Path) -> None:
    ran = rules(copy)

    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("src/troth/judge.py", "from troth import workspace", "inside troth, imports go downwards"),
        ("src/troth/jsontext.py", "from troth import judge", "inside troth, imports go downwards"),
        ("src/troth/workspace.py", "from troth.cli import app", "inside troth, imports go downwards"),
        ("src/troth/unplaced.py", "", "inside troth, imports go downwards"),
        ("src/troth/check.py", "import contracts.judge0.operations", "troth knows no workspace"),
        ("src/troth/walk.py", "import providers.judge0.app", "troth knows no workspace"),
        ("contracts/judge0/payloads.py", "import consumers.judge0.client", "contracts import only troth"),
        ("contracts/judge0/payloads.py", "import providers.judge0.app", "contracts import only troth"),
        ("consumers/judge0/client.py", "import providers.judge0.app", "consumers never import providers"),
        ("consumers/http/body.py", "import contracts.judge0", "what consumers share knows no API"),
        ("providers/judge0/app.py", "import consumers.judge0.client", "fakes never import consumers"),
        ("providers/campus/courses/schemas/exams.py", "import contracts.campus.exams", OF_CAMPUS),
        ("providers/campus/courses/services/judging.py", "import consumers.pachca.client", OF_CAMPUS),
    ],
)
def test_an_import_that_breaks_a_rule_is_seen(copy: Path, file: str, line: str, broken: str) -> None:
    with (copy / file).open("a", encoding="utf-8") as changed:
        changed.write(f"\n{line}\n")

    ran = rules(copy)

    assert ran.returncode == 1
    assert f"{broken} BROKEN" in ran.stdout
