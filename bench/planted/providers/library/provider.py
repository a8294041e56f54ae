"""The library as a provider of troth. LIBRARY_DEFECT names the defect to plant; without it there is none."""

from __future__ import annotations

import os
from collections.abc import Mapping

from providers.library.app import TOKEN, Library
from providers.library.defects import named
from providers.library.world import World, stocked

from troth.provider import JsonScalar, Provider, ProviderOptions

VARIABLE = "LIBRARY_DEFECT"
NORMAL = "a stocked library"
"""The state in which a library is most of the time."""
Values = Mapping[str, JsonScalar]


class States:
    """Puts a library in a state."""

    def __init__(self, service: Library) -> None:
        self._service = service

    def reset(self) -> None:
        """An empty library."""
        self._service.world = World()

    def stocked(self, _: Values) -> Values:
        """Books, members and loans; the values are those that can be had, changed and dropped."""
        self._service.world = stocked()
        return {"book_id": 7, "member_id": 35, "loan_id": 4}

    def closed(self, _: Values) -> Values:
        """The same, and closed."""
        values = self.stocked({})
        self._service.world.closed = True
        return values

    def uncounted(self, _: Values) -> Values:
        """The same, with books whose author the catalogue does not know."""
        values = self.stocked({})
        self._service.world.counted = False
        return values


def create(_: ProviderOptions) -> Provider:
    """Open the library, with the defect that the environment names.

    Raises:
        KeyError: there is no such defect.
    """
    return opened(os.environ.get(VARIABLE, ""))


def opened(defect: str) -> Provider:
    """A library with the defect of that name; without any where it is empty.

    Raises:
        KeyError: there is no such defect.
    """
    service = named(defect).service() if defect else Library()
    states = States(service)
    return Provider(
        app=service,
        version="library 1",
        reset=states.reset,
        states={
            NORMAL: states.stocked,
            "the library is closed": states.closed,
            "authors are unknown": states.uncounted,
        },
        close=states.reset,
        credentials={"valid": TOKEN},
    )
