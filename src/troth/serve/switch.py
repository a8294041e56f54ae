"""``/_troth/faults``: switches the faults of a served API while it runs, for any HTTP client.

    GET     which are on, and the catalogue
    POST    {"fault": …, "operation": …, "times": …} adds one; only "fault" is needed
    DELETE  takes all of them away

It is on the API's own port, and on one of its own, which stays when the API's is taken away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, ValidationError

from troth.api import Api
from troth.errors import TrothError, UnknownName, UsageProblem
from troth.exchange import Headers, Request, Response
from troth.faults.catalogue import CATALOGUE
from troth.faults.plan import Order
from troth.guard import refusal
from troth.loopback import Handler
from troth.serve.faults import Faults, order
from troth.states import HEALTH_PATH

FAULTS_PATH = "/_troth/faults"
_EXAMPLE = '{"fault": "http_503", "operation": "…", "times": 2}'


class _Call(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    fault: str
    operation: str | None = None
    times: int | None = None


def with_switch(handler: Handler, api: Api, faults: Faults) -> Handler:
    """``handler`` and, beside it, ``/_troth/faults``."""

    def handle(request: Request) -> Response:
        if request.path != FAULTS_PATH:
            return handler(request)
        match request.method:
            case "GET":
                return _listed(faults, 200, catalogue=True)
            case "POST":
                return _added(request, api, faults)
            case "DELETE":
                faults.clear()
                return _listed(faults, 200)
        return refusal(405, f"there are GET, POST and DELETE {FAULTS_PATH}")

    return handle


def switch_alone(handler: Handler, url: str) -> Handler:
    """What of ``handler`` the port of the switch has; ``url`` is where the rest is served."""

    def handle(request: Request) -> Response:
        if request.path in (FAULTS_PATH, HEALTH_PATH):
            return handler(request)
        return refusal(404, f"here is {FAULTS_PATH} alone; the API is served at {url}")

    return handle


def _added(request: Request, api: Api, faults: Faults) -> Response:
    try:
        call = _Call.model_validate_json(request.body)
        faults.add(order(api, call.fault, call.operation or "", call.times))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the body"
        return refusal(400, f"{where}: {first['msg']}; post {_EXAMPLE}")
    except UnknownName as error:
        return refusal(404, str(error))
    except UsageProblem as error:
        return refusal(400, str(error))
    except TrothError as error:
        return refusal(409, str(error))
    return _listed(faults, 201)


def _listed(faults: Faults, status: int, *, catalogue: bool = False) -> Response:
    document: dict[str, object] = {
        "active": [_active(each) for each in faults.active],
        "unresolved": faults.unresolved,
    }
    if catalogue:
        document["catalogue"] = _catalogue()
    body = json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
    return Response(status, Headers.of({"Content-Type": "application/json"}), body)


def _active(each: Order) -> Mapping[str, object]:
    return {
        "fault": each.fault.full_name,
        "operation": None if each.operation is None else each.operation.name,
        "times": each.times,
        "struck": each.struck,
    }


def _catalogue() -> Sequence[Mapping[str, str]]:
    return [
        {"name": each.name, "kind": each.kind, "looks": each.looks, "processed": each.processed}
        for each in CATALOGUE
    ]
