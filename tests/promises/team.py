"""The weather team once it has promised something: a client that behaves, and what it promises.

Both are text, since they stand in a copy of the team's workspace, where tests plant breaks in them.
"""

from __future__ import annotations

CLIENT = "consumers/weather/client.py"
PROMISES = "consumers/weather/promises.py"
SCENARIOS = "consumers/weather/scenarios.py"

CLIENT_TEXT = '''"""The team's own client of the weather service."""

import itertools
import time

import requests
from contracts.weather.payloads import Alert, AlertRequest, Forecast, Problem, Units
from pydantic import ValidationError
from urllib3.exceptions import HTTPError

TIMEOUT = (3.0, 10.0)
ATTEMPTS = 3
LARGEST = 1_000_000


class WeatherError(Exception):
    """The service refused. ``status`` is its HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class NotReached(Exception):
    """Nothing was sent."""


class NoAnswer(Exception):
    """What became of it is not known."""


class Busy(Exception):
    """The service cannot answer now."""


class Unreadable(Exception):
    """What came is no answer."""


class WeatherClient:
    def __init__(self, url: str, *, key: str) -> None:
        self._url = url
        self._key = key
        self._session = requests.Session()
        self._session.headers["X-Api-Key"] = key

    def forecast(self, city: str, *, units: Units = Units.METRIC) -> Forecast:
        return self._read(Forecast, "GET", f"/cities/{city}/forecast", params={"units": units.value})

    def set_alert(self, city: str, *, above: int, email: str) -> Alert:
        wanted = AlertRequest(city=city, above=above, email=email)
        return self._read(Alert, "POST", "/alerts", data=wanted.model_dump_json())

    def alert(self, alert: str) -> Alert:
        return self._read(Alert, "GET", f"/alerts/{alert}")

    def drop_alert(self, alert: str) -> None:
        if self._call("DELETE", f"/alerts/{alert}"):
            raise Unreadable("a body where none is due")

    def __enter__(self) -> "WeatherClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def _read(self, form, method, path, **sent):
        try:
            return form.model_validate_json(self._call(method, path, **sent), strict=True)
        except ValidationError:
            pass
        raise Unreadable("not as agreed")

    def _call(self, method: str, path: str, **sent: object) -> bytes:
        for attempt in itertools.count(1):
            try:
                return self._once(method, path, **sent)
            except NotReached:
                if attempt == ATTEMPTS:
                    raise
            except Busy:
                if attempt == ATTEMPTS or method != "GET":
                    raise
            time.sleep(1.0)

    def _once(self, method: str, path: str, **sent: object) -> bytes:
        headers = {"Content-Type": "application/json"} if "data" in sent else {}
        try:
            answer = self._session.request(
                method,
                self._url + path,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
                **sent,
            )
            body = answer.raw.read(LARGEST + 1, decode_content=True)
        except (requests.ConnectTimeout, requests.exceptions.SSLError):
            raise NotReached("no connection") from None
        except requests.ConnectionError as error:
            refused = "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)
            raise (NotReached if refused else NoAnswer)("no answer") from None
        except (requests.RequestException, HTTPError):
            raise NoAnswer("no answer") from None
        if len(body) > LARGEST:
            raise Unreadable("too long")
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Busy(f"status {answer.status_code}")
        if not 200 <= answer.status_code < 300:
            raise self._refusal(answer.status_code, body)
        return body

    def _refusal(self, status: int, body: bytes) -> Exception:
        try:
            return WeatherError(status, Problem.model_validate_json(body).error)
        except ValidationError:
            return Unreadable(f"status {status}")
'''

PROMISES_TEXT = '''"""What the client of the weather service promises."""

from consumers.weather.client import Busy, NoAnswer, NotReached, Unreadable
from contracts.weather.operations import weather
from troth.promise import Kind, Outcome, Promises, Raises, Recovers

ALWAYS = {
    Kind.UNREACHED: Outcome(once=Recovers(), lasting=Raises(NotReached)),
    Kind.UNTRUSTED: Outcome(once=Recovers(), lasting=Raises(NotReached)),
    Kind.NO_ANSWER: Raises(NoAnswer),
    Kind.UNREADABLE: Raises(Unreadable),
    Kind.OFF_CONTRACT: Raises(Unreadable),
}
LATER = Outcome(once=Recovers(), lasting=Raises(Busy))

promises = Promises(
    weather,
    deadline=100,
    reads={**ALWAYS, Kind.RATE_LIMITED: LATER, Kind.UNAVAILABLE: LATER},
    writes={**ALWAYS, Kind.RATE_LIMITED: Raises(Busy), Kind.UNAVAILABLE: Raises(Busy)},
)
'''
