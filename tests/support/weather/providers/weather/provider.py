"""A weather service that keeps its alerts in memory."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from troth.provider import JsonScalar, Provider, ProviderOptions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEY = "weather-key-of-the-fake"

ROUTES = Map(
    [
        Rule("/cities/<city>/forecast", endpoint="forecast", methods=["GET"]),
        Rule("/alerts", endpoint="set_alert", methods=["POST"]),
        Rule("/alerts/<alert>", endpoint="read_alert", methods=["GET"]),
        Rule("/alerts/<alert>", endpoint="drop_alert", methods=["DELETE"]),
    ]
)


class Weather:
    """The service: what it knows and how it answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cities: dict[str, list[dict[str, object]]] = {}
        self._alerts: dict[str, dict[str, object]] = {}

    def reset(self) -> None:
        """Forget every city and alert."""
        with self._lock:
            self._cities.clear()
            self._alerts.clear()

    def rain_in_paris(self, _: Mapping[str, JsonScalar]) -> Mapping[str, JsonScalar]:
        """Two days: rain, then sun."""
        self._cities["Paris"] = [
            {"sky": "rain", "high": 14.5, "low": 9.0, "note": "take an umbrella"},
            {"sky": "clear", "high": 19.0, "low": 10.5, "note": None},
        ]
        return {}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The WSGI application."""
        return self._answered(Request(environ))(environ, start)

    def _answered(self, request: Request) -> Response:
        try:
            endpoint, found = ROUTES.bind_to_environ(request.environ).match()
        except HTTPException:
            return _answer(404, {"error": "no such thing"})
        if request.headers.get("X-Api-Key") != KEY:
            return _answer(401, {"error": "wrong key"})
        with self._lock:
            response: Response = getattr(self, f"_{endpoint}")(request, **found)
        return response

    def _forecast(self, request: Request, city: str) -> Response:
        if city not in self._cities:
            return _answer(404, {"error": "no such city"})
        units = request.args["units"]
        return _answer(200, {"city": city, "units": units, "days": self._cities[city]})

    def _set_alert(self, request: Request) -> Response:
        wanted = json.loads(request.get_data())
        if not -90 <= wanted["above"] <= 60:
            return _answer(422, {"error": "no such temperature"})
        alert = {"id": str(uuid.uuid4()), **wanted, "fired": False}
        self._alerts[str(alert["id"])] = alert
        return _answer(201, alert)

    def _read_alert(self, _: Request, alert: str) -> Response:
        if alert not in self._alerts:
            return _answer(404, {"error": "no such alert"})
        return _answer(200, self._alerts[alert])

    def _drop_alert(self, _: Request, alert: str) -> Response:
        if self._alerts.pop(alert, None) is None:
            return _answer(404, {"error": "no such alert"})
        return Response(status=204)


def _answer(status: int, document: object) -> Response:
    return Response(json.dumps(document), status=status, content_type="application/json")


def create(_: ProviderOptions) -> Provider:
    """Open the service."""
    service = Weather()
    return Provider(
        app=service,
        version="weather-fake 1",
        reset=service.reset,
        states={"it rains in Paris": service.rain_in_paris},
        close=service.reset,
        credentials={"valid": KEY},
    )
