"""The page about webhooks says what the code does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pages import blocks, files, page
from tests.support.workspaces import Team
from troth.workspace import LiveSettings

PAGE = "docs/webhooks.md"

VIEW_TEST = """
from types import SimpleNamespace

import pytest
from consumers.bell import views
from django.conf import settings
from django.test import RequestFactory

settings.configure(ALLOWED_HOSTS=["testserver"])
SECRET = "a secret of this test"


@pytest.mark.parametrize(
    ("method", "secret", "late", "status"),
    [("POST", SECRET, 0, 200), ("POST", "other", 0, 401), ("POST", SECRET, 61, 401), ("GET", SECRET, 0, 405)],
)
def test_the_view(bell, monkeypatch, method, secret, late, status):
    [delivery] = bell.deliveries("a ring is told", secret=secret)
    monkeypatch.setenv("BELL_SIGNING_SECRET", SECRET)
    monkeypatch.setattr(views, "time", SimpleNamespace(time=lambda: delivery.received_at + late))

    headers = {"X-Signature": delivery.headers.get("X-Signature")}
    request = RequestFactory().generic(method, "/hook", delivery.body, "application/json", headers=headers)

    answer = views.bell_hook(request)

    assert answer.status_code == status
"""


def ran(folder: Path, *arguments: str) -> str:
    """What a run of Python in ``folder`` prints."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def outcome(team: Team) -> str:
    """The outcome of the tests of the workspace, run with the plugin alone."""
    plugins = ("--disable-plugin-autoload", "-p", "troth.pytest_plugin", "-p", "no:cacheprovider")
    return ran(team.root, "-m", "pytest", "-q", *plugins, "tests")


@pytest.fixture
def shown_team(bell_team: Team) -> Team:
    """The bell team's workspace with the files of the page, and what they make of it."""
    for name, text in files(page(PAGE)).items():
        bell_team.write(name, text)
    bell_team.remove("cassettes")
    bell_team.remove("contracts/bell/pacts")
    bell_team.must("record", "bell", "--yes")
    return bell_team


def test_the_contract_that_is_shown_judges_as_shown(tmp_path: Path) -> None:
    text = page(PAGE)
    own = [each for each in blocks(text, "python") if each not in files(text).values()]
    (tmp_path / "shown.py").write_text("\n".join(own), encoding="utf-8")

    assert [ran(tmp_path, "-W", "error", "shown.py")] == blocks(text, "text")


def test_the_scenario_that_is_shown_proves_and_is_verified(shown_team: Team) -> None:
    checked = shown_team.troth("check")

    assert checked.status == 0, checked.out
    assert "PROVEN: 3 interactions proven (bell)" in checked.out


def test_the_unit_test_that_is_shown_passes(shown_team: Team) -> None:
    out = outcome(shown_team)

    assert "2 passed" in out
    assert "troth: 2 exchanges played (2 simulated)" in out


def test_the_view_that_is_shown_answers(shown_team: Team) -> None:
    shown_team.write("tests/test_views.py", VIEW_TEST)

    assert "6 passed" in outcome(shown_team)


def test_the_live_settings_that_are_shown_are_read(bell_team: Team) -> None:
    [shown] = blocks(page(PAGE), "toml")
    bell_team.append("pyproject.toml", f"\n{shown}")

    found = bell_team.workspace().settings.live["bell"]

    assert found == LiveSettings(inbox="https://hooks.staging.example/bell", inbox_port=8900)


def test_every_code_that_is_shown_is_a_finding() -> None:
    table = page(PAGE).split("| Code | What it means |\n")[1].split("\n\n")[0]
    shown = [line.split("`")[1] for line in table.splitlines()[1:] if "…" not in line]
    known = page("docs/findings.md")

    assert len(shown) == 5
    assert [code for code in shown if f"| `{code}` |" not in known] == []
