"""Where pacts and the recordings that they are made from lie in a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from troth.api import Api
from troth.cassettes.read import load
from troth.errors import BrokenFile
from troth.pacts.generate import Recorded
from troth.pacts.model import Pact, PactDocument, digest
from troth.pacts.read import read_document
from troth.scenario import Scenario
from troth.workspace import Workspace


@dataclass(frozen=True)
class Committed:
    """A pact file of this workspace. ``edited``: it is not what troth wrote."""

    path: Path
    pact: Pact
    edited: bool


@dataclass(frozen=True)
class Source:
    """A scenario and what was recorded of it."""

    scenario: Scenario
    recorded: Recorded
    cassette: str
    """The cassette's file, as a person names it."""


def consumers(workspace: Workspace, api: Api) -> dict[str, list[Scenario]]:
    """The scenarios of ``api`` by the name that pacts give to their consumer."""
    found: dict[str, list[Scenario]] = {}
    for scenario in workspace.scenarios(api):
        found.setdefault(workspace.consumer_name(scenario), []).append(scenario)
    return found


def sources(workspace: Workspace, scenarios: list[Scenario]) -> list[Source]:
    """What was recorded of the scenarios that have a cassette, in their order.

    Raises:
        BrokenFile: a cassette cannot be read.
    """
    found = []
    for scenario in scenarios:
        path = workspace.cassette_path(scenario)
        if not path.is_file():
            continue  # a finding of the cassettes' own check
        cassette = load(path, edited=True)
        recorded = Recorded(
            scenario.name,
            scenario.given,
            cassette.exchanges,
            cassette.provenance.values,
            simulated=cassette.provenance.simulated,
        )
        found.append(Source(scenario, recorded, workspace.relative(path)))
    return found


def pact_files(workspace: Workspace, api: Api) -> list[Path]:
    """Every pact file of ``api``."""
    return sorted((workspace.root / "contracts" / api.name / "pacts").glob("*.json"))


def committed(path: Path) -> Committed:
    """Read a pact of this workspace.

    Raises:
        BrokenFile: it cannot be read, or troth did not write it.
    """
    raw = read_document(path)
    try:
        document = PactDocument.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BrokenFile(
            path,
            f"it is not a pact that troth wrote: {where}: {first['msg']}",
            hint="write it anew with troth record, or verify a pact of others with --pact",
        ) from error
    pact = Pact(document.consumer.name, document.provider.name, tuple(document.interactions))
    interactions = raw["interactions"]
    assert isinstance(interactions, list)
    return Committed(path, pact, edited=document.metadata.troth.get("digest") != digest(interactions))
