"""``troth record``: what it refuses, what it chooses, what it asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.workspaces import Team
from troth.cassettes.read import load
from troth.cassettes.write import save
from troth.cli import record as command
from troth.cli.output import Output
from troth.errors import UnknownName, UsageProblem
from troth.target import open_fake

Run = Callable[..., int]

SCENARIOS = "consumers/weather/scenarios.py"
UNKNOWN = "a city that nobody knows is refused"
RAIN = "a forecast tells of rain"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """``troth record weather`` with the given options, where nobody sits at a terminal."""
    monkeypatch.delenv("CI", raising=False)

    def run(*scenarios: str, **options: Any) -> int:
        given: dict[str, Any] = {
            "url": None,
            "live": False,
            "yes": False,
            "dry_run": False,
            "missing": False,
            "expired": False,
            "states_token": None,
            "output": Output(),
        }
        return command.run("weather", list(scenarios), **{**given, **options})

    return run


@pytest.fixture
def service(weather_team: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The real weather service, as far as the workspace can tell."""
    workspace = weather_team.workspace()
    with open_fake(workspace, workspace.api("weather")) as fake:
        monkeypatch.setenv("WEATHER_KEY", "weather-key-of-the-fake")
        text = weather_team.read("pyproject.toml")
        live = (
            f'\n[tool.troth.live.weather]\nurl = "{fake.url}"\nrate = 500\nstates = ["it rains in Paris"]\n'
        )
        weather_team.write("pyproject.toml", text + live)
        yield fake.url


def _cassettes(team: Team) -> dict[str, Path]:
    return {path.stem: path for path in (team.root / "cassettes" / "weather").glob("*.yaml")}


@pytest.mark.parametrize("said", ["true", "1", "github"])
def test_refuses_where_ci_is_set(
    run: Run, weather_team: Team, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("CI", said)

    with pytest.raises(UsageProblem, match="not recorded where CI is set"):
        run(yes=True)

    assert _cassettes(weather_team) == {}


@pytest.mark.usefixtures("weather_team")
def test_refuses_two_servers_at_once(run: Run) -> None:
    with pytest.raises(UsageProblem, match="two servers"):
        run(url="http://127.0.0.1:1", live=True)


@pytest.mark.usefixtures("weather_team")
def test_an_unknown_scenario_has_near_names(run: Run) -> None:
    with pytest.raises(UnknownName, match=f"did you mean '{RAIN}'"):
        run("a forecast tells of snow")


def test_asks_nobody_but_a_person(run: Run, weather_team: Team) -> None:
    with pytest.raises(UsageProblem, match=r"nobody is there to answer.*\n.*--yes"):
        run()

    assert _cassettes(weather_team) == {}


def test_records_the_named_scenario_alone(run: Run, weather_team: Team) -> None:
    run(UNKNOWN, yes=True)

    assert list(_cassettes(weather_team)) == ["a_city_that_nobody_knows_is_refused"]


def test_a_dry_run_needs_no_answer(run: Run, weather_team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(UNKNOWN, dry_run=True) == 0

    assert _cassettes(weather_team) == {}
    assert "nothing was written" in capsys.readouterr().out


def test_records_what_is_missing_alone(run: Run, proven_team: Team) -> None:
    files = _cassettes(proven_team)
    files["a_forecast_tells_of_rain"].unlink()
    before = {name: path.read_bytes() for name, path in _cassettes(proven_team).items()}

    status = run(missing=True, yes=True)

    after = {name: path.read_bytes() for name, path in _cassettes(proven_team).items()}
    assert (status, after.keys() - before.keys()) == (0, {"a_forecast_tells_of_rain"})
    assert {name: after[name] for name in before} == before


@pytest.mark.usefixtures("proven_team")
def test_says_when_nothing_is_missing(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(missing=True) == 0
    assert "weather: nothing to record" in capsys.readouterr().out


# troth: ignore[Q401] the command tells ages by the clock of the machine, and a day is nothing in a month
def test_records_what_is_expired_alone(
    run: Run, proven_team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    text = proven_team.read("pyproject.toml")
    proven_team.write("pyproject.toml", text + "\n[tool.troth.max_age]\nweather = 30\n")
    old = load(_cassettes(proven_team)["a_forecast_tells_of_rain"])
    then = {"recorded_at": datetime.now(UTC) - timedelta(days=31), "simulated": False}
    save(type(old)(old.path, old.provenance.model_copy(update=then), old.exchanges))

    run(expired=True, dry_run=True)

    said = capsys.readouterr().out
    assert RAIN in said
    assert UNKNOWN not in said


@pytest.mark.usefixtures("service")
def test_asks_before_it_calls_the_real_service(run: Run) -> None:
    with pytest.raises(
        UsageProblem, match=r"Run 3 scenarios, 0 of which write, against https://weather\.example"
    ):
        run(live=True)


def test_what_the_real_service_said_is_recorded(run: Run, weather_team: Team, service: str) -> None:
    run(UNKNOWN, live=True, yes=True)

    recorded = load(_cassettes(weather_team)["a_city_that_nobody_knows_is_refused"])
    assert recorded.provenance.simulated is False
    assert service not in recorded.path.read_text(encoding="utf-8")


@pytest.mark.usefixtures("service")
def test_what_writes_without_a_clean_up_is_never_run_live(
    run: Run, weather_team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run("an alert is set, read and dropped", UNKNOWN, live=True, yes=True)

    assert status == 3
    assert "live-without-cleanup" in capsys.readouterr().out
    assert list(_cassettes(weather_team)) == ["a_city_that_nobody_knows_is_refused"]


@pytest.mark.usefixtures("service")
def test_what_only_reads_is_run_first(
    run: Run, weather_team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    writing = '"an alert is set, read and dropped", writes=True'
    weather_team.edit(SCENARIOS, writing, f"{writing}, cleanup=lambda server: None")

    run("an alert is set, read and dropped", UNKNOWN, live=True, dry_run=True, yes=True)

    said = capsys.readouterr().out
    assert said.index(UNKNOWN) < said.index("an alert is set, read and dropped")
