"""What is a test, what a fixture, and what names mean."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.quality.conftest import Suite
from troth.errors import BrokenFile
from troth.quality.context import Context, Files, Project
from troth.quality.pytest_settings import PytestSettings, read_pytest_settings
from troth.quality.settings import LintSettings
from troth.quality.source import TestFile, parse


def read(text: str, root: Path = Path("/suite"), name: str = "tests/test_till.py") -> TestFile:
    """A file of that text."""
    return parse(root / name, root, text.encode(), PytestSettings())


BASES = "TestCase\nclass Base(TestCase): ...\nclass Of(Base):\n def test_a(self): ..."


def qualified(text: str) -> list[str]:
    return [test.qualified for test in read(text).tests]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def test_a(): ...", ["test_a"]),
        ("async def test_a(): ...", ["test_a"]),
        ("class TestA:\n def test_a(self): ...", ["TestA::test_a"]),
        ("class TestA:\n class TestB:\n  async def test_a(self): ...", ["TestA::TestB::test_a"]),
        ("if 1:\n def test_a(): ...", ["test_a"]),
        ("try:\n pass\nexcept ValueError:\n def test_a(): ...", ["test_a"]),
        ("import unittest\nclass Of(unittest.TestCase):\n def test_a(self): ...", ["Of::test_a"]),
        ("from django.test import TestCase as T\nclass Of(T):\n def testA(self): ...", ["Of::testA"]),
        (f"from shop import {BASES.replace('TestCase', 'Till')}", []),
        (f"from unittest import {BASES}", ["Of::test_a"]),
        ("class Of:\n def test_a(self): ...", []),
        ("class TestA:\n def __init__(self): ...\n def test_a(self): ...", []),
        ("class TestA:\n __test__ = False\n def test_a(self): ...", []),
        ("def outer():\n def test_a(): ...", []),
        ("import pytest\n@pytest.fixture\ndef test_a(): ...", []),
        ("def helper(): ...", []),
    ],
)
def test_tests_are_what_pytest_collects(text: str, found: list[str]) -> None:
    assert qualified(text) == found


def test_a_conftest_has_no_tests() -> None:
    file = read("def test_a(): ...", name="tests/conftest.py")

    assert (file.tests, file.is_conftest) == ((), True)


@pytest.mark.parametrize(
    ("before", "expression", "meaning"),
    [
        ("import datetime", "datetime.datetime.now()", "datetime.datetime.now"),
        ("import datetime as dt", "dt.datetime.now", "datetime.datetime.now"),
        ("from datetime import datetime", "datetime.now()", "datetime.datetime.now"),
        ("from time import time as clock", "clock()", "time.time"),
        ("import os.path", "os.path.join", "os.path.join"),
        ("import datetime\nnow = datetime.datetime.now", "now()", "datetime.datetime.now"),
        ("from . import stage", "stage.look", "tests.stage.look"),
        ("from ..support.wire import answer", "answer()", "support.wire.answer"),
        ("def helper(): ...", "helper()", ".helper"),
        ("", "print('x')", "builtins.print"),
        ("", "unknown.thing", ""),
        ("till = 1", "till.total", ".till.total"),
        ("import time", "time().sleep", ""),
    ],
)
def test_names_are_resolved_through_imports(before: str, expression: str, meaning: str) -> None:
    names = read(before).names

    assert names.of(ast.parse(expression, mode="eval").body) == meaning


@pytest.mark.parametrize(
    ("body", "meaning"),
    [
        ("import time\n    time.sleep(1)", "time.sleep"),
        ("from time import sleep as rest\n    rest(1)", "time.sleep"),
        ("wait = sleep\n    wait(1)", "time.sleep"),
        ("sleep = print\n    sleep(1)", "builtins.print"),
        ("sleep = make()\n    sleep(1)", ""),
        ("for sleep in (1, 2): pass\n    sleep(1)", ""),
        ("def sleep(): ...\n    sleep(1)", ""),
    ],
)
def test_names_of_a_function_hide_those_outside(body: str, meaning: str) -> None:
    [test] = read(f"from time import sleep\ndef test_a():\n    {body}\n").tests

    *_, call = test.calls()

    assert test.names.of(call) == meaning


def test_a_parameter_hides_an_import() -> None:
    [test] = read("import settings\ndef test_a(settings):\n    settings.change()\n").tests

    [call] = test.calls()

    assert test.names.of(call) == ""


def test_a_stub_is_no_part_of_the_body() -> None:
    [test] = read("def test_a():\n    def stub():\n        inner()\n    outer()\n").tests

    assert [ast.unparse(call) for call in test.calls()] == ["outer()"]


def test_marks_come_from_test_class_and_module() -> None:
    text = """
import pytest
from pytest import mark
pytestmark = [pytest.mark.slow]
@mark.of_class
class TestA:
    pytestmark = pytest.mark.inner
    @mark.own(1, x=2)
    def test_a(self): ...
"""
    [test] = read(text).tests

    assert [(mark.name, mark.own) for mark in test.marks] == [
        ("own", True),
        ("of_class", False),
        ("inner", False),
        ("slow", False),
    ]


def test_a_fixture_says_how_it_is_made() -> None:
    text = """
from pytest import fixture as f
@f(scope="session", autouse=True, name="till")
def make_till(db): ...
"""
    [made] = read(text).fixtures

    assert (made.called, made.name, made.scope, made.autouse) == ("till", "make_till", "session", True)
    assert made.parameters == ("db",)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pytest.ini", "[pytest]\npython_files = check_*.py"),
        ("tox.ini", "[pytest]\npython_files = check_*.py"),
        ("setup.cfg", "[tool:pytest]\npython_files = check_*.py"),
        ("pyproject.toml", "[tool.pytest.ini_options]\npython_files = 'check_*.py'"),
        ("pyproject.toml", "[tool.pytest]\npython_files = ['check_*.py']"),
        ("pytest.toml", "[pytest]\npython_files = ['check_*.py']"),
    ],
)
def test_the_settings_of_pytest_are_found_where_pytest_finds_them(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")

    read_settings = read_pytest_settings(tmp_path)

    assert read_settings.python_files == ("check_*.py",)


def test_settings_of_pytest_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("python_files", encoding="utf-8")

    with pytest.raises(BrokenFile, match="pytest's settings cannot be read"):
        read_pytest_settings(tmp_path)


def context(suite: Suite) -> Context:
    return Context(Project(suite.root, LintSettings(), Files(suite.root, PytestSettings())))


def test_the_nearest_fixture_of_a_name_is_the_one(suite: Suite) -> None:
    made = "import pytest\n@pytest.fixture\ndef till(): return {}\n"
    suite.write("conftest.py", made.format(1) + "@pytest.fixture\ndef day(): return 1\n")
    suite.write("tests/conftest.py", made.format(2))
    path = suite.write("tests/test_till.py", "def test_a(till, day): ...\n")
    looked = context(suite)
    file = looked.read(path)
    assert file is not None

    found = looked.requested(file.tests[0])

    assert {name: fixture.file.name for name, fixture in found.items()} == {
        "till": "tests/conftest.py",
        "day": "conftest.py",
    }


def test_fixtures_are_found_through_fixtures_and_autouse(suite: Suite) -> None:
    text = """
import pytest
@pytest.fixture
def clock(): ...
@pytest.fixture
def till(clock): ...
@pytest.fixture(autouse=True)
def frozen(): ...
class TestB:
    @pytest.fixture(autouse=True)
    def only_of_b(self): ...
@pytest.mark.usefixtures("till")
def test_a(): ...
"""
    path = suite.write("tests/test_till.py", text)
    looked = context(suite)
    file = looked.read(path)
    assert file is not None

    found = looked.requested(file.tests[0])

    assert set(found) == {"till", "clock", "frozen"}


def test_a_fixture_that_a_conftest_imports_is_its_own(suite: Suite) -> None:
    suite.write("tests/tills.py", "import pytest\n@pytest.fixture\ndef till(): ...\n")
    suite.write("tests/conftest.py", "from tests.tills import till as till\n")
    path = suite.write("tests/test_till.py", "def test_a(till): ...\n")
    looked = context(suite)
    file = looked.read(path)
    assert file is not None

    assert looked.fixtures(file)["till"].file.name == "tests/tills.py"


def test_lines_are_counted_as_python_counts_them(suite: Suite) -> None:
    path = suite.write("tests/test_till.py", "")
    path.write_text(
        'TEXT = "\u2028"\n\x0c\ndef test_a_till_opens(till):\n    print(till)  # troth: ignore[Q608]\n'
    )

    ran = suite.lint("--select", "Q608", "--select", "Q301")

    assert [line.split()[0] for line in ran.out.splitlines() if " error " in line or " warning " in line] == [
        "tests/test_till.py:3:1:",
        "tests/test_till.py:4:5:",
        "tests/test_till.py:4:18:",
    ]
