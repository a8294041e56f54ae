"""A struck call on a real connection: what ``LoopbackServer`` does in the place of an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from troth.errors import CouldNotCheck
from troth.exchange import Response
from troth.faults.catalogue import DRIP_PAUSES, Hit, Struck
from troth.line import LONGEST, Answered, Line, Misbehaving

_BLOCK = b" " * 65_536


def on_the_wire(hit: Hit) -> Answered:
    """How the fault of ``hit`` strikes the connection on which the request came.

    Raises:
        CouldNotCheck: it strikes before there is a connection.
    """
    name, struck = hit.fault.name, hit.struck
    if struck is None:
        play = _WITHOUT_ANSWER.get(name)
        if play is None:
            raise CouldNotCheck(
                f"{name} strikes before a request is sent: it has no form on a connection",
                hint="troth serve has it on its port",
            )
        return Misbehaving(hit.good, play)
    if struck.breaks_after is not None:
        # The answer to a HEAD has no body in which anything could go wrong.
        headless = hit.request.method == "HEAD"
        return Misbehaving(
            struck.response, _WITHOUT_BODY[name] if headless else _breaking(name, struck.breaks_after)
        )
    return Misbehaving(struck.response, _padded(struck)) if struck.padding else struck.response


def _silent(line: Line, _response: Response) -> None:
    line.wait(LONGEST)


def _reset(line: Line, _response: Response) -> None:
    line.reset()


def _ended(_line: Line, _response: Response) -> None:
    pass


def _rest_reset(line: Line, _rest: bytes) -> None:
    line.reset()


def _rest_missing(_line: Line, _rest: bytes) -> None:
    pass


def _rest_drips(line: Line, rest: bytes) -> None:
    for at, pause in enumerate(DRIP_PAUSES):
        line.send(rest[at : at + 1])
        if not line.wait(pause):
            return


_WITHOUT_ANSWER: Mapping[str, Callable[[Line, Response], None]] = {
    "read_timeout": _silent,
    "reset_before_headers": _reset,
}
_WITHOUT_BODY: Mapping[str, Callable[[Line, Response], None]] = {
    "reset_mid_body": _reset,
    "body_short": _ended,
    "body_drips": _silent,
}
_RESTS: Mapping[str, Callable[[Line, bytes], None]] = {
    "reset_mid_body": _rest_reset,
    "body_short": _rest_missing,
    "body_drips": _rest_drips,
}


def _breaking(name: str, after: int) -> Callable[[Line, Response], None]:
    def play(line: Line, response: Response) -> None:
        line.begin(response, len(response.body))
        line.send(response.body[:after])
        _RESTS[name](line, response.body[after:])

    return play


def _padded(struck: Struck) -> Callable[[Line, Response], None]:
    """The body and white space behind it, which is never whole in memory."""

    def play(line: Line, response: Response) -> None:
        line.begin(response, None)
        line.send(response.body)
        for sent in range(0, struck.padding, len(_BLOCK)):
            line.send(_BLOCK[: struck.padding - sent])

    return play
