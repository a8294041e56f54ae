"""Our contract as an operation describes itself: the schemas of its own OpenAPI document, read by the same
reader as the vendor's, with what no document can say put back.

A document says of ``Anything`` and of ``Empty`` the same: no content. Here they differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import urlsplit

from troth.api import Answer, Anything, Api, Empty, Operation
from troth.drift import openapi_document
from troth.drift.described import Content, Described
from troth.drift.document import Document
from troth.drift.schema import Reader
from troth.jsontext import Json
from troth.openapi import document

Table = dict[str, Json]


@dataclass(frozen=True)
class Contract:
    """Every operation of a contract by its name, and the reader of its schemas."""

    reader: Reader
    operations: dict[str, Described]


def contract(api: Api) -> Contract:
    """The contract of ``api``."""
    made = document(api)
    read = openapi_document.describe(Document(f"contracts/{api.name}", made, ""))
    names = {each.pointer: _operation_id(made, each) for each in read.operations}
    declared = {operation.name: operation for operation in api.operations}
    return Contract(
        read.reader,
        {
            names[each.pointer]: _completed(api, declared[names[each.pointer]], each)
            for each in read.operations
        },
    )


def _operation_id(made: Table, described: Described) -> str:
    _, path, method = described.pointer
    paths = cast(Table, made["paths"])
    return str(cast(Table, cast(Table, paths[path])[method])["operationId"])


def _completed(api: Api, operation: Operation, described: Described) -> Described:
    origin = api.origins[operation.origin] if operation.origin else api.server
    return replace(
        described,
        path=operation.path,
        bases=(urlsplit(origin).path.rstrip("/"),),
        responses={
            str(status): _content(described.responses[str(status)], answer)
            for status, answer in operation.answers.items()
        },
    )


def _content(content: Content, answer: Answer) -> Content:
    forms = answer.forms()
    return replace(content, empty=Empty in forms, anything=Anything in forms)
