"""The OpenAPI document that is fuzzed: its operations, and its form for one base URL."""

from __future__ import annotations

import copy
import fnmatch
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from troth.api import Api
from troth.errors import BrokenFile, ContractProblem, UnknownName
from troth.origins import local_base

Json = dict[str, Any]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Described:
    """One operation of a document."""

    label: str
    name: str
    """Its operationId; empty where it has none."""
    method: str
    path: str
    secured: bool
    """Whether a credential is asked for."""
    server: str
    """A server of its own; empty where it stands at the document's."""
    statuses: frozenset[int]
    """What it is declared to answer."""


@dataclass(frozen=True, slots=True)
class Document:
    """An OpenAPI document and where it came from."""

    content: Json
    place: str

    @property
    def operations(self) -> tuple[Described, ...]:
        """In the order of the document."""
        return tuple(self._operations())

    def _operations(self) -> Iterator[Described]:
        for path, item in self.content.get("paths", {}).items():
            for method in METHODS:
                if isinstance(item, Mapping) and method in item:
                    yield self._described(method, path, item, item[method])

    def _described(
        self, method: str, path: str, item: Mapping[str, Any], operation: Mapping[str, Any]
    ) -> Described:
        servers = operation.get("servers") or item.get("servers") or [{}]
        return Described(
            label=f"{method.upper()} {path}",
            name=str(operation.get("operationId", "")),
            method=method.upper(),
            path=path,
            secured=any(operation.get("security", self.content.get("security", []))),
            server=str(servers[0].get("url", "")),
            statuses=frozenset(
                int(status) for status in operation.get("responses", {}) if status.isdecimal()
            ),
        )

    def like(self, name: str) -> tuple[Described, ...]:
        """The operations of that label or operationId; else those that have it in one, or fit it as a glob.

        Raises:
            UnknownName: there is none.
        """
        wanted, everything = name.lower(), self.operations
        names = {each.label: (each.label.lower(), each.name.lower()) for each in everything}
        found = {label for label, own in names.items() if wanted in own} or {
            label
            for label, own in names.items()
            if any(wanted in one or fnmatch.fnmatchcase(one, wanted) for one in own)
        }
        if not found:
            raise UnknownName("operation of the document", name, names)
        return tuple(each for each in everything if each.label in found)


def read_document(path: Path, place: str) -> Document:
    """The document in a file.

    Raises:
        ContractProblem: there is no such file.
        BrokenFile: it is no OpenAPI document in JSON.
    """
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise ContractProblem(f"{place} is not there", hint="troth openapi API writes it") from error
    except (OSError, ValueError) as error:
        raise BrokenFile(path, f"it is not JSON: {error}") from error
    if not isinstance(content, dict) or "openapi" not in content or "paths" not in content:
        raise BrokenFile(path, "it is no OpenAPI document: there is no 'openapi' or no 'paths'")
    return Document(content, place)


def localised(document: Document, api: Api) -> tuple[Document, Mapping[str, str]]:
    """The document for one base URL, and its labels to those of ``document``.

    Operations at a further origin stand below ``/_origins/<name>``, as what troth serves has them.
    """
    content = copy.deepcopy(document.content)
    content["servers"] = [{"url": "/"}]
    shown = {}
    paths: dict[str, Json] = {}
    for each in document.operations:
        path = _base(api, each.server) + each.path
        item = cast(Json, content["paths"][each.path])
        shared = _without_servers({key: value for key, value in item.items() if key not in METHODS})
        paths.setdefault(path, shared)[each.method.lower()] = _without_servers(item[each.method.lower()])
        shown[f"{each.method} {path}"] = each.label
    content["paths"] = paths
    return Document(content, document.place), shown


def _base(api: Api, server: str) -> str:
    named = (name for name, url in api.origins.items() if server and url == server)
    return next((local_base(name) for name in named), "")


def _without_servers(operation: Json) -> Json:
    return {key: value for key, value in operation.items() if key != "servers"}


def at_own_server(operations: Collection[Described]) -> tuple[Described, ...]:
    """Those that stand where the document says that the API is."""
    return tuple(each for each in operations if not each.server)
