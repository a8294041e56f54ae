"""The wheel: it holds troth alone, and a workspace grows from it and the README alone."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.support.pages import ROOT, Shown, files, page, session
from tests.support.wheels import Environment, Ran
from tests.support.wheels import installed as installed
from tests.support.wheels import wheel as wheel

README = page("README.md")
COMMANDS = session(README, "weather")


@pytest.fixture(scope="module")
def followed(
    installed: Environment, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, tuple[Ran, ...]]:
    """The README's workspace after its commands, and what each of them came to."""
    root = tmp_path_factory.mktemp("readme") / "umbrella"
    for name, text in files(README).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root, tuple(installed.run(shown.command.split(), root) for shown in COMMANDS)


def test_the_wheel_holds_the_sources_of_troth_and_nothing_else(wheel: Path) -> None:
    sources = {
        str(file.relative_to(ROOT / "src"))
        for file in (ROOT / "src" / "troth").rglob("*")
        if file.is_file() and not {"__pycache__", ".mypy_cache", ".ruff_cache"} & set(file.parts)
    }

    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert inside == sources


def test_the_wheel_carries_the_licence_and_the_readme(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    [metadata] = [name for name in archive.namelist() if name.endswith("METADATA")]

    assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())
    assert archive.read(metadata).decode().endswith(README)


def test_troth_comes_from_the_wheel(installed: Environment, tmp_path: Path) -> None:
    ran = installed.run(["python", "-c", "import troth; print(troth.__file__)"], tmp_path)

    assert ran.out.startswith(str(installed.folder))


def test_the_console_script_runs(installed: Environment, tmp_path: Path) -> None:
    ran = installed.run(["troth", "--version"], tmp_path)

    assert (ran.status, ran.out) == (0, "troth 0.1.0\n")


def test_outside_a_workspace_the_error_says_what_to_do(installed: Environment, tmp_path: Path) -> None:
    ran = installed.run(["troth", "check"], tmp_path)

    assert ran.status == 2
    assert "[tool.troth]" in ran.err


@pytest.mark.parametrize("step", range(len(COMMANDS)), ids=[shown.command for shown in COMMANDS])
def test_a_command_of_the_readme_ends_well_and_prints_what_is_shown(
    followed: tuple[Path, tuple[Ran, ...]], step: int
) -> None:
    ran, shown = followed[1][step], COMMANDS[step]

    assert ran.status == 0, ran.out + ran.err
    assert shown.pattern().fullmatch(ran.out), ran.out


def test_the_readmes_workspace_has_a_cassette_for_each_scenario(
    followed: tuple[Path, tuple[Ran, ...]],
) -> None:
    names = {file.name for file in (followed[0] / "cassettes" / "weather").iterdir()}

    assert names == {"it_rains.yaml", "a_city_that_nobody_knows.yaml", "a_wrong_key.yaml"}


def test_the_readmes_workspace_has_a_pact(followed: tuple[Path, tuple[Ran, ...]]) -> None:
    assert (followed[0] / "contracts/weather/pacts/umbrella-app-weather.json").is_file()


def test_no_credential_is_written_by_following_the_readme(followed: tuple[Path, tuple[Ran, ...]]) -> None:
    written = [
        file.read_text(encoding="utf-8")
        for folder in ("cassettes", "contracts", ".troth")
        for file in (followed[0] / folder).rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    ]

    assert "a-key-of-the-fake" not in "".join(written)


def test_the_break_that_the_readme_plants_is_found(
    followed: tuple[Path, tuple[Ran, ...]], installed: Environment, tmp_path: Path
) -> None:
    broken = tmp_path / "umbrella"
    shutil.copytree(followed[0], broken, ignore=shutil.ignore_patterns("__pycache__"))
    fake = broken / "providers/weather/provider.py"
    fake.write_text(fake.read_text(encoding="utf-8").replace('"sky"', '"skies"'), encoding="utf-8")

    ran = installed.run(["troth", "check"], broken)

    assert ran.status == 1
    assert re.search(r"field-missing.*\$\.sky", ran.out)


def test_an_output_that_differs_is_seen() -> None:
    shown = Shown("troth check", "...\nproven\n")

    assert shown.pattern().fullmatch("one\ntwo\nproven\n")
    assert not shown.pattern().fullmatch("one\nbroken\n")
