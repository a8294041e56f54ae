"""Tests that need a tool which is missing: left out, counted and named, or an error."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = (Path(__file__).parent.parent / "conftest.py").read_text(encoding="utf-8")
TESTS = """
import pytest

@pytest.mark.needs({tool!r})
def test_that_needs_it(): pass

def test_that_needs_nothing(): pass
"""
MARKER = """
[pytest]
markers =
    needs(*tools): programs
    vendor(*names): documents
"""


def run(pytester: pytest.Pytester, tool: str, *arguments: str, conftest: str = CONFTEST) -> pytest.RunResult:
    pytester.makeconftest(conftest)
    pytester.makeini(MARKER)
    pytester.makepyfile(TESTS.format(tool=tool))
    return pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:django", *arguments)


@pytest.fixture(autouse=True)
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine of a person, whatever this run demands."""
    monkeypatch.delenv("TROTH_REQUIRE_ALL", raising=False)


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch, lenient: None) -> None:  # noqa: ARG001 - the order counts
    monkeypatch.setenv("TROTH_REQUIRE_ALL", "1")


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "in parallel"])
def test_a_test_whose_tool_is_missing_is_left_out_and_named(
    pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    ran = run(pytester, "no-such-tool", *workers)

    assert (ran.ret, ran.parseoutcomes()["passed"]) == (pytest.ExitCode.OK, 1)
    ran.stdout.fnmatch_lines("1 test was left out: no-such-tool is not installed, or does not work")


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "in parallel"])
def test_a_missing_tool_is_an_error_where_every_one_is_required(
    pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    ran = run(pytester, "no-such-tool", *workers)

    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    assert "no-such-tool" in ran.stdout.str() + ran.stderr.str()


def test_a_tool_that_is_there_leaves_nothing_out(pytester: pytest.Pytester) -> None:
    ran = run(pytester, "sh")

    assert ran.parseoutcomes() == {"passed": 2}
    assert "left out" not in ran.stdout.str()


def test_a_tool_that_is_there_and_does_not_work_is_missing(pytester: pytest.Pytester) -> None:
    ran = run(pytester, "sh", conftest=CONFTEST + '\nTRIALS["sh"] = ("false",)\n')

    assert ran.parseoutcomes()["passed"] == 1
    ran.stdout.fnmatch_lines("1 test was left out: sh is not installed, or does not work")


def test_a_tool_of_the_users_own_folders_is_missing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.path.joinpath("own-tool").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(pytester.path), prepend=":")

    ran = run(pytester, "own-tool")

    ran.stdout.fnmatch_lines("1 test was left out: own-tool is not installed, or does not work")


VENDOR_TESTS = """
import pytest

@pytest.mark.vendor("nobodys.openapi.yaml")
def test_that_reads_it(): pass

def test_that_needs_nothing(): pass
"""


def run_with_document(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    pytester.makeconftest(CONFTEST)
    pytester.makeini(MARKER)
    pytester.makepyfile(VENDOR_TESTS)
    return pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:django", *arguments)


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "in parallel"])
def test_a_test_whose_document_is_not_there_is_left_out_and_named(
    pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    ran = run_with_document(pytester, *workers)

    assert (ran.ret, ran.parseoutcomes()["passed"]) == (pytest.ExitCode.OK, 1)
    ran.stdout.fnmatch_lines("1 test was left out: there is no nobodys.openapi.yaml here")


@pytest.mark.usefixtures("strict")
def test_a_missing_document_is_an_error_where_every_one_is_required(pytester: pytest.Pytester) -> None:
    ran = run_with_document(pytester)

    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    assert "nobodys.openapi.yaml" in ran.stdout.str() + ran.stderr.str()


def test_a_document_that_is_there_leaves_nothing_out(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.path.joinpath("nobodys.openapi.yaml").touch()
    monkeypatch.setenv("TROTH_VENDOR_DOCUMENTS", str(pytester.path))

    ran = run_with_document(pytester)

    assert ran.parseoutcomes() == {"passed": 2}
