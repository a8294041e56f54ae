"""What the team does with the weather service."""

from __future__ import annotations

import pytest
from consumers.weather.client import WeatherClient, WeatherError
from contracts.weather.operations import weather
from contracts.weather.payloads import Sky

from troth.scenario import Server

EMAIL = "ada@example.com"


@weather.scenario("a forecast tells of rain", given="it rains in Paris")
def forecast_tells_of_rain(server: Server) -> None:
    with WeatherClient(server.url, key=server.token) as client:
        days = client.forecast("Paris").days
    assert [day.sky for day in days] == [Sky.RAIN, Sky.CLEAR]


@weather.scenario("a city that nobody knows is refused")
def unknown_city(server: Server) -> None:
    with WeatherClient(server.url, key=server.token) as client, pytest.raises(WeatherError) as refusal:
        client.forecast("Atlantis")
    assert refusal.value.status == 404


@weather.scenario("a wrong key is refused", given="it rains in Paris")
def wrong_key(server: Server) -> None:
    with (
        WeatherClient(server.url, key=server.secret("wrong")) as client,
        pytest.raises(WeatherError) as refusal,
    ):
        client.forecast("Paris")
    assert refusal.value.status == 401


@weather.scenario("an alert is set, read and dropped", writes=True)
def alert_comes_and_goes(server: Server) -> None:
    with WeatherClient(server.url, key=server.token) as client:
        made = client.set_alert("Paris", above=30, email=EMAIL)
        read = client.alert(made.id)
        client.drop_alert(made.id)
    assert read == made
    assert read.fired is False
