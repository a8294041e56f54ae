"""How Cloud KMS says no: google.rpc.Status in JSON.

``message`` names resources, so it is hidden. 400 is INVALID_ARGUMENT, or FAILED_PRECONDITION where the
key version is in the wrong state; a caller without the permission gets 403 even for a key that is not there.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from contracts.kms.texts import Message, ResourceName
from troth.fields import SAFE, Safe

StatusName: TypeAlias = Literal[
    "INVALID_ARGUMENT",
    "FAILED_PRECONDITION",
    "OUT_OF_RANGE",
    "UNAUTHENTICATED",
    "PERMISSION_DENIED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "ABORTED",
    "RESOURCE_EXHAUSTED",
    "CANCELLED",
    "INTERNAL",
    "UNKNOWN",
    "DATA_LOSS",
    "UNIMPLEMENTED",
    "UNAVAILABLE",
    "DEADLINE_EXCEEDED",
]

_NAMES: dict[int, frozenset[str]] = {
    400: frozenset({"INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE"}),
    401: frozenset({"UNAUTHENTICATED"}),
    403: frozenset({"PERMISSION_DENIED"}),
    404: frozenset({"NOT_FOUND"}),
    409: frozenset({"ALREADY_EXISTS", "ABORTED"}),
    429: frozenset({"RESOURCE_EXHAUSTED"}),
    499: frozenset({"CANCELLED"}),
    500: frozenset({"INTERNAL", "UNKNOWN", "DATA_LOSS"}),
    501: frozenset({"UNIMPLEMENTED"}),
    503: frozenset({"UNAVAILABLE"}),
    504: frozenset({"DEADLINE_EXCEEDED"}),
}


class Metadata(Message, source="google.rpc.ErrorInfo; its keys, assumed, are those of a refused permission"):
    service: Safe[str] = ""
    permission: Safe[str] = ""
    resource: ResourceName = ""
    consumer: ResourceName = ""


class Detail(Message, source="google.rpc.ErrorInfo; other kinds of detail have other fields"):
    type: Safe[str] = Field(alias="@type")
    reason: Safe[str] = ""
    domain: Safe[str] = ""
    metadata: Metadata | None = None


class LegacyError(Message, source="recorded by others, from clients of the older kind"):
    message: str
    domain: Safe[str] = ""
    reason: Safe[str] = ""


class Status(Message, source="google.rpc.Status; the table of codes and names is google.rpc.Code"):
    code: Annotated[int, Field(ge=400, le=599), SAFE]
    message: str
    status: StatusName
    details: list[Detail] = Field(default_factory=list)
    errors: list[LegacyError] = Field(default_factory=list)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        names = _NAMES.get(self.code, frozenset())
        if self.status not in names:
            raise ValueError(f"a status of the code {self.code}: {' or '.join(sorted(names)) or 'none'}")
        return self


class Failure(Message, source="docs, errors; bodies of 403 and 404 recorded by others"):
    error: Status
