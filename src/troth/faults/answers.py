"""What a struck call is answered with: the same for a mock in process and for a server on a socket."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from troth import jsontext
from troth.api import Api, Operation
from troth.errors import CouldNotCheck
from troth.exchange import Headers, Request, Response
from troth.faults import off_contract
from troth.faults.bomb import packed
from troth.faults.catalogue import Fault, Hit, Struck, fault
from troth.faults.minimal import minimal
from troth.jsontext import NotJson

TOO_LARGE = 16 * 2**20
"""Bytes that ``body_too_large`` sends."""
BOMB = 64 * 2**20
"""Bytes of white space that ``gzip_bomb`` unpacks to, behind the right answer."""
RETRY_AFTER = 1
"""Seconds that ``http_429`` asks to wait."""
_LEAST_BODY = 16
"""Bytes. A body that breaks off in the middle needs a middle, and one that drips some drops."""
_LOOP = "_troth_loop"
_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>{title}</title></head>"
    "<body><center><h1>{title}</h1></center></body></html>\n"
)

Clock = Callable[[], float]
"""Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What an answer is made from."""

    api: Api
    operation: Operation
    fault: Fault
    good: Response
    request: Request
    clock: Clock


def needs_answer(found: Fault) -> bool:
    """Whether the fault is done to an answer, so that there must be one."""
    return found.has_places or found.name in _OF_AN_ANSWER


def fits(api: Api, found: Fault, good: Response, request: Request) -> bool:
    """Whether the fault can strike ``good``: one that breaks a field needs such a field."""
    return not found.has_places or off_contract.broken(api, found, good, request) is not None


def stand_in(api: Api, operation: Operation, request: Request) -> Response:
    """A small answer that succeeds, in the place of one that nobody recorded."""
    status = min((each for each in operation.answers if each < 300), default=200)
    return minimal(api, operation, status, request) or Response(status)


def hit(
    api: Api,
    operation: Operation,
    found: Fault,
    good: Response,
    request: Request,
    *,
    clock: Clock | None = None,
) -> Hit:
    """The fault done to ``good``. ``clock`` tells the time, where an answer has a date in it.

    Raises:
        CouldNotCheck: the fault cannot be done to this answer.
    """
    make = _OFF_CONTRACT if found.has_places else _MAKERS.get(found.name)
    # Looked up here and not as a default: a virtual clock stands in its place while it runs.
    case = _Case(api, operation, found, good, request, clock or time.time)
    return Hit(found, good, request, make(case) if make is not None else None)


def looped(request: Request) -> Hit | None:
    """The next turn of ``redirect_loop``, if the request is one."""
    query = urlsplit(request.url).query
    if _LOOP not in query or _LOOP not in dict(parse_qsl(query)):
        return None
    found = _redirect(request)
    return Hit(fault("redirect_loop"), found.response, request, found)


def _redirect(request: Request) -> Struck:
    # Without the query of the request: it may hold what a log of redirects should not.
    place = f"{urlsplit(request.url).path or '/'}?{_LOOP}=1"
    return Struck(Response(302, Headers.of({"Location": place})))


def _status(status: int, headers: Mapping[str, str] | None = None) -> Callable[[_Case], Struck]:
    def made(case: _Case) -> Struck:
        declared = minimal(case.api, case.operation, status, case.request)
        response = declared or _plain(status)
        for name, value in (headers or {}).items():
            response = Response(status, response.headers.with_(name, value), response.body)
        return Struck(response)

    return made


def _limited_until(case: _Case) -> Struck:
    # A date has no fractions: rounded up, so that it is not in the past for who reads it at once.
    until = formatdate(int(case.clock()) + RETRY_AFTER + 1, usegmt=True)
    return _status(429, {"Retry-After": until})(case)


def _limited(case: _Case) -> Struck:
    struck = _status(429)(case)
    kept = struck.response.headers.without("Retry-After")
    return Struck(Response(struck.response.status, kept, struck.response.body))


def _plain(status: int) -> Response:
    text = f"{HTTPStatus(status).phrase}\n"
    return Response(status, Headers.of({"Content-Type": "text/plain"}), text.encode())


def _page(status: int, title: str) -> Response:
    return Response(
        status, Headers.of({"Content-Type": "text/html; charset=utf-8"}), _PAGE.format(title=title).encode()
    )


def _gateway(case: _Case) -> Struck:  # noqa: ARG001
    return Struck(_page(502, "502 Bad Gateway"))


def _wrong_page(case: _Case) -> Struck:
    return Struck(_page(_with_body(case.good.status), "Welcome"))


def _broken_json(case: _Case) -> Struck:
    body = _json(case).rstrip()
    cut = body[: len(body) - max(1, len(body) // 3)]
    # Half of a number is a number.
    return Struck(_changed(case.good, b"[" + cut if cut.isdigit() else cut or b"["))


def _without_body(case: _Case) -> Struck:
    return Struck(_changed(case.good, b""))


def _not_utf8(case: _Case) -> Struck:
    body = _json(case)
    # Into the first text where there is one: elsewhere it would only be JSON that breaks off.
    at = body.find(b'"') + 1
    return Struck(_changed(case.good, body[:at] + b"\xff\xfe" + body[at:]))


def _too_large(case: _Case) -> Struck:
    body = _json(case)
    return Struck(_changed(case.good, body), padding=max(0, TOO_LARGE - len(body)))


def _bomb(case: _Case) -> Struck:
    body = _json(case)
    bombed = _changed(case.good, packed(body, blocks=BOMB // 2**20))
    return Struck(Response(bombed.status, bombed.headers.with_("Content-Encoding", "gzip"), bombed.body))


def _loop(case: _Case) -> Struck:
    return _redirect(case.request)


def _half(case: _Case) -> Struck:
    whole = _padded(case.good)
    return Struck(whole, breaks_after=len(whole.body) // 2)


def _dripping(case: _Case) -> Struck:
    return Struck(_padded(case.good), breaks_after=0)


def _off_contract(case: _Case) -> Struck:
    response = off_contract.broken(case.api, case.fault, case.good, case.request)
    if response is None:
        where = f" at {case.fault.place}" if case.fault.place else ""
        raise CouldNotCheck(
            f"{case.api.name}: {case.fault.name} has nothing to strike{where} in this answer of "
            f"{case.operation.label} with status {case.good.status}"
        )
    return Struck(response)


def _json(case: _Case) -> bytes:
    """The good body, if it is JSON.

    Raises:
        CouldNotCheck: it is not, so that it cannot become JSON of a wrong kind.
    """
    try:
        jsontext.read(case.good.content)
    except (NotJson, ValueError) as error:
        raise CouldNotCheck(
            f"{case.api.name}: {case.fault.name} strikes answers with JSON; {case.operation.label} would "
            f"have answered {case.good.status} without",
            hint="name an operation that answers with JSON: fault(..., operation=...)",
        ) from error
    return case.good.content


def _with_body(status: int) -> int:
    """``status``, or 200 where that one never has a body."""
    return 200 if status in (204, 304) or status < 200 else status


def _changed(good: Response, body: bytes) -> Response:
    headers = good.headers.without("Content-Length", "Content-Encoding", "Transfer-Encoding")
    return Response(good.status, headers, body)


def _padded(good: Response) -> Response:
    whole = _changed(good, good.content.ljust(_LEAST_BODY))
    return Response(_with_body(whole.status), whole.headers, whole.body)


_MAKERS: Mapping[str, Callable[[_Case], Struck]] = {
    "reset_mid_body": _half,
    "body_short": _half,
    "body_drips": _dripping,
    "http_429": _status(429, {"Retry-After": str(RETRY_AFTER)}),
    "http_429_date": _limited_until,
    "http_429_bare": _limited,
    "http_500": _status(500),
    "http_502_html": _gateway,
    "http_503": _status(503),
    "http_504": _status(504),
    "malformed_json": _broken_json,
    "empty_body": _without_body,
    "wrong_content_type": _wrong_page,
    "invalid_utf8": _not_utf8,
    "body_too_large": _too_large,
    "gzip_bomb": _bomb,
    "redirect_loop": _loop,
}
_OFF_CONTRACT = _off_contract
_OF_AN_ANSWER = frozenset({"malformed_json", "invalid_utf8", "body_too_large", "gzip_bomb"})
