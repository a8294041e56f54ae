"""Reads an OpenAPI document, 3.0 or 3.1, into the operations that it describes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast
from urllib.parse import urlsplit

from troth.drift.described import Content, Described, Description, Parameter
from troth.drift.document import Document, Pointer
from troth.drift.schema import OPENAPI_30, OPENAPI_31, Reader
from troth.drift.shape import Schema
from troth.jsontext import Json, kind

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_OWN_HEADERS = ("accept", "content-type", "authorization")
"""Header parameters of these names mean nothing: the specification says so."""
Table = dict[str, Json]


def describe(document: Document) -> Description:
    """The operations of ``document``.

    Raises:
        BrokenFile: it is no OpenAPI document, or of another version.
    """
    root = cast(Table, document.value)
    version = str(root.get("openapi"))
    if not version.startswith(("3.0", "3.1")):
        raise document.broken(
            f"OpenAPI {version} is not read", ("openapi",), hint="3.0 and 3.1 are; convert the document first"
        )
    reading = _Reading(Reader(document, OPENAPI_30 if version.startswith("3.0") else OPENAPI_31))
    return Description(reading.reader, tuple(reading.operations(root)))


class _Reading:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._document = reader.document

    def operations(self, root: Table) -> Iterator[Described]:
        outer = _bases(root, ("",))
        for path, item in self._table(root.get("paths", {}), ("paths",)).items():
            found = self.reader.resolved(item, ("paths", path))
            if isinstance(found, str):
                for method in METHODS:
                    yield Described(method.upper(), path, pointer=("paths", path), doubt=found)
                continue
            value, pointer = found
            entry = self._table(value, pointer)
            for method in METHODS:
                if method in entry:
                    yield self._operation(path, method, entry, pointer, _bases(entry, outer))

    def _operation(
        self, path: str, method: str, entry: Table, pointer: Pointer, outer: tuple[str, ...]
    ) -> Described:
        where = (*pointer, method)
        table = self._table(entry[method], where)
        shared = self._parameters(entry, pointer)
        own = self._parameters(table, where)
        parameters = {(each.where, each.name): each for each in (*shared, *own)}
        return Described(
            method.upper(),
            path,
            tuple(parameters.values()),
            self._body(table, where),
            {
                str(status): self._content(answer, (*where, "responses", status))
                for status, answer in self._table(table.get("responses", {}), (*where, "responses")).items()
                if not status.startswith("x-")
            },
            _bases(table, outer),
            where,
        )

    def _parameters(self, table: Table, pointer: Pointer) -> Iterator[Parameter]:
        listed = table.get("parameters", [])
        if not isinstance(listed, list):
            raise self._document.broken("parameters must be an array", (*pointer, "parameters"))
        for index, each in enumerate(listed):
            where = (*pointer, "parameters", str(index))
            found = self.reader.resolved(each, where)
            if isinstance(found, str):
                yield Parameter("reference", str(index), False, None, where, found)  # noqa: FBT003
                continue
            made = self._parameter(*found)
            if made.where != "header" or made.name.lower() not in _OWN_HEADERS:
                yield made

    def _parameter(self, value: Json, pointer: Pointer) -> Parameter:
        table = self._table(value, pointer)
        where, name = str(table.get("in")), str(table.get("name"))
        required = table.get("required") is True or where == "path"
        if "schema" in table:
            schema = Schema(((table["schema"], (*pointer, "schema")),))
            return Parameter(where, name, required, schema, pointer)
        return Parameter(where, name, required, None, pointer, "a parameter with content of its own")

    def _body(self, table: Table, where: Pointer) -> Content | None:
        if "requestBody" not in table:
            return None
        return self._content(table["requestBody"], (*where, "requestBody"), request=True)

    def _content(self, value: Json, pointer: Pointer, *, request: bool = False) -> Content:
        found = self.reader.resolved(value, pointer)
        if isinstance(found, str):
            return Content(anything=True, doubt=found, pointer=pointer)
        table = self._table(*found)
        pointer = found[1]
        media = {
            name.partition(";")[0].strip().lower(): self._schema(each, (*pointer, "content", name))
            for name, each in self._table(table.get("content", {}), (*pointer, "content")).items()
        }
        headers = self._table(table.get("headers", {}), (*pointer, "headers"))
        return Content(
            media,
            empty=not media if not request else table.get("required") is not True,
            headers=frozenset(name.lower() for name in headers),
            pointer=pointer,
        )

    def _schema(self, value: Json, pointer: Pointer) -> Schema | None:
        table = self._table(value, pointer)
        return Schema(((table["schema"], (*pointer, "schema")),)) if "schema" in table else None

    def _table(self, value: Json, pointer: Pointer) -> Table:
        if not isinstance(value, dict):
            raise self._document.broken(f"an object must stand here, not {kind(value)}", pointer)
        return value


def _bases(table: Table, outer: tuple[str, ...]) -> tuple[str, ...]:
    """The paths of the servers; the nearest list has the say."""
    listed = table.get("servers")
    if not isinstance(listed, list) or not listed:
        return outer
    return tuple(_base(each) for each in listed if isinstance(each, dict))


def _base(server: Table) -> str:
    url = str(server.get("url", ""))
    variables = server.get("variables")
    for name, each in (variables if isinstance(variables, dict) else {}).items():
        if isinstance(each, dict):
            url = url.replace(f"{{{name}}}", str(each.get("default", "")))
    return urlsplit(url).path.rstrip("/")
