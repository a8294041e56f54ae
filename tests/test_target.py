"""Where scenarios run, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.support.shop import SECRET, SERVER, Service, answer, shop_api
from tests.support.workspaces import Team
from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import weather_files as weather_files
from tests.support.workspaces import weather_team as weather_team
from troth.api import Api, HeaderToken
from troth.errors import CouldNotCheck
from troth.events import Event, Noted
from troth.exchange import SourceKind
from troth.loopback import LoopbackServer
from troth.provider import ProviderOptions
from troth.proxy import JudgingProxy
from troth.scenario import UNIQUE_SUFFIX, Cleanup, Scenario, Server, State
from troth.states import ProviderStates, UnknownState
from troth.target import Ran, Target, live_target, open_fake, open_proxy, run_scenario, url_target
from troth.workspace import Workspace

PARIS = "/cities/Paris/forecast?units=metric"


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WEATHER_KEY", "SHOP_TOKEN", "TROTH_STATES_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def workspace(weather_team: Team) -> Workspace:
    return weather_team.workspace()


@pytest.fixture
def weather(workspace: Workspace) -> Api:
    return workspace.api("weather")


@pytest.fixture
def fake(workspace: Workspace, weather: Api) -> Iterator[Target]:
    with open_fake(workspace, weather) as target:
        yield target


@pytest.fixture
def proxy(weather: Api, fake: Target) -> Iterator[JudgingProxy]:
    with open_proxy(weather, fake) as proxy:
        yield proxy


# The fake


def test_a_fake_is_a_simulation_with_its_own_credentials(fake: Target) -> None:
    assert (fake.kind, fake.provider, fake.secrets, fake.suffix) == (
        SourceKind.SIMULATED,
        "weather-fake 1",
        {"valid": "weather-key-of-the-fake"},
        UNIQUE_SUFFIX,
    )


def test_a_fake_refuses_web_pages(fake: Target) -> None:
    reply = requests.get(fake.url + PARIS, headers={"Origin": "https://page.example"}, timeout=10)
    assert reply.status_code == 403


def test_what_a_fake_says_at_start_is_told(weather_team: Team, workspace: Workspace, weather: Api) -> None:
    weather_team.edit("providers/weather/provider.py", "states={", "notes=('in memory',), states={")
    told: list[Event] = []
    with open_fake(workspace, weather, emit=told.append):
        pass
    assert told == [Noted("weather: in memory")]


@pytest.mark.parametrize(
    "name",
    [
        "a forecast tells of rain",
        "a city that nobody knows is refused",
        "a wrong key is refused",
        "an alert is set, read and dropped",
    ],
)
def test_a_scenario_runs_and_every_exchange_holds(
    workspace: Workspace, weather: Api, fake: Target, proxy: JudgingProxy, name: str
) -> None:
    ran = run_scenario(workspace.scenario(weather, name), fake, proxy)
    assert (ran.error, [judged.mismatches for judged in ran.judged]) == (None, [()] * len(ran.judged))


def test_what_was_exchanged_holds_placeholders_alone(
    workspace: Workspace, weather: Api, fake: Target, proxy: JudgingProxy
) -> None:
    ran = run_scenario(workspace.scenario(weather, "a forecast tells of rain"), fake, proxy)
    assert (
        "weather-key-of-the-fake" in repr(ran),
        ran.judged[0].exchange.request.headers.get("X-Api-Key"),
    ) == (
        False,
        "{{secret:valid}}",
    )


def test_each_scenario_begins_in_an_empty_world(
    workspace: Workspace, weather: Api, fake: Target, proxy: JudgingProxy
) -> None:
    run_scenario(workspace.scenario(weather, "a forecast tells of rain"), fake, proxy)
    paris = Scenario(weather, "Paris is unknown", lambda server: _expect(server, 404), State())
    assert run_scenario(paris, fake, proxy).error is None


def _expect(server: Server, status: int) -> None:
    reply = requests.get(server.url + PARIS, headers={"X-Api-Key": server.token}, timeout=10)
    assert reply.status_code == status


def test_a_failed_assertion_is_a_result(weather: Api, fake: Target, proxy: JudgingProxy) -> None:
    ran = run_scenario(Scenario(weather, "x", lambda server: _expect(server, 200), State()), fake, proxy)
    assert (type(ran.error), len(ran.judged)) == (AssertionError, 1)


def test_an_expected_exception_that_did_not_come_is_a_result(
    weather: Api, fake: Target, proxy: JudgingProxy
) -> None:
    def run(server: Server) -> None:
        with pytest.raises(KeyError):
            _expect(server, 404)

    ran = run_scenario(Scenario(weather, "x", run, State()), fake, proxy)
    assert isinstance(ran.error, pytest.fail.Exception)


def test_an_interrupt_is_no_result(weather: Api, fake: Target, proxy: JudgingProxy) -> None:
    def run(server: Server) -> None:
        raise KeyboardInterrupt(server.url)

    with pytest.raises(KeyboardInterrupt):
        run_scenario(Scenario(weather, "x", run, State()), fake, proxy)


def test_a_state_that_nobody_knows_is_a_result(weather: Api, fake: Target, proxy: JudgingProxy) -> None:
    ran = run_scenario(
        Scenario(weather, "x", lambda server: _expect(server, 200), State("snow")), fake, proxy
    )
    assert (type(ran.error), ran.judged) == (UnknownState, ())


def test_proxies_of_the_environment_do_not_come_between(
    weather: Api, fake: Target, proxy: JudgingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    ran = run_scenario(Scenario(weather, "x", lambda server: _expect(server, 404), State()), fake, proxy)
    assert ran.error is None


def test_values_of_the_state_reach_the_scenario(
    weather_team: Team, workspace: Workspace, weather: Api
) -> None:
    weather_team.edit("providers/weather/provider.py", "        return {}\n", "        return {'days': 2}\n")
    with open_fake(workspace, weather) as target, open_proxy(weather, target) as proxy:
        scenario = Scenario(
            weather,
            "x",
            lambda server: _expect(server, 200 if server.values["days"] == 2 else 0),
            State("it rains in Paris"),
        )
        ran = run_scenario(scenario, target, proxy)
    assert (ran.error, ran.values) == (None, {"days": 2})


def test_a_state_whose_parameters_are_wrong_is_a_clear_error(
    weather_team: Team, workspace: Workspace, weather: Api
) -> None:
    weather_team.edit(
        "providers/weather/provider.py", "        return {}\n", "        raise ValueError('days')\n"
    )
    provider = workspace.provider(weather, ProviderOptions())
    with pytest.raises(CouldNotCheck, match="'it rains in Paris' could not be set: ValueError: days"):
        ProviderStates(provider).set(State("it rains in Paris"))


# A URL, and the live service


class Live:
    """A live shop: its service, and the target that leads there."""

    def __init__(self, url: str, service: Service) -> None:
        self.api = shop_api()
        self.service = service
        self.url = url
        self.held: frozenset[str] = frozenset()
        self.secrets = {"valid": SECRET}

    def run(self, run: Cleanup, state: str = "", cleanup: Cleanup | None = None) -> Ran:
        """Run a scenario there."""
        target = Target(self.url, self.secrets, SourceKind.LIVE, "shop", held=self.held)
        with open_proxy(self.api, target) as proxy:
            return run_scenario(Scenario(self.api, "x", run, State(state), cleanup=cleanup), target, proxy)


@pytest.fixture
def live() -> Iterator[Live]:
    service = Service()
    with LoopbackServer(service) as server:
        yield Live(server.url, service)


def things(server: Server) -> None:
    reply = requests.get(f"{server.url}/things", headers={"X-Shop-Token": server.token}, timeout=10)
    assert reply.status_code == 200


def test_a_state_cannot_be_set_on_a_live_service(live: Live) -> None:
    ran = live.run(things, state="it is full")
    assert (type(ran.error), live.service.got) == (CouldNotCheck, [])


def test_a_state_that_holds_anyway_need_not_be_set(live: Live) -> None:
    live.held = frozenset({"it is full"})
    assert live.run(things, state="it is full").error is None


def test_a_scenario_that_ends_python_has_failed(live: Live) -> None:
    def leaving(_: Server) -> None:
        raise SystemExit(0)

    assert isinstance(live.run(leaving).error, SystemExit)


def test_a_provider_that_fails_in_a_request_does_not_end_the_run(
    weather_team: Team, workspace: Workspace, weather: Api
) -> None:
    weather_team.edit(
        "providers/weather/provider.py",
        "        units = request",
        '        raise KeyError("Ada")\n        units = request',
    )
    told: list[Event] = []
    with open_fake(workspace, weather, emit=told.append) as target:
        assert target.states is not None
        target.states.set(State("it rains in Paris"))
        headers = {"X-Api-Key": target.secrets["valid"]}
        reply = requests.get(target.url + PARIS, headers=headers, timeout=10)

    assert (reply.status_code, len(told)) == (500, 1)
    assert "a request failed inside the provider: KeyError at providers/weather/" in str(told[0])


def test_a_live_service_is_cleaned_up_after_the_scenario(live: Live) -> None:
    def drop(server: Server) -> None:
        requests.delete(f"{server.url}/things", timeout=10)

    ran = live.run(things, cleanup=drop)
    assert ([request.method for request in live.service.got], len(ran.judged)) == (["GET", "DELETE"], 1)


def test_a_live_service_is_cleaned_up_after_a_failure_too(live: Live) -> None:
    live.service.response = answer(status=404)
    ran = live.run(things, cleanup=things)
    assert (type(ran.error), type(ran.cleanup_error), len(live.service.got)) == (
        AssertionError,
        AssertionError,
        2,
    )


def test_a_fake_needs_no_clean_up(weather: Api, fake: Target, proxy: JudgingProxy) -> None:
    cleaned: list[str] = []
    scenario = Scenario(
        weather,
        "x",
        lambda server: _expect(server, 404),
        State(),
        cleanup=lambda server: cleaned.append(server.url),
    )
    run_scenario(scenario, fake, proxy)
    assert cleaned == []


def test_a_credential_that_is_not_known_is_could_not_check(live: Live) -> None:
    live.secrets = {}
    live.service.response = answer(b"", status=401)
    ran = live.run(things)
    assert isinstance(ran.error, CouldNotCheck)
    assert ran.error.hint == "set $SHOP_TOKEN"


def test_a_service_that_does_not_answer_is_could_not_check() -> None:
    service = Service()
    with LoopbackServer(service) as server:
        gone = Live(server.url, service)
    ran = gone.run(things)
    assert (type(ran.error), "nothing answers at" in str(ran.error)) == (CouldNotCheck, True)


def test_the_live_service_is_the_server_of_the_contract(workspace: Workspace, weather: Api) -> None:
    target = live_target(workspace, weather)
    assert (target.url, target.kind, target.rate) == (weather.server, SourceKind.LIVE, 2.0)


def test_the_live_service_is_set_in_the_settings(weather_team: Team, weather: Api) -> None:
    weather_team.edit(
        "pyproject.toml",
        "[tool.troth.consumers]",
        '[tool.troth.live.weather]\nurl = "https://staging.example/"\nrate = 5\n'
        'states = ["it rains"]\nvalues = {city = "Rome"}\n\n[tool.troth.consumers]',
    )

    target = live_target(weather_team.workspace(), weather)

    assert (target.url, target.rate, target.held, target.values) == (
        "https://staging.example",
        5.0,
        frozenset({"it rains"}),
        {"city": "Rome"},
    )


def test_credentials_of_the_live_service_come_from_the_environment(
    workspace: Workspace, weather: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEATHER_KEY", "real")
    target = live_target(workspace, weather)
    assert (target.secrets, target.notes) == ({"valid": "real"}, ())


def test_a_missing_credential_is_noted(workspace: Workspace, weather: Api) -> None:
    target = live_target(workspace, weather)
    assert target.notes == ("weather: the credential of role 'valid' is not known: $WEATHER_KEY is not set",)


def test_names_on_a_live_service_are_unique(workspace: Workspace, weather: Api) -> None:
    suffixes = {live_target(workspace, weather).suffix for _ in range(4)} - {UNIQUE_SUFFIX}
    assert len(suffixes) == 4


def test_a_url_that_no_fake_serves_is_live(live: Live, workspace: Workspace) -> None:
    target = url_target(workspace, live.api, f"{live.url}/")
    assert (target.url, target.kind, target.states) == (live.url, SourceKind.LIVE, None)


def test_a_service_that_asks_everybody_for_a_credential_is_live(live: Live, workspace: Workspace) -> None:
    live.service.response = answer(b'{"error": "who are you?"}', status=401)

    target = url_target(workspace, live.api, live.url)

    assert target.kind is SourceKind.LIVE


def test_only_a_url_on_this_machine_is_asked_who_it_is(workspace: Workspace) -> None:
    assert url_target(workspace, shop_api(), SERVER).kind is SourceKind.LIVE


def test_nobody_at_a_url_is_a_clear_error(workspace: Workspace) -> None:
    with LoopbackServer(Service()) as server:
        url = server.url
    with pytest.raises(CouldNotCheck, match=f"nothing answers at {url}"):
        url_target(workspace, shop_api(), url)


def fetching_api() -> Api:
    return Api(
        "shop", server=SERVER, auth=(HeaderToken("X-Shop-Token", env="SHOP_TOKEN", fetch=lambda: "fetched"),)
    )


def test_a_live_run_fetches_the_credential_that_the_environment_lacks(workspace: Workspace) -> None:
    assert live_target(workspace, fetching_api()).secrets == {"valid": "fetched"}


def test_a_credential_of_the_environment_is_not_fetched(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "given")

    assert live_target(workspace, fetching_api()).secrets == {"valid": "given"}


def test_only_a_live_run_fetches_a_credential(workspace: Workspace) -> None:
    assert url_target(workspace, fetching_api(), SERVER).secrets == {}
