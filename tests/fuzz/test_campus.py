"""campus, fuzzed as a person does it: nothing is wrong or weak, and a campus that goes wrong is seen."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.campus_cases.copies import CAMPUS, Copy, environment
from tests.campus_cases.test_page import serving
from tests.support.pages import ROOT, page, session

SECONDS = 300
ORIGIN = "http://127.0.0.1:8130"
TOKEN = re.compile(r"^export CAMPUS_TOKEN=(\S{43})$", re.MULTILINE)


def fuzzed(only: str, *options: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """``troth fuzz campus`` on the operations that are called like ``only``, with few examples."""
    command = [sys.executable, "-m", "troth", "fuzz", "campus", "-k", only, "--max-examples", "10", *options]
    return subprocess.run(
        command,
        cwd=root,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def counts(ran: subprocess.CompletedProcess[str]) -> list[str]:
    """A row for each operation."""
    return re.findall(r"^(?:GET|POST|PATCH|DELETE) .*", ran.stdout, flags=re.MULTILINE)


def answered(ran: subprocess.CompletedProcess[str]) -> set[str]:
    """The statuses in the rows."""
    return {status for row in counts(ran) for status in re.findall(r"\b(\d{3}):", row)}


@pytest.mark.parametrize(
    ("only", "statuses"),
    [
        ("health", {"200", "503"}),
        ("create_token", {"201", "401", "429"}),
        ("delete_exam", {"204", "403"}),
    ],
)
def test_every_state_reaches_what_it_is_there_for(only: str, statuses: set[str]) -> None:
    ran = fuzzed(only)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert statuses <= answered(ran)


def test_a_seed_repeats_a_run() -> None:
    once, again = fuzzed("create_enrollment"), fuzzed("create_enrollment")

    assert counts(once) == counts(again)
    assert len(counts(once)) == 1


BREAKS: Mapping[str, tuple[str, str, str, str]] = {
    "a service that fails": (
        "courses/services/catalog.py",
        'raise Unknown("there is no such course")',
        'raise RuntimeError("no course")',
        "show_course",
    ),
    "an answer that is not what is declared": (
        "courses/schemas/content.py",
        "    title: str\n    description: str\n",
        "    title: int = 0\n    description: str\n",
        "show_course",
    ),
    "a token that is not asked for": (
        "accounts/services.py",
        'row = valid(now=now).filter(digest=digest(token)).select_related("user").first()',
        'row = valid(now=now).select_related("user").first()',
        "show_me",
    ),
    "a bound that is not held": (
        "config/pages.py",
        "page_size: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 20",
        "page_size: int = 20",
        "list_courses",
    ),
}


@pytest.mark.parametrize(("file", "right", "wrong", "only"), BREAKS.values(), ids=BREAKS)
def test_a_campus_that_goes_wrong_is_seen(
    tmp_path: Path, file: str, right: str, wrong: str, only: str
) -> None:
    broken = Copy.at(tmp_path).root / CAMPUS / file
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text.replace(right, wrong), encoding="utf-8")

    ran = fuzzed(only, root=tmp_path)

    assert right in text
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "BROKEN" in ran.stdout


def commands(block: str) -> list[str]:
    """Those of a block of the page."""
    return [each.command.strip() for each in session(page("docs/campus.md"), block)]


def shell(command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What the shell does with a command of the page; ``python`` is that of this run."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=environment(PATH=path, **variables),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@dataclass(frozen=True)
class Tried:
    """campus as the page says, at an origin of its own, and the command that tries it."""

    command: str
    token: str


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    database = f"sqlite:///{tmp_path_factory.mktemp('campus')}/campus-to-try.sqlite3"
    *_, demo, _ = commands("tried")
    (run,) = commands("try")
    made = TOKEN.fullmatch(shell(demo, DATABASE_URL=database).stdout.strip())
    assert made is not None
    with serving("campus", DATABASE_URL=database) as campus:
        # The documents' examples alone, since all of it takes minutes.
        yield Tried(f"{run.replace(ORIGIN, campus.origin)} --phases examples", made[1])


def test_schemathesis_finds_no_issue(tried: Tried) -> None:
    ran = shell(tried.command, CAMPUS_TOKEN=tried.token)

    assert ran.returncode == 0, ran.stdout
    assert "No issues found" in ran.stdout


def test_schemathesis_does_not_begin_without_a_token(tried: Tried) -> None:
    ran = shell(tried.command)

    assert ran.returncode != 0
    assert "Missing environment variable: `CAMPUS_TOKEN`" in ran.stdout + ran.stderr


def test_schemathesis_fails_with_a_token_that_is_none(tried: Tried) -> None:
    ran = shell(tried.command, CAMPUS_TOKEN="nobody's")

    assert ran.returncode == 1
    assert "Warnings fail the run" in ran.stdout
