"""Which resource and which verb a path names."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PREFIX = "/v1/"
_ID = re.compile(r"[^/]+")


@dataclass(frozen=True, slots=True)
class Target:
    """``shape`` is the path with ``*`` for each id: ``projects/*/locations/*/keyRings``."""

    shape: str
    verb: str
    """What follows the colon: ``asymmetricSign``; empty without one."""
    segments: tuple[str, ...]

    @property
    def name(self) -> str:
        """The resource; of a collection the one that holds it."""
        return self._upto(len(self.segments) // 2 * 2)

    @property
    def collection(self) -> str:
        """What holds the resource: ``cryptoKeys`` for a key."""
        return self.segments[len(self.segments) // 2 * 2 - 2]

    @property
    def secured(self) -> str:
        """The resource on which permissions are looked up: that of a version is its key."""
        return self._upto(min(len(self.segments) // 2 * 2, 8))

    def _upto(self, number: int) -> str:
        return "/".join(self.segments[:number])


def read_target(path: str) -> Target | None:
    """None for a path that cannot be one of the API."""
    if not path.startswith(_PREFIX):
        return None
    *before, last = path.removeprefix(_PREFIX).split("/")
    # The id of a project may have a colon of its own: example.com:project.
    identifier, colon, verb = last.partition(":")
    segments = (*before, identifier)
    if (colon and not verb) or not all(_ID.fullmatch(segment) for segment in segments):
        return None
    shape = "/".join("*" if index % 2 else segment for index, segment in enumerate(segments))
    return Target(shape, verb, segments)
