"""What the parts of the client share: one transport, JSON both ways, and lists page by page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self, TypeAlias, TypeVar

from consumers.campus_web import answers
from consumers.campus_web.transport import Call, Transport
from consumers.campus_web.waiting import Clock, Patience
from contracts.campus.paging import Page

T = TypeVar("T")
Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Query: TypeAlias = Mapping[str, "str | int | None"]

PAGE_SIZE = 50
VERSION = "/api/v1"


class Caller:
    """Holds the connection. A client a thread.

    ``url`` is the service's, without the version of its API; ``token`` is a user's, or empty for who has to
    log in; ``ca_bundle`` is a file, and Requests' own certificates hold without it.
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        patience: Patience | None = None,
        clock: Clock | None = None,
        ca_bundle: str = "",
    ) -> None:
        self._transport = Transport(
            f"{url.rstrip('/')}{VERSION}",
            token,
            patience=patience or Patience(),
            clock=clock or Clock(),
            ca_bundle=ca_bundle,
        )

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
        return self._read(Call("GET", path, pairs(query or {})), form)

    def _write(self, method: str, path: str, status: int, form: type[T], document: Json) -> T:
        return self._read(Call(method, path, body=as_json(document), takes=(status,)), form)

    def _read(self, call: Call, form: type[T]) -> T:
        return answers.read(call, self._transport.send(call), form)

    def _delete(self, path: str) -> None:
        call = Call("DELETE", path, takes=(204,))
        answers.expect(call, self._transport.send(call))

    def _items(
        self, path: str, form: type[Page[T]], query: Query | None = None, *, size: int = PAGE_SIZE
    ) -> Iterator[T]:
        """Every item of a list, page by page as they are asked for. ``size``: items in a page."""
        met, number = 0, 1
        while True:
            page = self._get(path, form, {**(query or {}), "page": number, "page_size": size})
            yield from page.items
            met, number = met + len(page.items), number + 1
            # An empty page ends it as well: the list may have become shorter meanwhile.
            if not page.items or met >= page.count:
                return


def pairs(query: Query) -> tuple[tuple[str, str], ...]:
    """A query as it goes out, without what is None."""
    return tuple((name, str(value)) for name, value in query.items() if value is not None)


def given(**members: Json) -> dict[str, Json]:
    """The members that are not None: what is left out stays as it is, or as the service has it."""
    return {name: value for name, value in members.items() if value is not None}


def as_json(document: Json) -> bytes:
    """A body. What is sent is judged by the service, not here.

    Raises:
        ValueError: a text holds half of a surrogate pair.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        pass
    # Raised out here, since the error of the codec holds the whole text.
    raise ValueError("the text holds half of a surrogate pair")
