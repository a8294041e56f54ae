"""A provider on a socket."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import requests

from tests.support.workspaces import Team
from troth.api import Api
from troth.errors import CouldNotCheck, ProviderRefused, UsageProblem
from troth.loopback import LoopbackServer
from troth.provider import Provider, ProviderOptions
from troth.serve.run import ServeOptions, Serving, serve_provider
from troth.target import start_provider
from troth.workspace import Workspace

FORECAST = "/cities/Atlantis/forecast?units=metric"


def test_it_answers_when_the_block_begins(served: Serving) -> None:
    assert requests.get(served.url + FORECAST, timeout=10).json() == {"error": "no such city"}


def test_it_says_what_is_served(served: Serving) -> None:
    assert (served.provider, served.states_token, list(served.credentials)) == (
        "weather-fake 1",
        "",
        ["X-Api-Key"],
    )


def test_who_sends_no_credential_gets_in(served: Serving) -> None:
    assert requests.get(served.url + FORECAST, timeout=10).status_code == 404


def test_who_sends_the_printed_credential_gets_in(served: Serving) -> None:
    reply = requests.get(served.url + FORECAST, headers=dict(served.credentials), timeout=10)
    assert reply.status_code == 404


def test_who_sends_a_wrong_credential_is_refused(served: Serving) -> None:
    assert requests.get(served.url + FORECAST, headers={"X-Api-Key": "wrong"}, timeout=10).status_code == 401


def test_the_credential_of_the_environment_is_taken_for_the_right_one(
    workspace: Workspace, weather: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEATHER_KEY", "mine")
    with serve_provider(workspace, weather, ServeOptions()) as serving:
        reply = requests.get(serving.url + FORECAST, headers={"X-Api-Key": "mine"}, timeout=10)
    assert reply.status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://page.example"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({}, 415),
    ],
)
@pytest.mark.parametrize("path", ["/alerts", "/_troth/state"])
def test_a_web_page_is_kept_away(opened: Serving, path: str, headers: Mapping[str, str], status: int) -> None:
    reply = requests.post(opened.url + path, data=b"{}", headers=headers, timeout=10)
    assert reply.status_code == status


def test_a_page_that_may_call_gets_an_answer(workspace: Workspace, weather: Api) -> None:
    origin = "https://page.example"
    with serve_provider(workspace, weather, ServeOptions(cors=(origin,))) as serving:
        reply = requests.get(serving.url + FORECAST, headers={"Origin": origin}, timeout=10)
    assert reply.headers["Access-Control-Allow-Origin"] == origin


def test_a_port_in_use_is_a_clear_error(workspace: Workspace, weather: Api) -> None:
    with (
        LoopbackServer(lambda request: pytest.fail(request.url)) as taken,
        pytest.raises(UsageProblem, match=f"port {taken.port} on"),
        serve_provider(workspace, weather, ServeOptions(port=taken.port)),
    ):
        pytest.fail("it came up")


def test_a_provider_that_raises_is_a_clear_error(
    weather_team: Team, workspace: Workspace, weather: Api
) -> None:
    weather_team.edit("providers/weather/provider.py", "service = Weather()", "raise OSError('no disk')")
    with (
        pytest.raises(
            CouldNotCheck, match=r"weather did not come up: OSError: no disk \(.*provider\.py:\d+\)"
        ),
        serve_provider(workspace, weather, ServeOptions()),
    ):
        pytest.fail("it came up")


def test_a_provider_that_hangs_is_a_clear_error(
    weather_team: Team, workspace: Workspace, weather: Api
) -> None:
    weather_team.edit(
        "providers/weather/provider.py",
        "service = Weather()",
        "threading.Event().wait(30); service = Weather()",
    )
    with pytest.raises(CouldNotCheck, match=r"did not come up within 0\.05 s"):
        start_provider(workspace, weather, ProviderOptions(), seconds=0.05)


def test_what_the_provider_says_itself_is_passed_on(
    weather_team: Team, workspace: Workspace, weather: Api
) -> None:
    weather_team.edit(
        "providers/weather/provider.py",
        "service = Weather()",
        "from troth.errors import ProviderRefused; raise ProviderRefused('not as root')",
    )
    with (
        pytest.raises(ProviderRefused, match="not as root"),
        serve_provider(workspace, weather, ServeOptions()),
    ):
        pytest.fail("it came up")


class Spy:
    """A workspace's ``provider`` that notes how it was called and whether it was closed."""

    def __init__(self, workspace: Workspace) -> None:
        self._start = workspace.provider
        self.options: list[ProviderOptions] = []
        self.closed = 0

    def __call__(self, api: Api, options: ProviderOptions) -> Provider:
        """Start the real one."""
        self.options.append(options)
        made = self._start(api, options)
        return Provider(made.app, made.version, made.reset, made.states, self.close)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def spy(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Spy:
    spy = Spy(workspace)
    monkeypatch.setattr(Workspace, "provider", lambda _, api, options: spy(api, options))
    return spy


def test_the_provider_learns_what_it_may_do(workspace: Workspace, weather: Api, spy: Spy) -> None:
    options = ServeOptions(callback_hosts=("hooks.example",), unsafe_no_sandbox=True)
    with serve_provider(workspace, weather, options):
        pass
    assert spy.options == [
        ProviderOptions(strangers=True, unsafe_no_sandbox=True, callback_hosts=frozenset({"hooks.example"}))
    ]


def test_data_of_a_fake_that_keeps_nothing_is_refused(
    workspace: Workspace, weather: Api, spy: Spy, tmp_path: Path
) -> None:
    with (
        pytest.raises(UsageProblem, match="keeps nothing"),
        serve_provider(workspace, weather, ServeOptions(data=tmp_path)),
    ):
        pytest.fail("it came up")
    assert (spy.options[0].data, spy.closed) == (tmp_path, 1)


def test_the_provider_is_closed_at_the_end(workspace: Workspace, weather: Api, spy: Spy) -> None:
    with serve_provider(workspace, weather, ServeOptions()):
        assert spy.closed == 0
    assert spy.closed == 1


def test_the_provider_is_closed_when_the_port_is_in_use(workspace: Workspace, weather: Api, spy: Spy) -> None:
    with (
        LoopbackServer(lambda request: pytest.fail(request.url)) as taken,
        pytest.raises(UsageProblem),
        serve_provider(workspace, weather, ServeOptions(port=taken.port)),
    ):
        pytest.fail("it came up")
    assert spy.closed == 1


def test_an_error_in_the_provider_is_told_and_the_next_request_answered(
    weather_team: Team, workspace: Workspace, weather: Api
) -> None:
    weather_team.edit(
        "providers/weather/provider.py",
        'return _answer(404, {"error": "no such city"})',
        "raise KeyError(city)",
    )
    errors: list[Exception] = []

    with serve_provider(workspace, weather, ServeOptions(), on_error=errors.append) as serving:
        statuses = [
            requests.get(serving.url + path, timeout=10).status_code for path in (FORECAST, "/nothing")
        ]

    assert (statuses, [str(error) for error in errors]) == ([500, 404], ["'Atlantis'"])
