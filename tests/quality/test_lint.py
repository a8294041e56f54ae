"""``troth lint`` on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from tests.quality.conftest import BRANCHES, FINE, LOOPS, Suite

INFORMS = """
def test_till_takes_an_order(till):
    order = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8}

    assert till == order
"""


def test_a_problem_is_told_with_its_place_hint_and_section(suite: Suite) -> None:
    suite.write("tests/test_till.py", BRANCHES)

    ran = suite.lint()

    assert ran.out.splitlines() == [
        "tests/test_till.py:2:5: error Q201 test_till_opens_on_sundays branches with if",
        "    write one test for each way, or parametrize (docs/testing-standard.md#no-conditionals)",
        "BROKEN: 1 error, 0 warnings, 0 for information in 1 test of 1 file; 0 exceptions",
    ]
    assert ran.status == 1


def test_tests_that_are_fine_are_proven(suite: Suite) -> None:
    suite.write("tests/test_till.py", FINE)

    ran = suite.lint()

    assert (ran.status, ran.out) == (
        0,
        "PROVEN: 0 errors, 0 warnings, 0 for information in 1 test of 1 file; 0 exceptions\n",
    )


def test_information_does_not_fail_a_run_and_is_counted(suite: Suite) -> None:
    suite.write("tests/test_till.py", INFORMS)

    ran = suite.lint()

    assert (ran.status, "Q603" in ran.out) == (0, False)
    assert "1 for information: -v shows each" in ran.out


def test_verbose_shows_information(suite: Suite) -> None:
    suite.write("tests/test_till.py", INFORMS)

    ran = suite.lint("-v")

    assert "tests/test_till.py:2:13: info Q603" in ran.out


@pytest.mark.parametrize(
    ("source", "fail_on", "status"),
    [(INFORMS, "info", 1), (INFORMS, "warning", 0), (LOOPS, "error", 1), (FINE, "info", 0)],
)
def test_fail_on_says_what_fails(suite: Suite, source: str, fail_on: str, status: int) -> None:
    suite.write("tests/test_till.py", source)

    ran = suite.lint("--fail-on", fail_on)

    assert ran.status == status


def test_select_leaves_other_rules_out(suite: Suite) -> None:
    suite.write("tests/test_till.py", BRANCHES + LOOPS)

    ran = suite.lint("--select", "Q202")

    assert ("Q201" in ran.out, "Q202" in ran.out) == (False, True)


def test_a_group_of_rules_is_ignored(suite: Suite) -> None:
    suite.write("tests/test_till.py", BRANCHES + LOOPS)

    ran = suite.lint("--ignore", "Q2")

    assert ran.status == 0


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_rule_that_is_not_there_is_a_wrong_call(suite: Suite, option: str) -> None:
    suite.write("tests/test_till.py", FINE)

    ran = suite.lint(option, "Q299")

    assert (ran.status, "no rule begins with 'Q299'" in ran.err) == (2, True)


def test_a_path_that_is_not_there_is_a_wrong_call(suite: Suite) -> None:
    ran = suite.lint()

    assert (ran.status, "tests is not there" in ran.err) == (2, True)


def test_no_test_file_at_the_path_is_a_wrong_call(suite: Suite) -> None:
    suite.write("tests/helper.py", BRANCHES)

    ran = suite.lint()

    assert (ran.status, "no test file at or below tests" in ran.err) == (2, True)


def test_one_path_of_two_without_a_test_file_is_told(suite: Suite) -> None:
    suite.write("tests/test_till.py", FINE)
    suite.write("src/till.py", "OPEN = True\n")

    ran = suite.lint("src")

    assert (ran.status, "src: no test file" in ran.out) == (0, True)


def test_a_file_that_is_no_python_could_not_be_checked(suite: Suite) -> None:
    suite.write("tests/test_till.py", "def test_till_opens(:\n")

    ran = suite.lint()

    assert ran.status == 3
    assert "tests/test_till.py: could not check: it is no Python: " in ran.out
    assert ran.out.splitlines()[-1].startswith("COULD NOT CHECK: 0 errors")


def test_a_problem_elsewhere_outweighs_what_could_not_be_checked(suite: Suite) -> None:
    suite.write("tests/test_broken.py", "def test_till_opens(:\n")
    suite.write("tests/test_till.py", BRANCHES)

    ran = suite.lint()

    assert (ran.status, "1 could not be checked" in ran.out) == (1, True)


def test_a_linter_that_is_missing_could_not_be_asked(suite: Suite) -> None:
    """``-S`` leaves site-packages out of the Python that runs ruff."""
    suite.write("tests/test_till.py", FINE)
    without = suite.write("bin/python", '#!/bin/sh\nexec "$REAL" -S "$@"\n')
    without.chmod(0o755)
    code = f"import sys; sys.executable = {str(without)!r}; from troth.cli.app import main; "
    code += "sys.exit(main(['lint', 'tests', '--no-cache']))"

    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=suite.root,
        env={**os.environ, "REAL": sys.executable},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ran.returncode, "could not check: ruff: " in ran.stdout) == (3, True), ran.stdout + ran.stderr


def test_the_json_report_has_every_problem(suite: Suite) -> None:
    suite.write("tests/test_till.py", BRANCHES)

    read = json.loads(suite.lint("--format", "json").out)

    [problem] = read["problems"]
    assert (read["verdict"], read["exit_status"], read["files"], read["tests"]) == ("broken", 1, 1, 1)
    assert (problem["rule"], problem["severity"], problem["line"], problem["column"]) == (
        "Q201",
        "error",
        2,
        5,
    )
    assert problem["standard"] == "docs/testing-standard.md#no-conditionals"


def test_the_junit_report_fails_a_case_for_each_file(suite: Suite) -> None:
    suite.write("tests/test_till.py", BRANCHES + INFORMS)

    root = ElementTree.fromstring(suite.lint("--format", "junit").out.encode())

    failures = root.findall("testsuite[@name='lint']/testcase[@name='tests/test_till.py']/failure")
    assert [each.get("type") for each in failures] == ["Q201"]
    assert "Q603" in (root.findtext("testsuite/system-out") or "")


def test_every_exception_is_counted_in_the_last_line(suite: Suite) -> None:
    suite.write("pyproject.toml", PER_PATH)
    suite.write("tests/test_till.py", BRANCHES.replace("day:", "day:  # troth: ignore[Q201] two protocols"))
    suite.write("tests/golden/test_till.py", LOOPS)

    ran = suite.lint()

    assert ran.status == 0, ran.out
    assert ran.out.splitlines()[-1].endswith("; 2 exceptions (1 by comments, 1 by settings)")


def test_verbose_shows_the_reasons_of_exceptions(suite: Suite) -> None:
    suite.write("pyproject.toml", PER_PATH)
    suite.write("tests/test_till.py", BRANCHES.replace("day:", "day:  # troth: ignore[Q201] two protocols"))
    suite.write("tests/golden/test_till.py", LOOPS)

    shown = suite.lint("-v").out

    assert "tests/test_till.py:2:5: excepted by comment: Q201 two protocols" in shown
    assert "tests/golden/test_till.py:2:5: excepted by settings: Q202 the golden tests are" in shown


PER_PATH = """
[[tool.troth.lint.paths]]
path = "tests/golden/**"
ignore = ["Q202"]
reason = "the golden tests are generated"
"""


def test_settings_are_read(suite: Suite) -> None:
    suite.write("pyproject.toml", '[tool.troth.lint]\nseverity = { Q2 = "info" }\nfail_on = "error"\n')
    suite.write("tests/test_till.py", BRANCHES)

    ran = suite.lint()

    assert (ran.status, "1 for information" in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("selekt = []", "[tool.troth.lint] selekt"),
        ('severity = { Q201 = "fatal" }', "[tool.troth.lint] severity.Q201"),
        ('select = ["201"]', "[tool.troth.lint] select.0"),
        ('[[tool.troth.lint.paths]]\npath = "tests"\nignore = ["Q201"]', "[tool.troth.lint] paths.0.reason"),
    ],
)
def test_settings_that_are_wrong_name_their_key(suite: Suite, table: str, said: str) -> None:
    suite.write("pyproject.toml", f"[tool.troth.lint]\n{table}\n")
    suite.write("tests/test_till.py", FINE)

    ran = suite.lint()

    assert (ran.status, said in ran.err) == (2, True), ran.err


def test_excluded_files_are_not_looked_at(suite: Suite) -> None:
    suite.write("pyproject.toml", '[tool.troth.lint]\nexclude = ["tests/corpus"]\n')
    suite.write("tests/corpus/test_bad.py", BRANCHES)
    suite.write("tests/test_till.py", FINE)

    ran = suite.lint()

    assert (ran.status, "of 1 file;" in ran.out) == (0, True)


def test_it_runs_outside_of_a_workspace(suite: Suite) -> None:
    (suite.root / "pyproject.toml").unlink()
    suite.write("pytest.ini", "[pytest]\npython_files = check_*.py\n")
    suite.write("tests/check_till.py", BRANCHES)
    suite.write("tests/test_till.py", BRANCHES)

    ran = suite.lint()

    assert ran.out.startswith("tests/check_till.py:2:5: error Q201")
    assert "of 1 file;" in ran.out


def test_files_of_other_encodings_are_read(suite: Suite) -> None:
    path = suite.write("tests/test_till.py", "")
    path.write_bytes("# -*- coding: latin-1 -*-\nKÄSE = 'käse'\n".encode("latin-1") + BRANCHES.encode())

    ran = suite.lint()

    assert "tests/test_till.py:5:5: error Q201" in ran.out


def test_a_file_that_is_nested_too_deeply_could_not_be_checked(suite: Suite) -> None:
    sums = " + ".join(["1"] * 3_000)
    suite.write("tests/test_till.py", f"def test_till_adds_up(till):\n    assert till == {sums}\n")

    ran = suite.lint()

    assert (ran.status, "tests/test_till.py: could not check: it is" in ran.out) == (3, True), (
        ran.out + ran.err
    )


def test_a_folder_that_cannot_be_read_is_a_wrong_call(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    suite.write("tests/inner/test_till.py", FINE)
    scan = os.scandir

    def refused(path: str) -> object:
        if str(path).endswith("inner"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refused)

    ran = suite.lint()

    assert (ran.status, "inner cannot be read: Permission denied" in ran.err) == (2, True), ran.err
