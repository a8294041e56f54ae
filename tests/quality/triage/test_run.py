"""``troth triage --run``: the changed tests, and no other, under coverage.py itself."""

from __future__ import annotations

import json
import sys

import pytest

from tests.quality.triage.conftest import Commit, Troth
from tests.quality.triage.facts import file, measured
from tests.quality.triage.shop import BATCH
from tests.support.workspaces import Team
from troth.quality.triage.coverage_json import read_report
from troth.quality.triage.measured import Function, Measured, Share
from troth.quality.triage.run import Runner, merged

pytestmark = pytest.mark.needs("git")

VIEWS = "tests/shop/test_views.py"
FAILING = "\n\ndef test_pay_is_wrong() -> None:\n    assert pay(Till(), 1) == 500\n"


@pytest.fixture
def batch(shop: Team, commit: Commit) -> Team:
    """The shop with its first tests committed and those of a batch written."""
    commit()
    shop.write(VIEWS, BATCH[VIEWS])
    return shop


@pytest.fixture
def coverage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A coverage.py that the tests' own run does not disturb."""
    for name in ("COVERAGE_FILE", "COVERAGE_RCFILE", "COVERAGE_PROCESS_START", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.case("Q002", "Q007")
@pytest.mark.usefixtures("coverage")
def test_the_changed_tests_are_run_and_compared_with_the_report(troth: Troth, batch: Team) -> None:
    ran = troth("triage", "before.json", "--run")

    assert ran.status == 0, ran.out + ran.err
    assert "### File: shop/views.py\n- tests added: 2\n" in ran.out
    assert "- coverage before: 0.0 % (0 of 11)\n- coverage after: 81.8 % (9 of 11)" in ran.out
    assert ran.out.count("### File:") == 1
    log = (batch.root / ".troth/triage/pytest.log").read_text(encoding="utf-8")
    assert log.startswith("..")


@pytest.mark.case("Q002")
@pytest.mark.usefixtures("coverage", "batch")
def test_the_command_that_is_told_names_the_changed_file_and_no_other(troth: Troth) -> None:
    read = json.loads(troth("triage", "before.json", "--run", "--format", "json").out)

    assert read["command"].startswith("python -m coverage run --branch --source=. -m pytest ")
    assert read["command"].endswith(f" {VIEWS}")
    assert "test_models" not in read["command"]


@pytest.mark.usefixtures("coverage")
def test_both_together_are_what_a_whole_run_would_give(troth: Troth, batch: Team) -> None:
    troth("triage", "before.json", "--run")

    kept = read_report(batch.root / ".troth/triage/coverage.json", batch.root)
    whole = read_report(batch.root / "after.json", batch.root)
    assert {path: kept.files[path].share for path in whole.files} == {
        path: each.share for path, each in whole.files.items()
    }


@pytest.mark.case("Q010")
@pytest.mark.usefixtures("coverage")
def test_a_batch_that_reaches_nothing_new_is_rejected(troth: Troth, batch: Team) -> None:
    batch.write(VIEWS, "def test_nothing_is_nothing() -> None:\n    assert not []\n")

    ran = troth("triage", "after.json", "--run")

    assert ran.status == 1
    assert "BROKEN: the batch is rejected (coverage-not-risen)" in ran.out


@pytest.mark.usefixtures("coverage")
def test_a_batch_with_a_test_that_fails_is_rejected_and_the_test_named(troth: Troth, batch: Team) -> None:
    batch.append(VIEWS, FAILING)

    ran = troth("triage", "before.json", "--run")

    assert ran.status == 1
    assert f"actual     {VIEWS}::test_pay_is_wrong\n" in ran.out
    assert "BROKEN: the batch is rejected (tests-failed)" in ran.out


@pytest.mark.usefixtures("coverage", "batch")
def test_without_a_report_the_plan_is_of_the_run_alone(troth: Troth) -> None:
    ran = troth("triage", "--run")

    assert ran.status == 0
    assert ran.out.splitlines()[1].split()[:4] == ["shop/tasks.py", "tasks", "0.0", "%"]


@pytest.mark.case("Q011")
@pytest.mark.usefixtures("coverage")
def test_no_plan_is_made_of_a_run_that_failed(troth: Troth, batch: Team) -> None:
    batch.append(VIEWS, FAILING)

    ran = troth("triage", "--run")

    assert ran.status == 1
    assert "shop/tasks.py" not in ran.out
    assert ran.out.endswith("BROKEN: the batch is rejected (tests-failed)\n")


@pytest.mark.usefixtures("coverage")
def test_the_projects_own_settings_of_coverage_hold(troth: Troth, batch: Team) -> None:
    measuring = "\n[tool.coverage.run]\nsource = ['shop']\nparallel = true\n"
    batch.append("pyproject.toml", f"{measuring}[tool.coverage.report]\nfail_under = 100\n")

    read = json.loads(troth("triage", "before.json", "--run", "--format", "json").out)

    assert (read["verdict"], "--source" in read["command"]) == ("proven", False)


@pytest.mark.usefixtures("coverage")
@pytest.mark.parametrize("option", ["-n 2", "-p no:xdist"])
def test_the_tests_run_in_one_process_whatever_the_project_wants(
    troth: Troth, batch: Team, option: str
) -> None:
    batch.append("pyproject.toml", f"addopts = '{option}'\n")

    ran = troth("triage", "before.json", "--run")

    assert ran.status == 0, ran.out + ran.err


@pytest.mark.usefixtures("coverage")
def test_a_run_that_is_configured_wrongly_could_not_check(troth: Troth, batch: Team) -> None:
    batch.append("pyproject.toml", "addopts = '--no-such-option'\n")

    ran = troth("triage", "before.json", "--run")

    assert (ran.status, ran.out) == (3, "")
    assert "pytest ran no test and ended with 4" in ran.err


@pytest.mark.usefixtures("coverage")
def test_changed_files_without_a_test_could_not_check(troth: Troth, batch: Team) -> None:
    batch.write(VIEWS, "")

    ran = troth("triage", "before.json", "--run")

    assert (ran.status, ran.out) == (3, "")
    assert "pytest found no test in the files that changed" in ran.err


@pytest.mark.usefixtures("coverage")
def test_a_report_of_coverage_itself_is_read(batch: Team) -> None:
    ran = Runner(batch.root, batch.root / ".troth/triage").run([VIEWS, "tests/shop/test_models.py"])

    models = ran.measured.files["shop/models.py"]
    assert (ran.passed, models.share) == (True, Share(9, 12))
    assert models.missed_functions == (Function("Till.add", frozenset({7}), frozenset({(6, 7), (8, -5)})),)


@pytest.mark.usefixtures("batch")
def test_without_coverage_nothing_is_run(troth: Troth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "coverage", None)

    ran = troth("triage", "before.json", "--run")

    assert (ran.status, ran.out) == (3, "")
    assert "coverage is not installed here\n  python -m pip install coverage" in ran.err


def test_without_a_changed_test_there_is_nothing_to_run(troth: Troth, shop: Team, commit: Commit) -> None:
    del shop
    commit()

    ran = troth("triage", "before.json", "--run")

    assert (ran.status, ran.out) == (2, "")
    assert "no test file is new or changed since HEAD" in ran.err


def test_what_two_runs_reached_is_reached() -> None:
    first = file("shop/till.py", 2, 4, functions=(Function("add", frozenset({3, 4})),))
    second = file("shop/till.py", 3, 4, functions=(Function("add", frozenset({4})),))

    [both] = merged(measured(first), measured(second)).files.values()

    assert (both.share, both.functions) == (Share(3, 4), (Function("add", frozenset({4})),))


def test_a_run_takes_nothing_away() -> None:
    before, run = measured(file("a.py", 3, 4), file("b.py", 1, 2)), measured(file("a.py", 0, 4))

    assert merged(before, run) == before


@pytest.mark.parametrize("run", [measured(file("a.py", 1, 5)), measured(file("a.py", 1, 3))])
def test_of_other_code_only_the_later_run_is_told(run: Measured) -> None:
    assert merged(measured(file("a.py", 4, 4)), run) == run
