"""What ruff and flake8-mock-spec know becomes ours, without what they get wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.quality.conftest import Suite
from troth.quality import peers
from troth.quality.rules import RULES


@pytest.mark.parametrize("code", peers.RUFF)
def test_ruff_has_every_code_that_it_is_asked_for(code: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "ruff", "rule", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ran.returncode, "This rule is in preview" in ran.stdout) == (0, False)


def test_every_code_belongs_to_a_rule() -> None:
    assert {*peers.RUFF.values(), peers.MOCK_SPEC} <= {rule.id for rule in RULES}


def test_a_noqa_without_a_reason_excepts_nothing(suite: Suite) -> None:
    suite.write(
        "tests/test_till.py", "def test_till_is_loud(till):\n    print(till)  # noqa\n    assert till == 1\n"
    )

    ran = suite.lint()

    assert "tests/test_till.py:2:5: warning Q608 `print` found (ruff T201)" in ran.out


def test_settings_of_ruff_do_not_count(suite: Suite) -> None:
    suite.write("ruff.toml", 'exclude = ["tests"]\n')
    suite.write("tests/test_till.py", "def test_till_is_loud(till):\n    print(till)\n    assert till == 1\n")

    ran = suite.lint()

    assert "Q608" in ran.out


def test_two_linters_that_see_the_same_are_told_once(suite: Suite) -> None:
    suite.write("tests/test_till.py", "def test_till_is_true(till):\n    assert till == 1 or True\n")

    ran = suite.lint()

    assert ran.out.count("Q302") == 1


def test_an_interpreter_without_ruff_is_told(suite: Suite) -> None:
    path = suite.write("tests/test_till.py", "")

    found = peers.ask_ruff([path], frozenset({"Q302"}), python=str(suite.root / "no-python"))

    assert found.missing[0].startswith("ruff: it does not run: ")


MOCKS = """
from unittest.mock import Mock, patch


def test_till_has_a_printer():
    printer = Mock()

    assert printer.print() == 1


@patch("shop.till")
def test_till_is_patched(till):
    till.return_value = 1

    assert till() == 1


def test_till_is_patched_through_http(client):
    assert client.patch("/till").status_code == 200


@patch("shop.till", 1)
def test_till_is_a_number():
    assert till == 1


def test_till_is_specified():
    printer = Mock(spec=["print"])

    assert printer.print.called
"""


def test_mocks_without_a_spec_are_told(suite: Suite) -> None:
    suite.write("tests/test_till.py", MOCKS)

    ran = suite.lint("--select", "Q502")

    lines = [line.split()[0] for line in ran.out.splitlines() if "Q502" in line]
    assert lines == ["tests/test_till.py:5:15:", "tests/test_till.py:10:2:"]


def test_an_environment_without_flake8_mock_spec_is_told(suite: Suite) -> None:
    suite.write("tests/test_till.py", MOCKS)
    code = """
import importlib.metadata as metadata, sys
found = metadata.entry_points
metadata.entry_points = lambda **given: () if given["group"] == "flake8.extension" else found(**given)
from troth.cli.app import main
sys.exit(main(["lint", "tests", "--select", "Q502"]))
"""

    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=suite.root, capture_output=True, text=True, timeout=60, check=False
    )

    assert (ran.returncode, "flake8-mock-spec: it is not installed" in ran.stdout) == (3, True), ran.stdout
