"""The pages say what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from pydantic import BaseModel

from tests.support.codes import codes
from tests.support.pages import ROOT, blocks, page, session
from troth.cli.app import app
from troth.fuzz.case import JUDGE
from troth.fuzz.engine import checks
from troth.fuzz.findings import CODES, code_of
from troth.fuzz.settings import (
    CleanUp,
    FuzzSettings,
    Known,
    Off,
    Offered,
    Served,
    StatePass,
    read_settings,
)
from troth.workspace import Acceptance, DriftAcceptance, LiveSettings, Settings, Workspace

PAGES = [
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    *(f"docs/{file.name}" for file in ROOT.glob("docs/*.md")),
]
OF_FAILURES = {"discriminator", "malformed", "missing", "object", "undeclared"}
"""Rules that tell causes of one check of a fuzz run apart: no codes of findings."""
COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_every_code_of_a_finding_is_listed_and_no_other() -> None:
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", page("docs/findings.md"), flags=re.MULTILINE)

    assert sorted(listed) == sorted(codes([ROOT / "src" / "troth", ROOT / "contracts"]) - OF_FAILURES)


def test_a_code_that_nobody_listed_is_found(tmp_path: Path) -> None:
    source = """
def _finding(place, code, message): ...
_finding("x", "thing-gone" if place else "thing-there", "text")
Finding(code="thing-kept", message="not-a-code")
rule = "thing-kind"
code, number = "thing-paired", 1
"""
    (tmp_path / "module.py").write_text(source, encoding="utf-8")

    assert codes([tmp_path]) == {"thing-gone", "thing-there", "thing-kept", "thing-kind", "thing-paired"}


def test_every_check_of_a_fuzz_run_has_its_code() -> None:
    assert [code_of(check) for check in (*checks(), JUDGE)] == list(CODES)


@pytest.mark.parametrize("model", [FuzzSettings, Offered, StatePass, Off, Known, Served, CleanUp])
def test_every_key_of_fuzz_toml_is_explained(model: type[BaseModel]) -> None:
    table = page("docs/configuration.md").split("| Key of `fuzz.toml` | What it says |")[1].split("\n## ")[0]
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", table))))

    assert set(model.model_fields) <= named


def test_the_fuzz_toml_that_is_shown_has_every_key(tmp_path: Path) -> None:
    _, shown = blocks(page("docs/configuration.md"), "toml")
    path = tmp_path / "fuzz.toml"
    path.write_text(shown, encoding="utf-8")

    settings = read_settings(path)

    assert settings.model_fields_set == set(FuzzSettings.model_fields)


@pytest.mark.parametrize("model", [Settings, Acceptance, DriftAcceptance, LiveSettings])
def test_every_setting_is_explained(
    model: type[Settings | Acceptance | DriftAcceptance | LiveSettings],
) -> None:
    table = page("docs/configuration.md").split("| Key | What it says |")[1].split("\n## ")[0]

    assert set(model.model_fields) <= set(re.findall(r"`(\w+)`", table))


def test_the_settings_that_are_shown_are_read(tmp_path: Path) -> None:
    shown, _ = blocks(page("docs/configuration.md"), "toml")
    (tmp_path / "pyproject.toml").write_text(shown, encoding="utf-8")
    (tmp_path / "contracts" / "weather").mkdir(parents=True)
    (tmp_path / "contracts" / "weather" / "operations.py").touch()

    settings = Workspace.find(tmp_path).settings

    assert settings.consumers == {"weather": "weather-app"}
    assert settings.max_age == {"weather": 90}
    assert settings.accept[0].code == "unavailable-here"
    assert settings.live["weather"].values == {"city": "Paris"}


def test_the_contract_that_is_shown_judges_as_shown(tmp_path: Path) -> None:
    text = page("docs/contracts.md")
    (tmp_path / "shown.py").write_text("\n".join(blocks(text, "python")), encoding="utf-8")

    ran = subprocess.run(
        [sys.executable, "-W", "error", "shown.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert [ran.stdout] == blocks(text, "text")


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_a_file(name: str) -> None:
    folder = (ROOT / name).parent
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", page(name)) if "://" not in target]

    assert [target for target in targets if not (folder / target).exists()] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_command_that_is_shown_exists(name: str) -> None:
    shown = re.findall(
        r"(?:^|[`$ /])troth ([a-z]+)(?= |`|$)", "\n".join(_commands(page(name))), flags=re.MULTILINE
    )

    assert set(shown) <= COMMANDS


def _commands(text: str) -> Iterator[str]:
    """What a page shows as code: blocks of a shell, and code within a line."""
    yield from blocks(text, "console")
    yield from re.findall(r"`(troth [^`]+)`", text)


def test_the_architecture_fits_one_screen() -> None:
    assert len(page("ARCHITECTURE.md").splitlines()) <= 60


def test_the_makefile_has_the_commands_of_the_readme() -> None:
    targets = set(re.findall(r"^(\w+):", page("Makefile"), flags=re.MULTILINE))

    assert set(re.findall(r"^make (\w+)", page("README.md"), flags=re.MULTILINE)) <= targets


@contextmanager
def serving(name: str, api: str) -> Iterator[str]:
    """The origin of a fake, served by the command of a page, on a port of the system's choice."""
    command = next(line for line in page(name).splitlines() if f"troth serve {api}" in line)
    arguments = re.sub(r"--port \d+", "--port 0", command).split()[1:]
    process = subprocess.Popen(
        [sys.executable, "-m", "troth", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield next(
            found[0] for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line))
        )
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


@pytest.fixture
def served() -> Iterator[str]:
    with serving("README.md", "judge0") as origin:
        yield origin


@pytest.fixture
def served_kms() -> Iterator[str]:
    with serving("docs/kms.md", "kms") as origin:
        yield origin


@pytest.fixture
def served_pachca() -> Iterator[str]:
    with serving("docs/pachca.md", "pachca") as origin:
        yield origin


@pytest.mark.needs("curl")
def test_the_calls_of_pachcas_page_are_answered_as_shown(served_pachca: str) -> None:
    shown = session(page("docs/pachca.md"), "pachca")
    script = "\n".join(each.command for each in shown).replace("http://127.0.0.1:8125", served_pachca)

    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)

    assert ran.stdout == "".join(each.output for each in shown), ran.stderr


def test_the_script_for_googles_client_verifies_a_signature(served_kms: str) -> None:
    [script] = blocks(page("docs/kms.md"), "python")

    ran = subprocess.run(
        [sys.executable, "-c", script.replace("http://127.0.0.1:8124", served_kms)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.stdout == "verified\n", ran.stderr


@pytest.mark.needs("curl", "gcc", "bwrap")
def test_the_readmes_program_runs_on_the_served_fake(served: str) -> None:
    [shown] = session(page("README.md"), "curl")

    ran = subprocess.run(
        shown.command.replace("http://127.0.0.1:8123", served),
        shell=True,  # The README's line, as a reader types it.
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.stdout.strip() == shown.output.strip(), ran.stderr
