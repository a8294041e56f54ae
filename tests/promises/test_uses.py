"""Which scenario drives an operation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.facts import NOON
from troth.api import Api, Empty
from troth.cassettes.model import Cassette, Given, Provenance
from troth.cassettes.write import save
from troth.exchange import Exchange, Request, Response
from troth.mock import Library
from troth.resilience.uses import Plan, planned
from troth.scenario import Scenario, Server, State
from troth.workspace import Settings, Workspace, slug

SHOP = "https://shop.example"


@pytest.fixture
def api() -> Api:
    made = Api("shop", server=SHOP)
    made.get("/goods", name="look", responses={200: Empty, 404: Empty})
    made.post("/orders", name="order", responses={201: Empty, 409: Empty})
    made.delete("/orders", name="cancel", responses={204: Empty})
    return made


def drive(server: Server) -> None:
    """Never run here."""


LOOK, MISS = ("GET", "/goods", 200), ("GET", "/goods", 404)
ORDER, AGAIN = ("POST", "/orders", 201), ("POST", "/orders", 409)


def plan(api: Api, folder: Path, **recorded: tuple[tuple[str, str, int], ...]) -> Plan:
    """The plan of scenarios that were recorded so; one without calls has no recording."""
    for name, calls in recorded.items():
        if calls:
            save(cassette(folder, name, calls))
    scenarios = [Scenario(api, name, drive, State()) for name in recorded]
    return planned(api, scenarios, Library(Workspace(folder, Settings())))


def cassette(folder: Path, name: str, calls: tuple[tuple[str, str, int], ...]) -> Cassette:
    said = Provenance(
        api="shop",
        scenario=name,
        recorded_at=NOON,
        simulated=True,
        provider="shop-fake",
        troth="1",
        given=Given(),
    )
    exchanges = tuple(
        Exchange(Request(method, SHOP + path), Response(status)) for method, path, status in calls
    )
    path = folder / "cassettes" / "shop" / f"{slug(name)}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    return Cassette(path, said, exchanges).sealed()


def driven(found: Plan) -> dict[str, str]:
    return {use.operation.name: use.scenario.name for use in found.uses}


def test_the_shortest_scenario_drives(api: Api, tmp_path: Path) -> None:
    found = plan(api, tmp_path, long=(LOOK, ORDER), short=(LOOK,))

    assert driven(found) == {"look": "short", "order": "long"}


def test_of_two_as_short_the_one_that_begins_with_the_call_drives(api: Api, tmp_path: Path) -> None:
    found = plan(api, tmp_path, late=(ORDER, LOOK), early=(LOOK, ORDER))

    assert driven(found) == {"look": "early", "order": "late"}


def test_a_scenario_that_repeats_the_call_drives_only_where_no_other_does(api: Api, tmp_path: Path) -> None:
    found = plan(api, tmp_path, twice=(ORDER, AGAIN), longer=(LOOK, LOOK, ORDER))

    assert driven(found) == {"look": "longer", "order": "longer"}


def test_a_scenario_that_is_refused_at_first_does_not_drive(api: Api, tmp_path: Path) -> None:
    found = plan(api, tmp_path, missed=(MISS, LOOK), longer=(ORDER, ORDER, LOOK))

    assert driven(found)["look"] == "longer"


def test_an_operation_that_only_refuses_is_named(api: Api, tmp_path: Path) -> None:
    found = plan(api, tmp_path, missed=(MISS, LOOK))

    assert (driven(found), [each.name for each in found.refused]) == ({}, ["look"])


def test_an_operation_that_nobody_calls_is_no_business_of_the_consumer(api: Api, tmp_path: Path) -> None:
    found = plan(api, tmp_path, short=(LOOK,))

    assert {*driven(found), *(each.name for each in found.refused)} == {"look"}


def test_a_scenario_without_a_recording_is_named(api: Api, tmp_path: Path) -> None:
    found = plan(api, tmp_path, short=(LOOK,), never=())

    assert [each.scenario.name for each in found.unplayed] == ["never"]
