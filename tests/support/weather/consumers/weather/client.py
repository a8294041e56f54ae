"""The team's own client of the weather service."""

from __future__ import annotations

import requests
from contracts.weather.payloads import Alert, AlertRequest, Forecast, Problem, Units

_TIMEOUT = (3.0, 10.0)


class WeatherError(Exception):
    """The service refused. ``status`` is its HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class WeatherClient:
    """Asks for forecasts and sets alerts."""

    def __init__(self, url: str, *, key: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.headers["X-Api-Key"] = key

    def forecast(self, city: str, *, units: Units = Units.METRIC) -> Forecast:
        """The days ahead in ``city``.

        Raises:
            WeatherError: nobody knows the city, or the key is wrong.
        """
        answer = self._call("GET", f"/cities/{city}/forecast", params={"units": units.value})
        return Forecast.model_validate_json(answer)

    def set_alert(self, city: str, *, above: int, email: str) -> Alert:
        """Set an alert for temperatures above ``above`` degrees Celsius."""
        wanted = AlertRequest(city=city, above=above, email=email)
        answer = self._call("POST", "/alerts", data=wanted.model_dump_json())
        return Alert.model_validate_json(answer)

    def alert(self, alert: str) -> Alert:
        """Read an alert again."""
        return Alert.model_validate_json(self._call("GET", f"/alerts/{alert}"))

    def drop_alert(self, alert: str) -> None:
        """Forget an alert."""
        self._call("DELETE", f"/alerts/{alert}")

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def __enter__(self) -> WeatherClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(
        self, method: str, path: str, *, params: dict[str, str] | None = None, data: str | None = None
    ) -> bytes:
        headers = {"Content-Type": "application/json"} if data is not None else {}
        answer = self._session.request(
            method, self._url + path, params=params, data=data, headers=headers, timeout=_TIMEOUT
        )
        if not answer.ok:
            raise WeatherError(answer.status_code, Problem.model_validate_json(answer.content).error)
        return answer.content
