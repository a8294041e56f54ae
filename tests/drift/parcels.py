"""A small contract, a document that agrees with it, and short ways to put one beside the other."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Literal

from troth.api import Api, Empty
from troth.drift.document import Document, parse
from troth.drift.run import Drift, drift
from troth.evidence import Finding
from troth.fields import Payload, Safe, Timestamp, Uuid
from troth.workspace import DriftAcceptance

Schema = dict[str, Any]
Told = tuple[str, str, str]
"""``error`` or ``info``, the code less ``drift-``, and the path."""
_NONE: Mapping[str, Schema] = {}
_OF_THE_WHOLE = ("limits", "required fields", "operations", "parameters")


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class ParcelPath(Payload, source="assumed"):
    parcel: Uuid


class ListQuery(Payload, source="assumed"):
    limit: Safe[int] | None = None
    sent: Literal["true", "false"] | None = None


class Parcel(Payload, source="assumed"):
    id: Uuid
    size: Size
    weight: Safe[float]
    sent_at: Timestamp | None
    note: Safe[str] = ""


class NewParcel(Payload, source="assumed"):
    size: Size
    note: Safe[str] = ""


class Page(Payload, source="assumed"):
    parcels: list[Parcel]


class Problem(Payload, source="assumed"):
    error: Safe[str]


def contract() -> Api:
    """The contract of parcels."""
    api = Api("parcels", server="https://parcels.example/v2")
    api.get("/parcels", name="list_parcels", query=ListQuery, responses={200: Page}, source="assumed")
    api.post(
        "/parcels",
        name="send_parcel",
        body=NewParcel,
        responses={201: Parcel, 422: Problem},
        source="assumed",
    )
    api.get(
        "/parcels/{parcel}",
        name="read_parcel",
        params=ParcelPath,
        responses={200: Parcel, 404: Problem},
        source="assumed",
    )
    api.delete(
        "/parcels/{parcel}",
        name="drop_parcel",
        params=ParcelPath,
        responses={204: Empty, 404: Empty},
        source="assumed",
    )
    return api


def document() -> Schema:
    """A vendor's document that agrees with the contract; a new one each time, to be changed."""
    return copy.deepcopy(_DOCUMENT)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def answer(schema: Schema) -> Schema:
    """A response with a body in JSON."""
    return {"description": "", "content": {"application/json": {"schema": schema}}}


_ID = {"in": "path", "name": "id", "required": True, "schema": {"type": "string", "format": "uuid"}}
_DOCUMENT: Schema = {
    "openapi": "3.0.3",
    "info": {"title": "Parcels", "version": "2"},
    "servers": [{"url": "https://parcels.example/v2"}],
    "paths": {
        "/parcels": {
            "get": {
                "parameters": [
                    {"in": "query", "name": "limit", "schema": {"type": "integer"}},
                    {"in": "query", "name": "sent", "schema": {"type": "boolean"}},
                ],
                "responses": {"200": answer(_ref("Page"))},
            },
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": _ref("NewParcel")}},
                },
                "responses": {"201": answer(_ref("Parcel")), "422": answer(_ref("Problem"))},
            },
        },
        "/parcels/{id}": {
            "parameters": [_ID],
            "get": {"responses": {"200": answer(_ref("Parcel")), "404": answer(_ref("Problem"))}},
            "delete": {"responses": {"204": {"description": ""}, "404": {"description": ""}}},
        },
    },
    "components": {
        "schemas": {
            "Parcel": {
                "type": "object",
                "required": ["id", "size", "weight", "sent_at"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "size": {"type": "string", "enum": ["small", "large"]},
                    "weight": {"type": "number"},
                    "sent_at": {"type": "string", "format": "date-time", "nullable": True},
                    "note": {"type": "string"},
                },
            },
            "NewParcel": {
                "type": "object",
                "required": ["size"],
                "properties": {
                    "size": {"type": "string", "enum": ["small", "large"]},
                    "note": {"type": "string"},
                },
            },
            "Page": {
                "type": "object",
                "required": ["parcels"],
                "properties": {"parcels": {"type": "array", "items": _ref("Parcel")}},
            },
            "Problem": {
                "type": "object",
                "required": ["error"],
                "properties": {"error": {"type": "string"}},
            },
        }
    },
}


def read(made: Schema, name: str = "vendor.json") -> Document:
    """``made`` as a document that was read from a file."""
    return parse(json.dumps(made, indent=1).encode(), name)


def put_beside(
    made: Schema, api: Api | None = None, *, acceptances: Sequence[DriftAcceptance] = (), only: str = ""
) -> Drift:
    """The contract of parcels, or another, beside a document."""
    return drift(api or contract(), read(made), acceptances=acceptances, only=only)


def told(found: Drift) -> list[Told]:
    """What was found of operations, in order, in short."""
    errors = [("error", each.code.removeprefix("drift-"), each.path) for each in found.result.findings]
    infos = [("info", each.code.removeprefix("drift-"), each.path) for each in found.result.told]
    return [each for each in (*errors, *infos) if each[2] not in _OF_THE_WHOLE]


def findings(found: Drift) -> list[Finding]:
    """Everything that was found of operations."""
    every = (*found.result.findings, *found.result.told)
    return [each for each in every if each.path not in _OF_THE_WHOLE]


def of_response(
    theirs: Schema, ours: object, openapi: str = "3.1.0", schemas: Mapping[str, Schema] = _NONE
) -> Drift:
    """One type of ours beside one schema of theirs, in an answer; ``schemas`` are further ones of theirs.

    A second operation agrees, so that something is compared in any case.
    """
    api = _sure()
    api.get("/it", name="it", responses={200: ours}, source="assumed")
    made = {"get": {"responses": {"200": answer(theirs)}}}
    return put_beside(_alone(made, openapi, schemas), api)


def of_request(
    theirs: Schema, ours: object, openapi: str = "3.1.0", schemas: Mapping[str, Schema] = _NONE
) -> Drift:
    """The same in the body of a request."""
    api = _sure()
    api.post("/it", name="it", body=ours, responses={204: Empty}, source="assumed")
    body = {"required": True, "content": {"application/json": {"schema": theirs}}}
    made = {"post": {"requestBody": body, "responses": {"204": {"description": ""}}}}
    return put_beside(_alone(made, openapi, schemas), api)


def _sure() -> Api:
    api = Api("parcels", server="https://parcels.example")
    api.get("/sure", name="sure", responses={204: Empty}, source="assumed")
    return api


def _alone(item: Schema, openapi: str, schemas: Mapping[str, Schema]) -> Schema:
    sure = {"get": {"responses": {"204": {"description": ""}}}}
    return {"openapi": openapi, "paths": {"/it": item, "/sure": sure}, "components": {"schemas": schemas}}
