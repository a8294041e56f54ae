"""Why a request was not answered: the nearest recording, what differs, and what to do next."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from troth.api import Api
from troth.exchange import Exchange, Request, Response, Source, SourceKind
from troth.judge import Mismatch
from troth.mock.difference import Difference, differences
from troth.mock.offers import Recording

_SHOWN = 8


class Reason(StrEnum):
    """Why nothing answers."""

    NEVER_RECORDED = "never recorded"
    NOT_PLAYED = "recorded, but not played in this test"
    ALREADY_PLAYED = "already played"
    BODY_DIFFERS = "the body differs"
    REQUEST_DIFFERS = "the request differs"
    EXPIRED = "the recording has expired"
    OTHER_CLIENT = "only requests is intercepted, and there is no network behind the mocks"
    NO_MOCK = "no mock serves this host, and there is no network behind the mocks"


@dataclass(frozen=True, slots=True)
class Known:
    """A recording that might have answered. ``played``: the test offered it."""

    recording: Recording
    played: bool
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Miss:
    """A request that nothing answers, explained. ``text`` holds nothing that may not be seen."""

    reason: Reason
    asked: str
    """What was asked, as an operation: ``POST /submissions``."""
    nearest: Recording | None = None
    differences: tuple[Difference, ...] = ()
    broken: tuple[Mismatch, ...] = ()
    """Where the request itself breaks the contract."""
    hint: str = ""

    @property
    def text(self) -> str:
        """The miss in a few lines, without the hint."""
        lines = [f"no mock answers {self.asked}: {self.reason}"]
        if self.nearest is not None:
            lines.append(f"  nearest: {_title(self.nearest)}")
        lines += [f"  {difference}" for difference in self.differences[:_SHOWN]]
        if len(self.differences) > _SHOWN:
            lines.append(f"  … and {len(self.differences) - _SHOWN} more differences")
        lines += [f"  against the contract: {mismatch}" for mismatch in self.broken[:_SHOWN]]
        return "\n".join(lines)


def explain(api: Api, request: Request, known: Sequence[Known]) -> Miss:
    """Why ``request`` was not answered, given every recording that could have."""
    broken = broken_parts(api, request)
    asked = _asked(api, request, broken)
    compared = [(each, differences(api, request, each.recording)) for each in known]
    if not compared:
        return Miss(Reason.NEVER_RECORDED, asked, broken=broken, hint=_record_hint(api))
    nearest, found = min(compared, key=_distance)
    reason = _reason(nearest, found)
    hint = _hint(reason, api, nearest.recording)
    return Miss(reason, asked, nearest.recording, found, broken, hint)


def foreign(request: Request, origin: str, apis: Iterable[str]) -> Miss:
    """A request to a host that no mock of this test serves."""
    served = ", ".join(sorted(apis)) or "none"
    return Miss(
        Reason.NO_MOCK,
        f"{request.method} {origin}",
        hint=f"this test mocks: {served}; ask for the fixture of the API that lives there, mock the host "
        "with responses, or name its origin in the fixture troth_passthrough",
    )


def other_client(api: str, host: str) -> Miss:
    """A connection to a mocked host by a client that is not intercepted."""
    return Miss(
        Reason.OTHER_CLIENT,
        f"{api}: a connection to {host}",
        hint=f"the mock answers such clients (httpx, urllib, ...) on loopback: give them {api}.url",
    )


def broken_parts(api: Api, request: Request) -> tuple[Mismatch, ...]:
    """Where the request itself breaks the contract."""
    exchange = Exchange(request, Response(0), Source(SourceKind.SYNTHETIC))
    return tuple(each for each in api.judge(exchange) if each.side == "request")


def _asked(api: Api, request: Request, broken: Sequence[Mismatch]) -> str:
    found = api.find(request.method, request.url)
    # The judge names an undeclared path in a form that may be shown.
    label = found[0].label if found is not None else broken[0].operation if broken else request.method
    return f"{api.name}: {label}"


def _distance(compared: tuple[Known, Sequence[Difference]]) -> tuple[int, int, bool, bool]:
    """Small for a recording that is near: the same operation, then few differences, then of use."""
    known, found = compared
    # Bodies that cannot be compared part by part are far apart.
    parts = sum(_SHOWN if each.part == "body" else 1 for each in found)
    return sum(each.elsewhere for each in found), parts, not known.played, known.expired


def _reason(nearest: Known, found: Sequence[Difference]) -> Reason:
    if not found:
        if nearest.expired:
            return Reason.EXPIRED
        return Reason.ALREADY_PLAYED if nearest.played else Reason.NOT_PLAYED
    if any(each.elsewhere for each in found):
        return Reason.NEVER_RECORDED
    of_body = all(each.part.startswith(("body", "header")) for each in found)
    return Reason.BODY_DIFFERS if of_body else Reason.REQUEST_DIFFERS


def _title(recording: Recording) -> str:
    place = recording.exchange.source.place
    status = recording.exchange.response.status
    where = f" ({place})" if place else ""
    return f"step {recording.step} of {recording.scenario!r}, which answers {status}{where}"


def _hint(reason: Reason, api: Api, nearest: Recording) -> str:
    again = record_command(api, nearest.scenario)
    match reason:
        case Reason.NEVER_RECORDED:
            return _record_hint(api)
        case Reason.NOT_PLAYED:
            return f"play it: {api.name}.play({json.dumps(nearest.scenario, ensure_ascii=False)})"
        case Reason.ALREADY_PLAYED:
            return (
                "each recorded exchange is given once; ask as often as the scenario does, or play it again. "
                f"If the scenario asks more often now: {again}"
            )
        case Reason.EXPIRED:
            return f"record it again: troth record {shlex.quote(api.name)} --expired"
        case _:
            return f"send what the scenario sends; if the scenario changed, record it again: {again}"


def _record_hint(api: Api) -> str:
    return (
        f"make the call in a scenario, then: troth record {shlex.quote(api.name)} --missing; "
        f"or answer it by hand: {api.name}.reply(operation, status, payload)"
    )


def record_command(api: Api, scenario: str) -> str:
    """The command that records a scenario again."""
    return f"troth record {shlex.quote(api.name)} {shlex.quote(scenario)}"
