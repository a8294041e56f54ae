"""The states token that a served fake leaves for the commands of its own workspace."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.support.workspaces import Team
from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import proven_files as proven_files
from tests.support.workspaces import proven_team as proven_team
from tests.support.workspaces import weather_recorded as weather_recorded
from troth.serve.run import ServeOptions, serve_provider
from troth.states_token import found_for, left_for
from troth.workspace import Workspace

URL = "http://127.0.0.1:8123"


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_a_left_token_is_found(empty: Workspace) -> None:
    with left_for(empty, URL, "sesame"):
        assert found_for(empty, f"{URL}/") == "sesame"


def test_it_is_gone_at_the_end(empty: Workspace) -> None:
    with left_for(empty, URL, "sesame"):
        pass
    assert found_for(empty, URL) == ""


def test_it_belongs_to_one_port(empty: Workspace) -> None:
    with left_for(empty, URL, "sesame"):
        assert found_for(empty, "http://127.0.0.1:8124") == ""


def test_nobody_else_may_read_it(empty: Workspace) -> None:
    with left_for(empty, URL, "sesame"):
        (file,) = (empty.state_folder / "served").iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_a_killed_run_left_is_replaced_and_not_followed(empty: Workspace, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("kept", encoding="ascii")
    folder = empty.state_folder / "served"
    folder.mkdir(parents=True)
    (folder / "8123.token").symlink_to(elsewhere)

    with left_for(empty, URL, "sesame"):
        assert (found_for(empty, URL), elsewhere.read_text(encoding="ascii")) == ("sesame", "kept")


def test_a_folder_that_cannot_be_written_leaves_nothing(empty: Workspace) -> None:
    empty.state_folder.write_text("a file where the folder would be", encoding="ascii")

    with left_for(empty, URL, "sesame"):
        assert found_for(empty, URL) == ""


def test_verify_finds_the_token_by_itself(proven_team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TROTH_STATES_TOKEN", raising=False)
    workspace = proven_team.workspace()
    options = ServeOptions(states=True)

    with (
        serve_provider(workspace, workspace.api("weather"), options) as serving,
        left_for(workspace, serving.url, serving.states_token),
    ):
        ran = proven_team.troth("verify", "weather", "--url", serving.url)

    assert ran.status == 0, ran.out + ran.err
    assert "6 of 6 interactions" in ran.out


def test_without_the_token_verify_says_that_it_could_not_check(
    proven_team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TROTH_STATES_TOKEN", raising=False)
    workspace = proven_team.workspace()

    with serve_provider(workspace, workspace.api("weather"), ServeOptions(states=True)) as serving:
        ran = proven_team.troth("verify", "weather", "--url", serving.url)

    assert ran.status == 3, ran.out + ran.err
