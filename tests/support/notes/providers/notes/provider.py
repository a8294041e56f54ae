"""The service of notes as a provider of troth. NOTES_DEFECTS names its defects, with commas between."""

from __future__ import annotations

import os
from collections.abc import Mapping

from providers.notes.app import TOKEN, NotesService

from troth.provider import JsonScalar, Provider, ProviderOptions

VARIABLE = "NOTES_DEFECTS"
Values = Mapping[str, JsonScalar]


class States:
    """Puts the service in a state."""

    def __init__(self, service: NotesService) -> None:
        self._service = service

    def reset(self) -> None:
        """Nothing is kept."""
        self._service.notes.clear()
        self._service.full = False
        self._service.last = 0

    def some(self, _: Values) -> Values:
        """Notes that can be had and dropped."""
        for number in range(1, 6):
            kind = "task" if number % 2 else "idea"
            self._service.add(
                {"title": f"note {number}", "size": number, "kind": kind, "pin": f"pin-of-note-{number}"}
            )
        return {"note_id": 3}

    def full(self, _: Values) -> Values:
        """No further note can be kept."""
        values = self.some({})
        self._service.full = True
        return values


def create(_: ProviderOptions) -> Provider:
    """Open the service.

    Raises:
        ValueError: there is no such defect.
    """
    service = NotesService([name for name in os.environ.get(VARIABLE, "").split(",") if name])
    states = States(service)
    return Provider(
        app=service,
        version="notes 1",
        reset=states.reset,
        states={"some notes": states.some, "a full shelf": states.full},
        close=states.reset,
        credentials={"valid": TOKEN, "stale": "token-of-yesterday"},
    )
