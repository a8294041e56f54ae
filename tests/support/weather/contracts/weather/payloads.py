"""What a weather service sends and takes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from troth.fields import Payload, Safe, Uuid


class Units(StrEnum):
    """What temperatures are told in."""

    METRIC = "metric"
    IMPERIAL = "imperial"


class Sky(StrEnum):
    """What one sees looking up."""

    CLEAR = "clear"
    CLOUDS = "clouds"
    RAIN = "rain"


class ForecastQuery(Payload, source="assumed"):
    """How a forecast is asked for."""

    units: Units


class CityPath(Payload, source="assumed"):
    """A city in a path."""

    city: Safe[str]


class AlertPath(Payload, source="assumed"):
    """An alert in a path."""

    alert: Uuid


class Day(Payload, source="assumed"):
    """One day of a forecast."""

    sky: Sky
    high: Safe[float]
    low: Safe[float]
    note: Safe[str] | None


class Forecast(Payload, source="assumed"):
    """The days ahead in one city."""

    city: Safe[str]
    units: Units
    days: list[Day]


class AlertRequest(Payload, source="assumed"):
    """Tell somebody when a city is hotter than ``above`` degrees."""

    city: Safe[str]
    above: Annotated[Safe[int], Field(ge=-90, le=60)]
    email: str


class Alert(Payload, source="assumed"):
    """An alert that is set."""

    id: Uuid
    city: Safe[str]
    above: Safe[int]
    email: str
    fired: bool


class Problem(Payload, source="assumed"):
    """Why there is no answer."""

    error: Safe[str]
