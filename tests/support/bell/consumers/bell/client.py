"""The team's own client of the bell, and what takes in its webhooks."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import requests
from contracts.bell.payloads import Ring, RingEvent

from troth.scenario import Delivery

_TIMEOUT = (3.0, 10.0)
WINDOW = 60


class BellClient:
    """Rings, looks, and says where to tell of rings."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._headers = {"X-Key": key}

    def tell(self, url: str) -> None:
        """Have every ring told at ``url``."""
        self._call("PUT", "/hook", json={"url": url})

    def ring(self, note: str) -> Ring:
        """Ring."""
        return Ring.model_validate_json(self._call("POST", "/rings", json={"note": note}).content)

    def find(self, ring_id: str) -> Ring:
        """Look at a ring."""
        return Ring.model_validate_json(self._call("GET", f"/rings/{ring_id}").content)

    def _call(self, method: str, path: str, **details: Any) -> requests.Response:
        answer = requests.request(
            method, self._url + path, headers=self._headers, timeout=_TIMEOUT, **details
        )
        answer.raise_for_status()
        return answer


class Porter:
    """Takes in what the bell tells, if the bell signed it and it is no older than a minute."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self.heard: list[RingEvent] = []

    def receive(self, delivery: Delivery) -> int:
        """The status to answer with."""
        wanted = hmac.new(self._secret.encode(), delivery.body, hashlib.sha256).hexdigest()
        if delivery.headers.get("X-Signature") != wanted:
            return 401
        event = RingEvent.model_validate_json(delivery.body)
        if abs(delivery.received_at - event.sent) > WINDOW:
            return 401
        self.heard.append(event)
        return 200
