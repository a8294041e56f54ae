"""From how a program ended to its status and message."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.judge0.status import Status
from providers.judge0.sandbox.limits import Finish, Limits, Stop

_BLANKS = b"\0\t\n\v\f\r "
"""What Ruby's rstrip takes off."""


@dataclass(frozen=True, slots=True)
class Verdict:
    status: Status
    message: str | None
    exit_code: int


def decide(finish: Finish, limits: Limits, *, expected: bytes | None, stdout: bytes | None) -> Verdict:
    """The verdict. A program runs through bash, so one that a signal ended has the exit code 128 + signal
    and the status NZEC: the statuses for single signals do not occur, as on the real service."""
    if finish.failure is not None:
        return Verdict(Status.INTERNAL_ERROR, finish.failure, 0)
    if finish.stop is Stop.WALL:
        return Verdict(Status.TIME_LIMIT_EXCEEDED, "Time limit exceeded (wall clock)", 0)
    if finish.stop is Stop.CPU:
        return Verdict(Status.TIME_LIMIT_EXCEEDED, "Time limit exceeded", 0)
    if finish.exit_status != 0:
        message = f"Exited with error status {finish.exit_status}"
        return Verdict(Status.RUNTIME_ERROR_NZEC, message, finish.exit_status)
    return _decide_by_time_and_output(finish, limits, expected, stdout)


def _decide_by_time_and_output(
    finish: Finish, limits: Limits, expected: bytes | None, stdout: bytes | None
) -> Verdict:
    if limits.cpu and finish.cpu > limits.cpu:
        return Verdict(Status.TIME_LIMIT_EXCEEDED, "Time limit exceeded", 0)
    if finish.wall > limits.wall:
        return Verdict(Status.TIME_LIMIT_EXCEEDED, "Time limit exceeded (wall clock)", 0)
    if expected is None or _comparable(expected) == _comparable(stdout):
        return Verdict(Status.ACCEPTED, None, 0)
    return Verdict(Status.WRONG_ANSWER, None, 0)


def _comparable(output: bytes | None) -> bytes | None:
    """Blanks at the end of each line and of the whole do not count; no output differs from empty text."""
    if output is None:
        return None
    return b"\n".join(line.rstrip(_BLANKS) for line in output.split(b"\n")).rstrip(_BLANKS)
