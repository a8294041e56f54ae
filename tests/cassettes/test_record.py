"""Recording: what is run, what is shown, what is written, and what is left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.workspaces import Team
from troth.cassettes.model import Cassette
from troth.cassettes.read import load
from troth.cassettes.record import Outcome, Planned, Recorder, record
from troth.events import Event, Noted
from troth.evidence import Verdict
from troth.exchange import SourceKind
from troth.target import Target, open_fake

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RAIN = "cassettes/weather/a_forecast_tells_of_rain.yaml"
ALERT = "cassettes/weather/an_alert_is_set_read_and_dropped.yaml"
SCENARIOS = "consumers/weather/scenarios.py"
PROVIDER = "providers/weather/provider.py"


@dataclass
class Desk:
    """Records in a team's workspace, and remembers what was said and asked."""

    team: Team
    agrees: bool = True
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def record(
        self, *, now: datetime = NOW, dry_run: bool = False, kind: SourceKind = SourceKind.SIMULATED
    ) -> Outcome:
        self.said.clear()
        self.asked.clear()
        workspace = self.team.workspace()
        api = workspace.api("weather")
        with self.recorder(now=now, kind=kind) as recorder:
            return record(
                recorder, workspace.scenarios(api), ask=self.ask, say=self.said.append, dry_run=dry_run
            )

    @contextmanager
    def recorder(self, *, now: datetime = NOW, kind: SourceKind = SourceKind.SIMULATED) -> Iterator[Recorder]:
        workspace = self.team.workspace()
        api = workspace.api("weather")
        with open_fake(workspace, api) as fake:
            target: Target = replace(fake, kind=kind)
            yield Recorder(workspace, api, target, now, self.events.append)

    def ask(self, question: str) -> bool:
        self.asked.append(question)
        return self.agrees

    def cassette(self, path: str) -> Cassette:
        return load(self.team.root / path)

    def files(self) -> dict[str, bytes]:
        """Every cassette, by name."""
        folder = self.team.root / "cassettes" / "weather"
        return {path.name: path.read_bytes() for path in folder.glob("*")}


@pytest.fixture
def desk(weather_team: Team) -> Desk:
    """A desk at which nothing was recorded yet."""
    return Desk(weather_team)


@pytest.fixture
def again(proven_team: Team) -> Desk:
    """A desk at which everything was recorded before, on the day NOW."""
    return Desk(proven_team)


def test_records_every_scenario(desk: Desk) -> None:
    outcome = desk.record()

    assert (outcome.result.verdict, outcome.result.counts.matched, len(outcome.written)) == (
        Verdict.PROVEN,
        4,
        4,
    )
    assert desk.asked == ["Write 4 cassettes?"]


def test_says_where_a_recording_came_from(desk: Desk) -> None:
    desk.record()

    found = desk.cassette(RAIN).provenance
    assert (found.scenario, found.given.state) == ("a forecast tells of rain", "it rains in Paris")
    assert (found.simulated, found.provider, found.recorded_at) == (True, "weather-fake 1", NOW)


def test_holds_placeholders_in_the_place_of_credentials(desk: Desk) -> None:
    desk.record()

    keys = {each.request.headers.get("X-Api-Key") for each in desk.cassette(ALERT).exchanges}
    assert keys == {"{{secret:valid}}"}
    assert all(b"weather-key-of-the-fake" not in content for content in desk.files().values())
    assert all(b"ada@example.com" not in content for content in desk.files().values())


def test_names_the_real_server(desk: Desk) -> None:
    desk.record()

    urls = {each.request.url.partition("/v1/")[0] for each in desk.cassette(ALERT).exchanges}
    assert urls == {"https://weather.example"}


def test_a_recording_of_the_same_leaves_each_file_as_it_is(again: Desk) -> None:
    before = again.files()

    outcome = again.record(now=NOW + timedelta(days=400))

    assert again.files() == before
    assert (outcome.written, again.asked, outcome.settled) == ((), [], True)
    assert "4 cassettes say the same as before" in again.said


def test_a_real_recording_of_the_same_gets_its_date_alone(desk: Desk) -> None:
    desk.record(kind=SourceKind.LIVE)
    before = desk.cassette(ALERT)

    outcome = desk.record(kind=SourceKind.LIVE, now=NOW + timedelta(days=1))

    after = desk.cassette(ALERT)
    assert (len(outcome.written), desk.asked) == (4, [])
    assert after.exchanges == before.exchanges
    assert after.provenance.recorded_at == NOW + timedelta(days=1)


def test_shows_what_changed_in_meaning_before_it_writes(again: Desk) -> None:
    again.team.edit(PROVIDER, '"note": "take an umbrella"', '"note": None')

    again.record()

    assert again.said[:2] == [
        f"{RAIN}  a forecast tells of rain",
        "  1 response $.days[0].note: string becomes null",
    ]
    assert again.asked == ["Write 1 cassettes?"]
    assert b'"note": null' in again.files()["a_forecast_tells_of_rain.yaml"]


def test_writes_nothing_when_the_answer_is_no(again: Desk) -> None:
    again.team.edit(PROVIDER, '"note": "take an umbrella"', '"note": None')
    again.agrees = False
    before = again.files()

    outcome = again.record()

    assert again.files() == before
    assert (outcome.written, outcome.settled) == ((), False)


def test_a_dry_run_shows_and_writes_nothing(desk: Desk) -> None:
    outcome = desk.record(dry_run=True)

    assert desk.files() == {}
    assert (outcome.settled, desk.asked, desk.said[-1]) == (False, [], "nothing was written")


def test_what_a_fake_says_never_replaces_a_real_recording_unasked(desk: Desk) -> None:
    desk.record(kind=SourceKind.LIVE)
    desk.agrees = False

    desk.record()

    assert "recorded from the service" in desk.said[1]
    assert "simulated by a fake" in desk.said[1]
    assert desk.cassette(RAIN).provenance.simulated is False


def test_values_that_differ_from_run_to_run_are_learned_as_noise(desk: Desk) -> None:
    desk.team.edit(PROVIDER, '"high": 14.5', '"high": next(TICKS) + 0.5')
    desk.team.edit(PROVIDER, "ROUTES = Map(", "TICKS = __import__('itertools').count()\nROUTES = Map(")
    desk.record()

    outcome = desk.record()

    assert desk.cassette(RAIN).provenance.noise == (
        "GET /cities/{city}/forecast answers 200 response $.days[*].high",
    )
    assert outcome.written == ()


def test_two_runs_that_differ_in_more_than_values_are_said(desk: Desk) -> None:
    desk.team.edit(PROVIDER, '"note": "take an umbrella"', '"note": "x" if next(TICKS) % 2 else None')
    desk.team.edit(PROVIDER, "ROUTES = Map(", "TICKS = __import__('itertools').count()\nROUTES = Map(")

    desk.record()

    notes = [event.text for event in desk.events if isinstance(event, Noted)]
    assert any(
        "two runs differ in more than values, such as 1 response $.days[0].note" in note for note in notes
    )


FAILURES: dict[str, tuple[str, str, str]] = {
    "scenario-failed": (
        SCENARIOS,
        "    assert [day.sky for day in days] == [Sky.RAIN, Sky.CLEAR]",
        "    assert [day.sky for day in days] == []",
    ),
    "scenario-without-assertion": (
        SCENARIOS,
        "    assert [day.sky for day in days] == [Sky.RAIN, Sky.CLEAR]",
        "    print(days)",
    ),
    "scenario-without-exchange": (
        SCENARIOS,
        '        days = client.forecast("Paris").days\n    assert [day.sky for day in days] == ',
        "        days = client\n    assert days or ",
    ),
    "field-missing": (PROVIDER, '"sky": "clear", "high": 19.0', '"high": 19.0'),
    "redaction-impossible": (
        "contracts/weather/payloads.py",
        "    city: Safe[str]\n    units: Units\n",
        '    city: Annotated[str, Field(pattern="^P[a]ris$")]\n    units: Units\n',
    ),
}


@pytest.mark.parametrize("code", ["scenario-failed", "scenario-without-exchange", "redaction-impossible"])
def test_one_that_fails_leaves_every_old_cassette_as_it_is(again: Desk, code: str) -> None:
    again.team.edit(*FAILURES[code])
    before = again.files()

    outcome = again.record()

    assert again.files() == before
    assert {finding.code for finding in outcome.result.findings} == {code}
    assert (outcome.result.counts.attempted, outcome.result.counts.matched) == (4, 3)


@pytest.mark.parametrize(
    "code", ["scenario-failed", "scenario-without-assertion", "scenario-without-exchange"]
)
def test_one_that_fails_keeps_no_other_from_being_recorded(desk: Desk, code: str) -> None:
    desk.team.edit(*FAILURES[code])

    outcome = desk.record()

    (finding,) = outcome.result.findings
    assert (finding.code, finding.scenario, finding.verdict) == (
        code,
        "a forecast tells of rain",
        Verdict.BROKEN,
    )
    assert finding.place.startswith("consumers/weather/scenarios.py:")
    assert sorted(desk.files()) == [
        "a_city_that_nobody_knows_is_refused.yaml",
        "a_wrong_key_is_refused.yaml",
        "an_alert_is_set_read_and_dropped.yaml",
    ]


def test_an_answer_that_breaks_the_contract_is_not_recorded(desk: Desk) -> None:
    desk.team.edit(*FAILURES["field-missing"])

    outcome = desk.record()

    found = [each for each in outcome.result.findings if each.code == "field-missing"]
    assert [(each.operation, each.path) for each in found] == [
        ("GET /cities/{city}/forecast", "$.days[1].sky")
    ]
    assert "a_forecast_tells_of_rain.yaml" not in desk.files()


def test_a_failing_scenario_is_told_by_its_line_and_not_by_what_it_says(desk: Desk) -> None:
    desk.team.edit(SCENARIOS, "    assert read == made\n", "    assert made.email == '', made.email[:5]\n")

    outcome = desk.record()

    (finding,) = outcome.result.findings
    assert finding.message == (
        "the scenario failed: AssertionError at consumers/weather/scenarios.py:45: "
        "assert made.email == '', made.email[:5]"
    )


@pytest.mark.parametrize("damage", [lambda text: text[:200], lambda text: text.replace("Paris", "Lyons")])
def test_an_old_cassette_that_is_of_no_use_is_said_and_replaced(
    again: Desk, damage: Callable[[str], str]
) -> None:
    again.team.write(RAIN, damage(again.team.read(RAIN)))

    again.record()

    assert "the old recording is of no use" in again.said[1]
    assert again.asked == ["Write 1 cassettes?"]
    assert again.cassette(RAIN).edited is False


def test_an_old_cassette_that_breaks_the_contract_by_now_is_replaced(again: Desk) -> None:
    again.team.edit(
        "contracts/weather/payloads.py", "    fired: bool\n", "    fired: bool\n    muted: bool\n"
    )
    again.team.edit(PROVIDER, '"fired": False}', '"fired": False, "muted": False}')

    again.record()

    assert "  the old recording breaks the contract as it is now" in again.said
    assert b'"muted": false' in again.files()["an_alert_is_set_read_and_dropped.yaml"]


def test_an_old_cassette_with_what_is_no_longer_safe_is_replaced(again: Desk) -> None:
    again.team.edit("contracts/weather/payloads.py", "    note: Safe[str] | None", "    note: str | None")

    again.record()

    assert "  the old recording is not redacted as the contract now asks" in again.said
    assert b"umbrella" not in again.files()["a_forecast_tells_of_rain.yaml"]


def test_a_cassette_that_would_hold_a_secret_is_not_written(again: Desk) -> None:
    old = again.cassette(RAIN)
    path = again.team.root / "cassettes/weather/new.yaml"
    plan = Planned(replace(old, path=path), ("new",), {"take an umbrella": "redacted-1"})

    with again.recorder() as recorder:
        (finding,) = recorder.write([plan])

    assert (finding.code, path.exists()) == ("cassette-leak", False)
    assert "umbrella" not in finding.message


def test_a_credential_is_never_written(again: Desk) -> None:
    old = again.cassette(RAIN)
    path = again.team.root / "cassettes/weather/new.yaml"

    with again.recorder() as recorder:
        leaky = replace(recorder, target=replace(recorder.target, secrets={"valid": "take an umbrella"}))
        (finding,) = leaky.write([Planned(replace(old, path=path), ("new",))])

    assert "role 'valid'" in finding.message
    assert not path.exists()


def test_a_service_that_does_not_answer_decides_nothing(desk: Desk) -> None:
    workspace = desk.team.workspace()
    with desk.recorder() as recorder:
        gone = replace(recorder, target=replace(recorder.target, url="http://127.0.0.1:1"))
        taken = gone.take(workspace.scenarios(recorder.api))
        result = gone.result(taken)

    assert {(each.code, each.verdict) for each in result.findings} == {
        ("record-unavailable", Verdict.UNCHECKED)
    }
    assert (result.counts.decided, result.counts.skipped) == (0, 4)


def test_what_was_left_behind_is_red_beside_the_recording(desk: Desk) -> None:
    desk.team.edit(
        SCENARIOS,
        '"an alert is set, read and dropped", writes=True',
        '"an alert is set, read and dropped", writes=True, cleanup=lambda server: int("x")',
    )

    outcome = desk.record(kind=SourceKind.LIVE)

    assert {finding.code for finding in outcome.result.findings} == {"cleanup-failed"}
    assert "an_alert_is_set_read_and_dropped.yaml" in desk.files()
