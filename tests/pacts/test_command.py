"""``troth verify`` as a person runs it."""

from __future__ import annotations

import pytest

from tests.support.workspaces import Team
from troth.cli.app import main
from troth.serve.run import ServeOptions, serve_provider

BREAK = ("providers/weather/provider.py", '"fired": False', '"triggered": False')


def test_the_own_provider_is_verified(proven_team: Team, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing that Pact prints by itself stands among the results."""
    assert proven_team.root.is_dir()

    status = main(["verify", "weather"])

    assert capfd.readouterr().out.splitlines()[:2] == [
        "weather",
        "  verification  proven           6 of 6 interactions",
    ]
    assert status == 0


def test_a_served_fake_is_verified(proven_team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = proven_team.workspace()
    with serve_provider(workspace, workspace.api("weather"), ServeOptions(states=True)) as serving:
        status = main(["verify", "weather", "--url", serving.url, "--states-token", serving.states_token])

    assert "6 of 6 interactions" in capsys.readouterr().out
    assert status == 0


def test_a_broken_served_fake_is_named(proven_team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    proven_team.edit(*BREAK)
    workspace = proven_team.workspace()
    with serve_provider(workspace, workspace.api("weather"), ServeOptions(states=True)) as serving:
        status = main(["verify", "weather", "--url", serving.url, "--states-token", serving.states_token])

    out = capsys.readouterr().out
    assert "BROKEN  field-missing  weather  POST /alerts  $.fired" in out
    assert f"troth verify weather 'an alert is set, read and dropped' --url {serving.url}" in out
    assert status == 1


def test_what_needs_states_is_listed_where_none_can_be_set(
    proven_team: Team, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEATHER_KEY", "weather-key-of-the-fake")
    workspace = proven_team.workspace()
    with serve_provider(workspace, workspace.api("weather"), ServeOptions()) as serving:
        status = main(["verify", "weather", "--url", serving.url])

    out = capsys.readouterr().out
    assert "COULD NOT CHECK  state-not-settable" in out
    assert "2 of 6 interactions, 4 skipped" in out
    assert status == 3


def test_a_scenario_that_nobody_wrote_is_told(proven_team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    assert proven_team.root.is_dir()

    status = main(["verify", "weather", "a wrong kee is refused"])

    assert "did you mean 'a wrong key is refused'" in capsys.readouterr().err
    assert status == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--url", "http://127.0.0.1:9", "--live"], "--url and --live name two servers"),
        (["--pact", "theirs.json", "--live"], "--live runs scenarios"),
        (["--pact", "theirs.json", "a wrong key is refused"], "has no scenarios of ours"),
        (["--pact", "theirs.json"], "theirs.json: it cannot be read"),
        (["--live"], "nobody is there to answer: Run 3 scenarios, 0 of which write"),
    ],
)
def test_what_cannot_be_done_is_told(
    proven_team: Team, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert proven_team.root.is_dir()

    status = main(["verify", "weather", *arguments])

    assert told in capsys.readouterr().err
    assert status == 2


def test_nothing_to_verify_is_red(proven_team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    proven_team.remove("contracts/weather/pacts")

    status = main(["verify", "weather"])

    assert "BROKEN  pact-missing" in capsys.readouterr().out
    assert status == 1
