"""A parcel service that is nobody's, with every kind of field that a fault can break."""

from __future__ import annotations

import json
from enum import IntEnum, StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from troth.api import Answer, Anything, Api, Empty, Selected, Text
from troth.exchange import Headers, Request, Response
from troth.fields import Payload, Safe

SERVER = "https://parcels.example/v2"


class Stage(StrEnum):
    WAITING = "waiting"
    GONE = "gone"


class Code(IntEnum):
    FINE = 1
    LOST = 7


class Stop(Payload, source="assumed"):
    town: Safe[str]
    code: Code
    note: Safe[str] | None = None


class Parcel(Payload, source="assumed"):
    id: Safe[int]
    stage: Stage
    size: Literal["SMALL", "LARGE"]
    paid: bool
    owner: Safe[str] | None
    stops: list[Stop]
    marks: dict[str, Safe[int]]
    weight: Safe[float] = 1.5


class Receipt(Payload, source="assumed"):
    number: Safe[int]


class Trouble(Payload, source="assumed"):
    """Why there is no answer; the word goes with the code."""

    code: Safe[int] = Field(ge=400, le=599)
    word: Literal["BUSY", "BROKEN", "SLOW"]
    text: Safe[str]

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if {"BUSY": 429, "BROKEN": 500, "SLOW": 503}[self.word] != self.code:
            raise ValueError("a word that goes with the code")
        return self


def parcels_api(server: str = SERVER) -> Api:
    """The contract, new each time."""
    api = Api("parcels", server=server)
    troubles = dict.fromkeys((429, 500, 503), Trouble)
    api.get(
        "/parcels/{number}",
        name="look",
        responses={200: Parcel, 404: Empty, 504: Anything, **troubles},
    )
    api.post("/parcels", name="send", responses={201: Answer((Receipt, Parcel)), **troubles})
    api.get(
        "/chosen", name="choose", query=Chosen, responses={200: Selected(Parcel, "fields", ("id", "stage"))}
    )
    api.delete("/parcels/{number}", name="drop", responses={204: Empty})
    api.get("/motto", name="motto", responses={200: Text("[A-Z].*")})
    return api


class Chosen(Payload, source="assumed"):
    fields: Safe[str] = "id,stage"


PARCEL: dict[str, object] = {
    "id": 4,
    "stage": "gone",
    "size": "SMALL",
    "paid": True,
    "owner": None,
    "stops": [{"town": "Ulm", "code": 7}, {"town": "Linz", "code": 1, "note": "wet"}],
    "marks": {"red": 2},
    "weight": 2.5,
}


def asking(method: str = "GET", path: str = "/parcels/4") -> Request:
    """A request to the service."""
    return Request(method, f"{SERVER}{path}")


def answer(status: int = 200, body: object = PARCEL) -> Response:
    """An answer of the service in JSON."""
    headers = Headers.of({"Content-Type": "application/json"})
    return Response(status, headers, json.dumps(body).encode())
