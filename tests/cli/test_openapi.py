"""``troth openapi``."""

from __future__ import annotations

import json

from tests.cli.conftest import Troth
from tests.support.workspaces import Team


def test_the_document_is_written_beside_the_contract(troth: Troth, weather_team: Team) -> None:
    ran = troth("openapi")

    document = json.loads(weather_team.read("contracts/weather/openapi.json"))
    assert list(document["paths"]) == ["/cities/{city}/forecast", "/alerts", "/alerts/{alert}"]
    assert (ran.status, ran.out) == (0, "wrote contracts/weather/openapi.json\n")


def test_an_unknown_api_writes_nothing(troth: Troth, weather_team: Team) -> None:
    ran = troth("openapi", "wether")

    assert ran.status == 2
    assert not (weather_team.root / "contracts/weather/openapi.json").exists()
