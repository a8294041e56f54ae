"""``troth triage`` as it is typed, and as docs/triage.md shows it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.quality.triage.conftest import Commit, Troth
from tests.quality.triage.shop import BATCH
from tests.support.pages import blocks, page, session
from tests.support.workspaces import Team
from troth.errors import BrokenFile
from troth.quality.triage.settings import TriageSettings, read_settings

PAGE = page("docs/triage.md")


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


@pytest.mark.case("Q004")
@pytest.mark.usefixtures("shop")
def test_the_first_row_is_a_view_that_nothing_covers(troth: Troth) -> None:
    ran = troth("triage", "before.json")

    head, first = ran.out.splitlines()[:2]
    assert head.split()[:3] == ["file", "layer", "covered"]
    assert first.split()[:4] == ["shop/views.py", "views", "0.0", "%"]
    assert ran.status == 0


@pytest.mark.usefixtures("shop")
def test_missing_branches_are_named_from_line_to_line(troth: Troth) -> None:
    ran = troth("triage", "before.json")

    assert "  Till.add: lines 7; branches 6 -> 7, 8 -> exit\n" in ran.out


def test_the_page_shows_the_plan_as_it_is_printed(troth: Troth, shop: Team) -> None:
    shutil.copy(shop.root / "before.json", shop.root / "coverage.json")
    [shown] = session(PAGE, "plan")

    ran = troth(*shlex.split(shown.command)[1:])

    assert lines(ran.out) == lines(shown.output)


@pytest.mark.case("Q007")
@pytest.mark.needs("git")
def test_the_page_shows_the_report_of_a_batch_as_it_is_printed(
    troth: Troth, shop: Team, commit: Commit
) -> None:
    commit()
    shop.write("tests/shop/test_views.py", BATCH["tests/shop/test_views.py"])
    [shown] = session(PAGE, "batch")

    ran = troth(*shlex.split(shown.command)[1:])

    assert lines(ran.out) == lines(shown.output)
    assert ran.status == 0


@pytest.mark.case("Q010")
@pytest.mark.usefixtures("shop")
def test_a_rejected_batch_ends_with_1_and_its_reason(troth: Troth) -> None:
    ran = troth("triage", "--compare", "before.json", "before.json")

    assert ran.status == 1
    assert "BROKEN  coverage-not-risen\n  coverage did not rise" in ran.out
    assert ran.out.splitlines()[-1] == "BROKEN: the batch is rejected (coverage-not-risen)"


@pytest.mark.usefixtures("shop")
def test_a_batch_is_compared_without_git_too(troth: Troth) -> None:
    ran = troth("triage", "--compare", "before.json", "after.json")

    assert "- tests added: not known (no git here)" in ran.out
    assert "nobody knows which tests are new" in ran.err
    assert ran.status == 0


def test_a_batch_of_other_code_ends_with_3(troth: Troth, shop: Team) -> None:
    report = json.loads(shop.read("after.json"))
    report["files"]["shop/utils.py"]["executed_lines"] = [1, 3]
    shop.write("after.json", json.dumps(report))

    ran = troth("triage", "--compare", "before.json", "after.json")

    assert ran.status == 3
    assert "COULD NOT CHECK  coverage-not-comparable" in ran.out


@pytest.mark.usefixtures("shop")
def test_the_json_of_a_plan_has_everything(troth: Troth) -> None:
    read = json.loads(troth("triage", "before.json", "--format", "json").out)

    assert set(read) <= set(re.findall(r"`(\w+)`", PAGE))
    assert set(read["targets"][0]) <= set(re.findall(r"`(\w+)`", PAGE))
    assert [each["path"] for each in read["targets"]] == ["shop/views.py", "shop/tasks.py", "shop/models.py"]
    assert read["targets"][2]["missing_branches"] == [[6, 7], [8, -5]]
    assert read["targets"][2]["missing_kinds"] == ["edge case", "error handling"]
    assert read["batches"] == [
        [
            {"path": "shop/views.py", "tests": 3},
            {"path": "shop/tasks.py", "tests": 3},
            {"path": "shop/models.py", "tests": 2},
        ]
    ]


@pytest.mark.usefixtures("shop")
def test_the_json_of_a_comparison_has_everything(troth: Troth) -> None:
    ran = troth("triage", "--compare", "before.json", "after.json", "--command", "pytest", "--format", "json")

    read = json.loads(ran.out)
    assert set(read) <= set(re.findall(r"`(\w+)`", PAGE))
    assert (read["verdict"], read["exit_status"], read["command"]) == ("proven", 0, "pytest")
    assert [
        (each["path"], each["before"]["covered"], each["after"]["covered"]) for each in read["files"]
    ] == [("shop/views.py", 0, 9)]


def test_a_test_file_that_is_no_python_is_told(troth: Troth, shop: Team) -> None:
    shop.write("tests/shop/test_views.py", "def test_pay(:\n")

    ran = troth("triage", "before.json")

    assert "tests/shop/test_views.py is no Python, so its tests are not known" in ran.err
    assert ran.status == 0


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("before.json", "--compare", "before.json", "after.json"), "--compare takes two reports"),
        (("--run", "--compare", "before.json", "after.json"), "--compare takes two reports"),
        (("before.json", "--command", "pytest"), "--command tells what ran between the two reports"),
        (("--compare", "before.json", "nowhere.json"), "nowhere.json: there is no such coverage report"),
    ],
)
@pytest.mark.usefixtures("shop")
def test_options_that_contradict_each_other_are_usage(
    troth: Troth, arguments: tuple[str, ...], problem: str
) -> None:
    ran = troth("triage", *arguments)

    assert (ran.status, ran.out) == (2, "")
    assert problem in ran.err


def test_the_settings_of_the_project_hold(troth: Troth, shop: Team) -> None:
    settings = '[tool.troth.triage]\nexclude = ["tests/*", "shop/views.py"]\n'
    shop.append("pyproject.toml", settings + '[tool.troth.triage.layers]\ncore = ["shop/*"]\n')

    read = json.loads(troth("triage", "before.json", "--format", "json").out)

    assert [(each["path"], each["layer"]) for each in read["targets"]] == [
        ("shop/tasks.py", "core"),
        ("shop/models.py", "core"),
    ]


@pytest.mark.parametrize("line", ["batches = 3", "batch = 21", "batch = 0", 'layers = ["views"]'])
def test_settings_that_are_wrong_are_usage(troth: Troth, shop: Team, line: str) -> None:
    shop.append("pyproject.toml", f"[tool.troth.triage]\n{line}\n")

    ran = troth("triage", "before.json")

    assert (ran.status, ran.out) == (2, "")
    assert f"[tool.troth.triage] {line.partition(' ')[0]}" in ran.err


def test_every_setting_is_explained() -> None:
    table = PAGE.split("| Key | What it says |")[1].split("\n## ")[0]

    assert set(TriageSettings.model_fields) == set(re.findall(r"`(\w+)`", table.replace("| a ", "")))


def test_the_settings_that_are_shown_are_read() -> None:
    [shown] = blocks(PAGE, "toml")

    settings = read_settings(Path("pyproject.toml"), tomllib.loads(shown)["tool"]["troth"]["triage"])

    assert (settings.batch, settings.layer("shop/domain/till.py")) == (10, "domain")


def test_a_setting_of_another_name_is_refused() -> None:
    with pytest.raises(BrokenFile, match=r"pyproject.toml: \[tool.troth.triage\] layer: "):
        read_settings(Path("pyproject.toml"), {"layer": {}})
