"""The plain tools still work: Pact's own verifier, without troth, on a served provider."""

from __future__ import annotations

from pathlib import Path

import pytest
from pact import Verifier

from tests.support.workspaces import Team
from troth.loopback import direct_loopback
from troth.pacts.engine import silent_output
from troth.serve.run import ServeOptions, serve_provider

PACT = "contracts/weather/pacts/weather-app-weather.json"


def bare(path: Path, url: str, token: str) -> Verifier:
    verifier = Verifier("weather", host="127.0.0.1")
    verifier.add_transport(url=url).add_source(path)
    verifier.state_handler(f"{url}/_troth/state?token={token}", body=True)
    return verifier


def test_a_bare_verifier_passes_on_our_pact(proven_team: Team) -> None:
    workspace = proven_team.workspace()
    options = ServeOptions(states=True)
    with serve_provider(workspace, workspace.api("weather"), options) as serving, direct_loopback():
        verifier = bare(proven_team.root / PACT, serving.url, serving.states_token)
        with silent_output():
            verifier.verify()

    results = [each["result"] for each in verifier.results["interactionResults"]]
    assert results == ["OK"] * 6


def test_a_bare_verifier_sees_a_break(proven_team: Team) -> None:
    proven_team.edit("providers/weather/provider.py", '"fired": False', '"fired": "no"')
    workspace = proven_team.workspace()
    options = ServeOptions(states=True)
    with serve_provider(workspace, workspace.api("weather"), options) as serving, direct_loopback():
        verifier = bare(proven_team.root / PACT, serving.url, serving.states_token)
        with silent_output(), pytest.raises(RuntimeError):
            verifier.verify()

    results = verifier.results["interactionResults"]
    failed = [each["description"] for each in results if each["result"] != "OK"]
    assert failed == [
        "an alert is set, read and dropped / 1. set_alert answers 201",
        "an alert is set, read and dropped / 2. read_alert answers 200",
    ]
