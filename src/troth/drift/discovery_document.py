"""Reads a discovery document of Google into the operations that it describes.

Its methods name resources: ``v1/{+name}`` with a pattern for ``name``. ``flatPath`` spells the same path
with a parameter for each part, as a contract does. The format knows nothing of failures, and does not say
which fields of a message are always there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from troth.drift.described import Content, Described, Description, Parameter, variables
from troth.drift.document import Document, Pointer
from troth.drift.schema import DISCOVERY, Reader
from troth.drift.shape import Schema
from troth.jsontext import Json, kind

Table = dict[str, Json]
_JSON = "application/json"
_TEXT = Schema((({"type": "string"}, ()),))


def describe(document: Document) -> Description:
    """The operations of ``document``.

    Raises:
        BrokenFile: a part of it is not what the format has there.
    """
    root = cast(Table, document.value)
    reading = _Reading(document)
    base = "/" + str(root.get("servicePath", "")).strip("/")
    return Description(
        Reader(document, DISCOVERY),
        tuple(reading.operations(root, (), base.rstrip("/"))),
        tuple(reading.parameters(root, ())),
    )


class _Reading:
    def __init__(self, document: Document) -> None:
        self._document = document

    def operations(self, table: Table, pointer: Pointer, base: str) -> Iterator[Described]:
        methods = self._table(table, "methods", pointer)
        for name in methods:
            where = (*pointer, "methods", name)
            yield self._operation(self._table(methods, name, where[:-1]), where, base)
        resources = self._table(table, "resources", pointer)
        for name in resources:
            where = (*pointer, "resources", name)
            yield from self.operations(self._table(resources, name, where[:-1]), where, base)

    def _operation(self, table: Table, pointer: Pointer, base: str) -> Described:
        named = tuple(self.parameters(table, pointer))
        path = _path(table)
        parts = tuple(
            next((each for each in named if (each.where, each.name) == ("path", name)), None)
            or Parameter("path", name, True, _TEXT, pointer)  # noqa: FBT003 - that of a path is required
            for name in variables(path)
        )
        others = tuple(each for each in named if each.where != "path")
        return Described(
            str(table.get("httpMethod", "GET")),
            f"/{path}",
            (*parts, *others),
            self._content(table, "request", pointer),
            {"200": self._content(table, "response", pointer) or Content(empty=True, pointer=pointer)},
            (base,),
            pointer,
        )

    def parameters(self, table: Table, pointer: Pointer) -> Iterator[Parameter]:
        """The parameters of a method, or of the document itself."""
        listed = self._table(table, "parameters", pointer)
        for name in listed:
            each = self._table(listed, name, (*pointer, "parameters"))
            where = (*pointer, "parameters", name)
            schema: Json = {key: value for key, value in each.items() if key != "required"}
            if each.get("repeated") is True:
                schema = {"type": "array", "items": schema}
            required = each.get("required") is True
            yield Parameter(str(each.get("location")), name, required, Schema(((schema, where),)), where)

    def _content(self, table: Table, key: str, pointer: Pointer) -> Content | None:
        if key not in table:
            return None
        where = (*pointer, key)
        return Content({_JSON: Schema(((table[key], where),))}, pointer=where)

    def _table(self, table: Table, key: str, pointer: Pointer) -> Table:
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self._document.broken(f"an object must stand here, not {kind(value)}", (*pointer, key))
        return value


def _path(table: Table) -> str:
    """The path with a parameter for each part, spelled out where only a pattern tells the parts."""
    if "flatPath" in table:
        return str(table["flatPath"])
    parameters = table.get("parameters")
    listed = parameters if isinstance(parameters, dict) else {}

    def spread(found: re.Match[str]) -> str:
        each = listed.get(found[1])
        pattern = str(each.get("pattern", "")) if isinstance(each, dict) else ""
        shape = pattern.removeprefix("^").removesuffix("$").replace("[^/]+", "*").replace(".*", "*")
        return f"{{{found[1]}={shape}}}" if shape else f"{{{found[1]}}}"

    return re.sub(r"\{\+(\w+)\}", spread, str(table.get("path", "")))
