"""The body of an answer, read within bounds of size and time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import requests

_PIECE = 65_536


def whole_body(
    response: requests.Response, *, at_most: int, end: float, monotonic: Callable[[], float]
) -> bytes | None:
    """The whole body, or little more than ``at_most`` bytes; None when it has not ended at ``end``.

    A timeout counts from one piece to the next, so a service that trickles would never meet it.
    """
    read = bytearray()
    for piece in _pieces(response):
        read += piece
        if len(read) > at_most:
            break
        if monotonic() >= end:
            return None
    return bytes(read)


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """The body as it arrives, decoded; ``iter_content`` would wait for whole chunks."""
    while piece := response.raw.read1(_PIECE, decode_content=True):
        yield piece
