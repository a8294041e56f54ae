"""What the parts of the client share: one transport, JSON both ways, and lists page by page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeAlias, TypeVar
from urllib.parse import quote

import requests

from consumers.pachca import answers
from consumers.pachca.errors import Unreadable
from consumers.pachca.transport import Call, Transport
from consumers.pachca.waiting import Clock, Patience
from contracts.pachca.paging import Page

T = TypeVar("T")
Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Query: TypeAlias = Mapping[str, "str | int | bool | Sequence[str] | None"]

PAGE_SIZE = 50
"""The most that a page of most lists may hold."""


class Caller:
    """Holds the connection. A client a thread.

    ``timeout``: seconds for connecting and for each read. ``deadline``: seconds for one call with all its
    attempts and pauses. ``retries``: how often at most a call is sent again. ``max_wait``: the longest pause,
    in seconds, that the service may ask for; beyond it ``RateLimited`` is raised at once.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout: tuple[float, float] = (3.05, 30.0),
        deadline: float = 120.0,
        retries: int = 3,
        max_wait: float = 30.0,
        clock: Clock | None = None,
        session: requests.Session | None = None,
    ) -> None:
        connect, read = timeout
        patience = Patience(connect, read, deadline, retries, longest=max_wait)
        self._transport = Transport(url, token, patience=patience, clock=clock or Clock(), session=session)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._transport.close()

    def _get(self, path: str, form: type[T], query: Query | None = None) -> T:
        return self._read(Call("GET", path, pairs(query or {})), 200, form)

    def _write(self, method: str, path: str, status: int, form: type[T], document: Json = None) -> T:
        return self._read(_writing(method, path, document), status, form)

    def _do(self, method: str, path: str, document: Json = None, *, query: Query | None = None) -> None:
        """A write that is answered with 204."""
        call = _writing(method, path, document, pairs(query or {}))
        answers.expect(call, self._transport.send(call), 204)

    def _read(self, call: Call, status: int, form: type[T]) -> T:
        return answers.read(call, self._transport.send(call), status, form)

    def _items(
        self, path: str, form: type[Page[T]], query: Query | None = None, *, size: int = PAGE_SIZE
    ) -> Iterator[T]:
        """Every item of a list, page by page as they are asked for. ``size``: items in a page."""
        cursor: str | None = None
        met = {""}
        while True:
            page = self._get(path, form, {**(query or {}), "limit": size, "cursor": cursor})
            yield from page.data
            cursor = _following(page)
            if cursor is None:
                return
            # Without this, a service that goes in a circle would be asked for ever.
            if cursor in met:
                raise Unreadable("a list whose pages go in a circle")
            met.add(cursor)


def _following(page: Page[T]) -> str | None:
    """The cursor of the next page; None at the end, where a page has one too.

    Some lists say nothing of their end: there it is a page without items.
    """
    cursors = page.meta.paginate
    told = "has_next" in cursors.model_fields_set
    more = cursors.has_next if told else bool(page.data and cursors.next_page)
    return cursors.next_page if more else None


def path(*parts: str | int) -> str:
    """A path of these parts, each of which stays one part."""
    return "".join(f"/{quote(str(part), safe='')}" for part in parts)


def pairs(query: Query) -> tuple[tuple[str, str], ...]:
    """A query as it goes out, without what is None."""
    return tuple((name, text) for name, value in query.items() if value is not None for text in _texts(value))


def _texts(value: str | int | bool | Sequence[str]) -> list[str]:  # noqa: FBT001 - a conversion
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [str(value)] if isinstance(value, str | int) else list(value)


def moment(at: datetime | None) -> str | None:
    """A moment as a query has it: UTC, to the millisecond.

    Raises:
        ValueError: it does not say in which zone it is.
    """
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone is none")
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def given(**members: Json) -> dict[str, Json]:
    """The members that are not None: what is left out stays as it is, or as the service has it."""
    return {name: value for name, value in members.items() if value is not None}


def _writing(method: str, path: str, document: Json, query: tuple[tuple[str, str], ...] = ()) -> Call:
    return Call(method, path, query, None if document is None else _json(document))


def _json(document: Json) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        pass
    # Raised out here, since the error of the codec holds the whole text.
    raise ValueError("the text holds half of a surrogate pair")
