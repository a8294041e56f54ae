"""Keeps an answer from filling the memory: Google's client reads whatever comes to its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter

MAX_ANSWER = 8 * 2**20
"""Bytes, unpacked. The longest page of keys is far below."""


class AnswerTooLong(requests.RequestException):
    """An answer has more than ``MAX_ANSWER`` bytes."""


class BoundedAdapter(HTTPAdapter):
    """Gives answers whose bodies cannot be read beyond ``MAX_ANSWER``."""

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """As its base."""
        response = super().send(request, *args, **options)
        response.raw = _Bounded(response.raw)
        return response


class _Bounded:
    """The raw answer, but for its stream, which is what ``requests`` reads a body from."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def stream(self, amt: int, *, decode_content: bool | None = None) -> Iterator[bytes]:
        read = 0
        for piece in self._raw.stream(amt, decode_content=decode_content):
            read += len(piece)
            if read > MAX_ANSWER:
                raise AnswerTooLong(f"an answer of more than {MAX_ANSWER} bytes")
            yield piece

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)
