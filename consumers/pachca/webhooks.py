"""Takes in what Pachca delivers: checks who sent it and when, and knows what was taken already.

receiver = WebhookReceiver(os.environ["PACHCA_SIGNING_SECRET"])
status = receiver.answer(request.headers, request.body, handle)      # 200, 401 or 400

The signature is over the bytes as they came: JSON that was read and written again is another text. A
delivery has no id of its own, so it is known by its content.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from consumers.pachca.errors import BadSignature, Malformed, Stale, WebhookError
from consumers.pachca.seen import SeenInMemory, SeenStore
from contracts.pachca.webhooks import WebhookPayload

SIGNATURE = "Pachca-Signature"
DAY = 86_400.0

_WEBHOOK: TypeAdapter[WebhookPayload] = TypeAdapter(WebhookPayload)

_OF_ONE_EVENT = ("created_at", "changed_at", "started_at", "finished_at", "recording_id", "trigger_id")
"""Members that differ between two events that are otherwise the same."""


@dataclass(frozen=True, slots=True)
class Event:
    """A delivery that is genuine and in time."""

    type: str
    event: str
    sent_at: int
    """Unix seconds."""
    key: str
    """The same for the same event, however often it is delivered."""
    payload: WebhookPayload | None = field(repr=False)
    """None for a kind of event that our contract does not know."""
    document: Mapping[str, Any] = field(repr=False)
    """The whole body, as JSON."""
    duplicate: bool = False
    """It was taken already: acknowledge it, and do nothing."""


Handle: TypeAlias = Callable[[Event], object]


class WebhookReceiver:
    """Checks deliveries that are signed with ``secret``. Several threads may share one.

    ``window``: seconds by which the moment in a delivery may differ from ``clock``, either way.
    ``remember``: seconds for which an event is known again. One that says nothing of its own moment (a form
    that was submitted) is known only while it could be replayed: after that, the same content is a new event.

    A delivery that is tried again later than ``window`` after the moment in it is refused as stale; what a
    receiver that was down has missed is in the history, see ``Events.take_webhook_events``.
    """

    def __init__(
        self,
        secret: str,
        *,
        window: float = 60.0,
        remember: float = DAY,
        clock: Callable[[], float] = time.time,
        seen: SeenStore | None = None,
    ) -> None:
        if not secret:
            raise ValueError("without a signing secret anybody could sign")
        self._secret = secret.encode("utf-8")
        self._window = window
        # A delivery can be replayed from one end of the window to the other.
        self._replayable = 2 * window + 1
        self._remember = max(remember, self._replayable)
        self._clock = clock
        self._seen: SeenStore = SeenInMemory() if seen is None else seen

    def __repr__(self) -> str:
        return f"WebhookReceiver(window={self._window:g})"

    def receive(self, headers: Mapping[str, str], body: bytes) -> Event:
        """What was delivered, once ``body`` has been checked. It counts as taken from now on.

        Where handling it fails, ``forget`` it, or its next delivery is taken for a duplicate.

        Raises:
            BadSignature, Stale, Malformed: it must not be acted on.
        """
        self._check_signature(headers, body)
        document = _document(body)
        sent_at = self._moment(document)
        kind, event = _text(document, "type"), _text(document, "event")
        payload = _payload(body)
        key = _key(document)
        new = self._seen.add(key, 1, self._seconds(document))
        return Event(kind, event, sent_at, key, payload, document, duplicate=not new)

    def forget(self, event: Event) -> None:
        """Take the next delivery of ``event`` for a new one."""
        self._seen.delete(event.key)

    def answer(self, headers: Mapping[str, str], body: bytes, handle: Handle) -> int:
        """The HTTP status for a delivery: 200 for one that ``handle`` has dealt with, now or before.

        What ``handle`` raises comes through, and the delivery is forgotten, so that it may come again.
        """
        try:
            event = self.receive(headers, body)
        except WebhookError as error:
            return error.status
        if event.duplicate:
            return 200
        try:
            handle(event)
        except BaseException:
            self.forget(event)
            raise
        return 200

    def _check_signature(self, headers: Mapping[str, str], body: bytes) -> None:
        given = [value for name, value in headers.items() if name.lower() == SIGNATURE.lower()]
        if len(given) != 1:
            raise BadSignature(f"{len(given)} headers are called {SIGNATURE}")
        expected = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        # As bytes, since two texts that are not ASCII cannot be compared so.
        if not hmac.compare_digest(given[0].encode("utf-8", "replace"), expected.encode("ascii")):
            raise BadSignature("the signature is not one of this body with our secret")

    def _moment(self, document: Mapping[str, Any]) -> int:
        moment = document.get("webhook_timestamp")
        if not isinstance(moment, int) or isinstance(moment, bool):
            raise Malformed("webhook_timestamp is no integer")
        now = self._clock()
        if not now - self._window <= moment <= now + self._window:
            raise Stale(f"the delivery is not from within {self._window:g} s of now")
        return moment

    def _seconds(self, document: Mapping[str, Any]) -> int:
        own_moment = any(document.get(name) is not None for name in _OF_ONE_EVENT)
        return math.ceil(self._remember if own_moment else self._replayable)


def http_status(outcome: Event | WebhookError) -> int:
    """The HTTP status to answer with, for who calls ``receive``: a duplicate is fine."""
    return outcome.status if isinstance(outcome, WebhookError) else 200


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise Malformed("the body is not a JSON object")
    return document


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise Malformed(f"{name} is no text")
    return value


def _payload(body: bytes) -> WebhookPayload | None:
    try:
        return _WEBHOOK.validate_json(body, strict=True)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
    if any(map(_is_unknown, details)):
        return None
    places = ", ".join(f"{'.'.join(map(str, it['loc'])) or 'the whole'}: {it['type']}" for it in details[:5])
    # Raised out here, so that Pydantic's error, which shows values, is no part of it.
    raise Malformed(f"the body is not that of its type and event: {places}")


def _is_unknown(detail: ErrorDetails) -> bool:
    """Whether the contract does not know this kind of event, rather than it being broken."""
    return detail["type"] == "union_tag_invalid" or (
        detail["type"] == "literal_error" and detail["loc"][-1:] == ("event",)
    )


def _key(document: Mapping[str, Any]) -> str:
    """The content, less the moment of sending: whether a second attempt has a new one is not documented."""
    content = {name: value for name, value in document.items() if name != "webhook_timestamp"}
    try:
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        raise Malformed("the body is nested too deeply") from None
    return f"pachca-webhook-{hashlib.sha256(text.encode('ascii')).hexdigest()}"
