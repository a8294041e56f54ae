"""This workspace, and what was recorded of Cloud KMS in it."""

from __future__ import annotations

from pathlib import Path

from contracts.kms.operations import kms
from troth.cassettes.model import Cassette
from troth.cassettes.read import load
from troth.exchange import placeholder
from troth.scenario import Scenario, Server
from troth.workspace import Workspace

WORKSPACE = Workspace(Path(__file__).resolve().parents[3])
SCENARIOS = WORKSPACE.scenarios(kms)
CASSETTES = tuple(sorted((WORKSPACE.root / "cassettes" / "kms").glob("*.yaml")))


def scenario(name: str) -> Scenario:
    """The scenario of that name."""
    return next(each for each in SCENARIOS if each.name == name)


def recorded(path: Path) -> tuple[Cassette, Server]:
    """A cassette, and the server that it plays."""
    cassette = load(path)
    secrets = {"valid": placeholder("valid")}
    return cassette, Server(kms.server, secrets, cassette.provenance.values)
