"""Which operation a request is for, by its method and its path alone, whatever it was made for."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from troth.fuzz.document import Described

_VARIABLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation that a request reached, and the values that its path has, decoded."""

    label: str
    values: Mapping[str, str]


class Routes:
    """The operations of a document below ``base``, the URL of the service."""

    def __init__(self, operations: Collection[Described], base: str) -> None:
        self._base = urlsplit(base).path.rstrip("/")
        # /notes/search before /notes/{id}: the fewer parameters, the nearer.
        ordered = sorted(operations, key=lambda each: each.path.count("{"))
        self._patterns = [(each, re.compile(_pattern(each.path))) for each in ordered]

    def find(self, method: str, url: str) -> Route | None:
        """The operation at ``url``; None where the document has none of this method there."""
        path = urlsplit(url).path
        if not path.startswith(self._base):
            return None
        local = path.removeprefix(self._base) or "/"
        for operation, pattern in self._patterns:
            if operation.method == method and (found := pattern.fullmatch(local)):
                names = _VARIABLE.findall(operation.path)
                return Route(operation.label, dict(zip(names, map(unquote, found.groups()), strict=True)))
        return None


def _pattern(path: str) -> str:
    fixed, *rest = re.split(r"\{[^{}]*\}", path)
    return re.escape(fixed) + "".join(f"([^/]+){re.escape(part)}" for part in rest)


def filled(path: str, values: Mapping[str, str]) -> str:
    """``/notes/{id}`` with the value of each of its parameters.

    Raises:
        LookupError: one is not known.
    """
    return _VARIABLE.sub(lambda found: quote(values[found[1]], safe=""), path)


def parameters(path: str) -> list[str]:
    """The names in a path, in order."""
    return _VARIABLE.findall(path)
