"""The standard streams as a shell may hand them over: closed, or a pipe that nobody reads any more."""

from __future__ import annotations

import os
import sys


def open_closed_streams() -> None:
    """Let no file of ours take the number of a standard stream that was closed.

    With ``>&-`` the first file that is opened becomes descriptor 1, and whatever is printed, also by
    Pact's native code, would go into it.
    """
    for number, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # the lowest free number, which is this one
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115 - for the rest of the process
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115


def print_document(text: str) -> None:
    """Write ``text`` to standard output; a reader that went away is no failure."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        read_by_nobody()


def read_by_nobody() -> None:
    """Let what is still printed go nowhere: the exit status tells what was found."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)
