"""A broker on loopback, and a workspace whose pacts go there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.broker import StubBroker, brokering
from tests.support.workspaces import Ran, Team
from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import proven_files as proven_files
from tests.support.workspaces import proven_team as proven_team
from tests.support.workspaces import weather_files as weather_files
from tests.support.workspaces import weather_recorded as weather_recorded
from troth.cli.app import main

Troth = Callable[..., Ran]

OURS = "contracts/weather/pacts/weather-app-weather.json"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
OF_A_BROKER = ("BASE_URL", "TOKEN", "USERNAME", "PASSWORD")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker, no proxy and no CA bundle of the machine's own."""
    names = [*PROXIES, *(each.lower() for each in PROXIES), *(f"PACT_BROKER_{each}" for each in OF_A_BROKER)]
    for name in names:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def broker() -> Iterator[StubBroker]:
    with brokering(StubBroker()) as running:
        yield running


@pytest.fixture
def troth(capsys: pytest.CaptureFixture[str]) -> Troth:
    """Run ``troth`` in this process."""

    def run(*arguments: str) -> Ran:
        status = main(arguments)
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run


@pytest.fixture
def own_pact(proven_team: Team) -> dict[str, Any]:
    """The pact of the workspace."""
    found: dict[str, Any] = json.loads(proven_team.read(OURS))
    return found


def theirs(
    consumer: str = "their-app",
    *,
    provider: str = "weather",
    city: str = "Paris",
    status: int = 200,
    state: str = "it rains in Paris",
) -> dict[str, Any]:
    """A pact that another tool wrote, of one interaction."""
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": [
            {
                "description": "a forecast",
                "providerStates": [{"name": state}],
                "request": {
                    "method": "GET",
                    "path": "/cities/Paris/forecast",
                    "headers": {"X-Api-Key": "weather-key-of-the-fake"},
                    "query": {"units": ["metric"]},
                },
                "response": {
                    "status": status,
                    "headers": {"Content-Type": "application/json"},
                    "body": {"city": city},
                },
            }
        ],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
