"""The operations of a weather service."""

from __future__ import annotations

from contracts.weather.payloads import (
    Alert,
    AlertPath,
    AlertRequest,
    CityPath,
    Forecast,
    ForecastQuery,
    Problem,
)

from troth.api import Api, Echo, Empty, HeaderToken

weather = Api(
    "weather",
    server="https://weather.example/v1",
    auth=(HeaderToken("X-Api-Key", env="WEATHER_KEY"),),
    version="1",
)

forecast = weather.get(
    "/cities/{city}/forecast",
    name="forecast",
    params=CityPath,
    query=ForecastQuery,
    responses={200: Forecast, 401: Problem, 404: Problem},
    echoes=(Echo("path city", "$.city"), Echo("query units", "$.units")),
    source="assumed",
)
set_alert = weather.post(
    "/alerts",
    name="set_alert",
    body=AlertRequest,
    responses={201: Alert, 401: Problem, 422: Problem},
    echoes=(Echo("$.city", "$.city"), Echo("$.above", "$.above")),
    source="assumed",
)
read_alert = weather.get(
    "/alerts/{alert}",
    name="read_alert",
    params=AlertPath,
    responses={200: Alert, 401: Problem, 404: Problem},
    echoes=(Echo("path alert", "$.id"),),
    source="assumed",
)
drop_alert = weather.delete(
    "/alerts/{alert}",
    name="drop_alert",
    params=AlertPath,
    responses={204: Empty, 401: Problem, 404: Problem},
    source="assumed",
)
