"""The standard and the rules are one: each section has its rule, each rule its section."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
import yaml

from tests.quality.conftest import BRANCHES, Suite
from tests.support.pages import ROOT, blocks, page, session
from troth.quality.report import section_link
from troth.quality.rule import Rule
from troth.quality.rules import RULES
from troth.quality.run import OWN_RULES
from troth.quality.settings import LintSettings, PathSettings, Thresholds, read_settings

STANDARD = page("docs/testing-standard.md")
LINT = page("docs/lint.md")
EVERY_RULE = (*RULES, *OWN_RULES)


def sections(text: str) -> dict[str, str]:
    """The sections of a page by heading."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.case("Q009")
def test_each_rule_has_its_section_and_each_section_its_rule() -> None:
    headings = re.findall(r"^## (.+)$", STANDARD, flags=re.MULTILINE)

    assert sorted(headings) == sorted({rule.section for rule in EVERY_RULE})


@pytest.mark.case("Q009")
@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.id)
def test_a_section_names_its_rule(rule: Rule) -> None:
    assert sections(STANDARD)[rule.section].lstrip().startswith(f"{rule.id}. ")


def test_rules_have_ids_of_their_own() -> None:
    ids = [rule.id for rule in EVERY_RULE]

    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.id)
def test_the_list_of_rules_says_what_each_weighs(rule: Rule) -> None:
    link = section_link(rule.section).removeprefix("docs/")

    assert f"| [`{rule.id}`]({link}) | {rule.name} | {rule.severity} |" in LINT


def test_no_rule_is_listed_that_is_not_there() -> None:
    assert set(re.findall(r"^\| \[`(Q\d+)`\]", LINT, re.MULTILINE)) == {rule.id for rule in EVERY_RULE}


def test_every_setting_of_the_linter_is_explained() -> None:
    tables = sections(LINT)["Settings"]

    named = set(re.findall(r"`(\w+)`", tables))

    assert {*LintSettings.model_fields, *PathSettings.model_fields, *Thresholds.model_fields} <= named


@pytest.mark.parametrize("name", Thresholds.model_fields)
def test_a_threshold_is_what_the_page_says(name: str) -> None:
    assert f"| `{name}` | {Thresholds.model_fields[name].default} |" in LINT


def test_the_settings_that_are_shown_can_be_read() -> None:
    [shown] = blocks(LINT, "toml")

    made = read_settings(ROOT / "pyproject.toml", tomllib.loads(shown)["tool"]["troth"]["lint"])

    assert (made.thresholds.lines, made.paths[0].reason) == (40, "these files are generated")


def test_every_key_of_the_json_report_is_named(suite: Suite) -> None:
    suite.write("tests/test_till.py", BRANCHES)

    read = json.loads(suite.lint("--format", "json").out)

    named = set(re.findall(r"`(\w+)`", sections(LINT)["The JSON report"]))
    assert {*read, *read["exceptions"], *read["problems"][0]} <= named


def test_the_run_that_is_shown_ends_as_shown(suite: Suite) -> None:
    suite.write("tests/test_till.py", BRANCHES)
    [shown] = session(LINT, "lint")

    ran = suite.lint()

    assert ran.out.strip() == shown.output.strip()


def test_the_hook_of_pre_commit_runs_the_command() -> None:
    [hook] = yaml.safe_load(page(".pre-commit-hooks.yaml"))

    assert (hook["id"], hook["entry"]) == ("troth-lint", "troth lint")
    assert "id: troth-lint" in sections(LINT)["pre-commit"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("tests/test_till.py", True),
        ("test_till.py", True),
        ("till_test.py", True),
        ("tests/conftest.py", True),
        ("tests/till.py", False),
        ("src/contest.py", False),
    ],
)
def test_the_hook_of_pre_commit_is_given_files_of_tests(name: str, *, meant: bool) -> None:
    [hook] = yaml.safe_load(page(".pre-commit-hooks.yaml"))

    assert bool(re.search(hook["files"], name)) is meant
