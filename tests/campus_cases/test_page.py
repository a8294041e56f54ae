"""What the page on campus shows is what the served service answers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from tests.campus_cases.copies import environment
from tests.support.pages import ROOT, page, session

PAGE = "docs/campus.md"
SECONDS = 60
SERVED = "end it with Ctrl-C"
"""The last line that ``troth serve`` prints at its start."""


@dataclass(frozen=True)
class Served:
    """A fake that runs, and what it printed at its start."""

    process: subprocess.Popen[str]
    printed: str

    def found(self, pattern: str) -> str:
        found = re.search(pattern, self.printed)
        assert found is not None, self.printed
        return found[1]

    @property
    def origin(self) -> str:
        return self.found(r"(http://127\.0\.0\.1:\d+)")

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=SECONDS)


@contextmanager
def serving(api: str, **variables: str) -> Iterator[Served]:
    """An API on a free port, until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "troth", "serve", api, "--port", "0"],
        cwd=ROOT,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield Served(process, _until_served(process.stdout))
    finally:
        process.kill()
        process.wait(timeout=SECONDS)
        process.stdout.close()


def _until_served(lines: Iterator[str]) -> str:
    printed = ""
    for line in lines:
        printed += line
        if SERVED in line:
            break
    return printed


@dataclass(frozen=True)
class Both:
    """The service, and its judge."""

    campus: Served
    judge: Served


@pytest.fixture
def both() -> Iterator[Both]:
    with ExitStack() as stack:
        judge = stack.enter_context(serving("judge0"))
        yield Both(stack.enter_context(serving("campus", JUDGE0_URL=judge.origin)), judge)


def answered(campus: Served, name: str) -> tuple[str, str]:
    """What the commands of a block print, and what the page says that they do."""
    shown = session(page(PAGE), name)
    variables = {
        "API": f"{campus.origin}/api/v1",
        "AUTH": f"Authorization: {campus.found('accepts Authorization: (Bearer .*)')}",
        "JSON": "Content-Type: application/json",
    }
    script = "\n".join(each.command for each in shown)
    ran = subprocess.run(
        ["bash", "-c", script],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return ran.stdout, "".join(each.output for each in shown)


@pytest.mark.needs("curl", "bwrap")
def test_programs_exams_and_a_judge_that_is_down_are_as_shown(both: Both) -> None:
    programs = answered(both.campus, "campus")
    exam = answered(both.campus, "exam")
    both.judge.end()
    down = answered(both.campus, "down")

    assert programs[0] == programs[1]
    assert exam[0] == exam[1]
    assert down[0] == down[1]


def test_every_setting_is_on_the_page() -> None:
    settings = (ROOT / "providers" / "campus" / "config" / "settings.py").read_text(encoding="utf-8")

    read = set(re.findall(r'(?:environ(?:\.get\(|, )|flag\(os\.environ, )"(\w+)"', settings))

    assert read == set(re.findall(r"^\| `(\w+)` \|", page(PAGE), flags=re.MULTILINE))


def test_every_command_is_on_the_page() -> None:
    shown = re.findall(r"^\$ python providers/campus/manage.py (\w+)", page(PAGE), flags=re.MULTILINE)

    files = (ROOT / "providers" / "campus").glob("*/management/commands/[!_]*.py")

    assert {file.stem for file in files} | {"test"} == set(shown)
