"""Whether a service that was just deployed answers yet, and which version of it does."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from troth import jsontext
from troth.errors import CouldNotCheck
from troth.events import Emit, Noted, silent
from troth.exchange import Headers, Request, Response, UndecodableBody
from troth.fuzz.settings import Served
from troth.jsontext import Json
from troth.upstream import Upstream

GAP = 0.5
"""Seconds between two questions."""
_EACH = 5.0
"""Seconds that one question may take."""
_NOT_YET = frozenset({502, 503, 504})
"""What stands before a service answers so while there is none."""
_VERSION = re.compile(r"[\w.+:/@-][\w.+:/@ -]{0,79}", re.ASCII)
"""What is told as a version: whatever else stands in its place is none, and may hold anything."""

Ask = Callable[[str, float], Response]


def asking(headers: Mapping[str, str]) -> Ask:
    """What asks a URL, with these headers, for some seconds at most."""

    def ask(url: str, seconds: float) -> Response:
        upstream = Upstream(url, timeout=seconds)
        try:
            return upstream.send(Request("GET", url, Headers.of(headers)))
        finally:
            upstream.close()

    return ask


@dataclass(frozen=True)
class Waiting:
    """How long a service is waited for, and by which clock."""

    seconds: float = 30.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def until_ready(
    url: str, served: Served, ask: Ask, waiting: Waiting | None = None, *, emit: Emit = silent
) -> Response:
    """What ``url``, or its health path, answers as soon as it does.

    Raises:
        CouldNotCheck: it did not in time.
        UsageProblem: the URL cannot be used.
    """
    held = waiting or Waiting()
    asked = urljoin(url.rstrip("/") + "/", served.health) if served.health else url
    deadline = held.clock() + held.seconds
    while True:
        left = deadline - held.clock()
        answer, why = _asked(asked, ask, min(_EACH, max(left, GAP)))
        if answer is not None:
            return answer
        if deadline - held.clock() < GAP:
            raise CouldNotCheck(
                f"{asked} was not ready within {held.seconds:g} s: {why}", hint="--wait SECONDS waits longer"
            )
        emit(Noted(f"{asked} does not answer yet; waiting up to {held.seconds:g} s"))
        held.sleep(GAP)


def _asked(url: str, ask: Ask, seconds: float) -> tuple[Response | None, str]:
    try:
        answer = ask(url, seconds)
    except CouldNotCheck as error:
        return None, error.message
    return (None, f"it answers {answer.status}") if answer.status in _NOT_YET else (answer, "")


@dataclass(frozen=True, slots=True)
class Deployed:
    """The version that answers, and who says so; both empty where nobody does."""

    version: str = ""
    source: str = ""

    def __str__(self) -> str:
        return (
            f"version {self.version} ({self.source})" if self.version else "a version that it does not tell"
        )


def deployed(served: Served, health: Response, document: Json = None) -> Deployed:
    """The version by the health answer where settings name a place in it, else by the document served."""
    if served.header and (told := _version(health.headers.get(served.header))):
        return Deployed(told, f"header {served.header}")
    if served.member and (told := _version(member(_json(health), served.member))):
        return Deployed(told, f"{served.member} of {served.health}")
    if told := _version(member(document, "info.version")):
        return Deployed(told, "info.version of the document served")
    return Deployed()


def member(value: Json, dotted: str) -> Json:
    """The member ``a.b`` of a JSON value; None where it has none. A number is a place in a list."""
    for part in dotted.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _json(answer: Response) -> Json:
    try:
        return jsontext.read(answer.content)
    except (jsontext.NotJson, UndecodableBody):
        return None


def _version(value: Json) -> str:
    told = str(value) if isinstance(value, str | int | float) else ""
    return told if _VERSION.fullmatch(told) else ""
