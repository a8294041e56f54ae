"""Which test files changed, and which tests are new."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.quality.triage.conftest import Commit
from tests.quality.triage.shop import BATCH
from tests.support.workspaces import Team
from troth.errors import CouldNotCheck, UsageProblem
from troth.quality.pytest_settings import PytestSettings
from troth.quality.triage.changed import Changed, changed_tests

pytestmark = pytest.mark.needs("git")

MODELS = "tests/shop/test_models.py"
ANOTHER = "\n\nclass TestTill:\n    async def test_it_is_new(self) -> None: ...\n"


def changed(shop: Team, since: str = "HEAD") -> Changed:
    return changed_tests(shop.root, PytestSettings(), since)


def test_a_clean_tree_has_no_changes(shop: Team, commit: Commit) -> None:
    commit()

    assert changed(shop) == Changed()


@pytest.mark.case("Q002")
def test_a_new_file_is_told_with_its_tests(shop: Team, commit: Commit) -> None:
    commit()
    shop.write("tests/shop/test_views.py", BATCH["tests/shop/test_views.py"])

    found = changed(shop)

    assert found.files == ("tests/shop/test_views.py",)
    assert [place.partition("::")[2] for place in found.added] == [
        "test_pay_fills_the_till",
        "test_pay_refuses_less_than_nothing",
    ]


@pytest.mark.case("Q002")
def test_of_a_changed_file_only_the_new_tests_are_added(shop: Team, commit: Commit) -> None:
    commit()
    shop.append(MODELS, ANOTHER)

    assert changed(shop) == Changed((MODELS,), (f"{MODELS}::TestTill::test_it_is_new",))


@pytest.mark.case("Q002")
def test_production_code_and_helpers_are_no_test_files(shop: Team, commit: Commit) -> None:
    commit()
    shop.append("shop/models.py", "\n")
    shop.write("tests/conftest.py", "")

    assert changed(shop).files == ()


def test_a_staged_change_counts(shop: Team, commit: Commit) -> None:
    commit()
    shop.append(MODELS, ANOTHER)
    subprocess.run(["git", "add", "--all"], cwd=shop.root, check=True, timeout=60)

    assert changed(shop).files == (MODELS,)


def test_a_test_that_only_moved_is_not_new(shop: Team, commit: Commit) -> None:
    commit()
    shop.write("tests/test_of_models.py", shop.read(MODELS))
    shop.remove(MODELS)
    subprocess.run(["git", "add", "--all"], cwd=shop.root, check=True, timeout=60)

    assert changed(shop) == Changed(("tests/test_of_models.py",))


def test_a_file_that_is_gone_is_not_run(shop: Team, commit: Commit) -> None:
    commit()
    shop.remove(MODELS)

    assert changed(shop).files == ()


def test_what_git_ignores_is_not_run(shop: Team, commit: Commit) -> None:
    commit()
    shop.write(".troth/test_left.py", "def test_it(): ...\n")

    assert changed(shop).files == ()


def test_tests_are_new_against_the_commit_that_is_named(shop: Team, commit: Commit) -> None:
    commit()
    shop.append(MODELS, ANOTHER)
    commit()

    assert changed(shop).added == ()
    assert changed(shop, "HEAD~1").added == (f"{MODELS}::TestTill::test_it_is_new",)


def test_a_workspace_may_be_a_folder_of_its_repository(shop: Team, commit: Commit) -> None:
    commit()
    shutil.move(shop.root / ".git", shop.root.parent)
    shop.append(MODELS, ANOTHER)

    found = changed(shop)

    assert MODELS in found.files
    assert f"{MODELS}::TestTill::test_it_is_new" in found.added


def test_a_name_with_spaces_and_letters_of_others_is_told_as_it_is(shop: Team, commit: Commit) -> None:
    commit()
    shop.write("tests/test_для äll.py", "def test_it(): ...\n")

    assert changed(shop) == Changed(("tests/test_для äll.py",), ("tests/test_для äll.py::test_it",))


@pytest.mark.parametrize("since", ["nowhere", "--output=stolen", "HEAD --"])
def test_a_commit_that_git_does_not_know_is_usage(shop: Team, commit: Commit, since: str) -> None:
    commit()

    with pytest.raises(UsageProblem, match="git knows no commit"):
        changed(shop, since)


def test_without_a_repository_nothing_is_known(shop: Team) -> None:
    with pytest.raises(CouldNotCheck, match="git rev-parse failed"):
        changed(shop)


def test_without_git_nothing_is_known(shop: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(CouldNotCheck, match="git is not installed"):
        changed(shop)
