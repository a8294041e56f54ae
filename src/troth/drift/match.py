"""Finds in a vendor's document the operation that ours is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from troth.drift.described import Described, template

Key = tuple[str, str]


class Index:
    """The operations of a document by method and path, whatever their parameters are called."""

    def __init__(self, operations: Iterable[Described]) -> None:
        self._known: dict[Key, Described] = {}
        self._bare: dict[Key, Described] = {}
        for operation in operations:
            for base in operation.bases:
                self._known.setdefault((operation.method, template(base + operation.path)), operation)
            self._bare.setdefault((operation.method, template(operation.path)), operation)

    def find(self, ours: Described) -> Described | None:
        """The operation that ours is, with the base paths of both, or else without either."""
        for key, table in self._keys(ours):
            if key in table:
                return table[key]
        return None

    def _keys(self, ours: Described) -> Iterator[tuple[Key, dict[Key, Described]]]:
        whole = [(ours.method, template(base + ours.path)) for base in ours.bases]
        bare = (ours.method, template(ours.path))
        yield from ((key, self._known) for key in whole)
        # A gateway or a sandbox has another base path than the document says.
        yield bare, self._bare
        yield from ((key, self._bare) for key in whole)
        yield bare, self._known
