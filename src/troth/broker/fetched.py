"""A pact that came from a broker, without what the broker adds to it, and who wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from troth.api import Api
from troth.broker.broker import Broker, Listed, Wanted
from troth.broker.hal import Hal
from troth.errors import BrokenFile
from troth.events import Emit, Noted, silent
from troth.jsontext import Json
from troth.pacts.files import Committed, committed

_OF_THE_BROKER = ("_links", "_embedded", "createdAt", "updatedAt")
_ID = "_id"


@dataclass(frozen=True)
class Fetched:
    """A pact as the broker has it. ``place`` is its URL, for people."""

    listed: Listed
    hal: Hal
    place: str

    @property
    def pact(self) -> dict[str, Json]:
        """The document that its consumer published."""
        found = {key: value for key, value in self.hal.document.items() if key not in _OF_THE_BROKER}
        interactions = found.get("interactions")
        if isinstance(interactions, list):
            found["interactions"] = [_without_id(each) for each in interactions]
        return found

    @property
    def size(self) -> int:
        """How many interactions it has."""
        interactions = self.hal.document.get("interactions")
        return len(interactions) if isinstance(interactions, list) else 0

    def refusal(self, api: Api) -> str:
        """Why it cannot be a pact with ``api``; empty if it can."""
        provider = _party(self.hal.document, "provider")
        if provider != api.name:
            return f"it is a pact with the provider {provider!r}, not with {api.name!r}"
        return ""

    def write(self, path: Path) -> None:
        """Write the pact as a file."""
        path.write_text(json.dumps(self.pact, ensure_ascii=False), encoding="utf-8")


def fetch(broker: Broker, api: Api, wanted: Wanted, emit: Emit = silent) -> tuple[Fetched, ...]:
    """The pacts with ``api`` that the broker wants verified.

    Raises:
        CouldNotCheck: the broker does not say, or does not give one of them.
    """
    found = []
    for listed in broker.listed(api.name, wanted):
        for notice in listed.notices:
            emit(Noted(f"{listed.name}: {notice}"))
        found.append(Fetched(listed, broker.pact(listed), broker.place(listed.target)))
    return tuple(found)


def of_troth(path: Path) -> Committed | None:
    """The pact at ``path`` if troth wrote it, whose states are those of scenarios and their steps.

    Raises:
        BrokenFile: troth wrote it, and this one cannot read it.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    metadata = document.get("metadata")
    if not isinstance(metadata, dict) or "troth" not in metadata:
        return None
    found = committed(path)
    try:
        whole = all(each.place is not None for each in found.pact.interactions)
    except ValidationError as error:
        raise BrokenFile(path, "its steps cannot be read; a newer troth may have written it") from error
    return found if whole else None


def _without_id(interaction: Json) -> Json:
    if not isinstance(interaction, dict):
        return interaction
    return {key: value for key, value in interaction.items() if key != _ID}


def _party(document: Mapping[str, Json], side: str) -> str:
    party = document.get(side)
    name = party.get("name") if isinstance(party, dict) else None
    return name if isinstance(name, str) else ""
