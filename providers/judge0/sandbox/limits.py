"""What a program may use, and what it used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

KILL_STATUS = 137
"""Exit status of a program that was killed: 128 + SIGKILL."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds are floats, sizes kilobytes. 0 means no limit for ``cpu``, ``stack`` and ``file_size``."""

    cpu: float
    extra_cpu: float
    """The program may run on for this long beyond ``cpu``, so that its real time is reported."""
    wall: float
    memory: int
    stack: int
    processes: int
    file_size: int


class Stop(Enum):
    """Why a program was ended from outside."""

    CPU = "cpu"
    WALL = "wall"
    MEMORY = "memory"
    PROCESSES = "processes"
    BOX = "box"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Finish:
    """How a program ended."""

    exit_status: int
    stop: Stop | None
    cpu: float
    """Seconds of CPU time, children included."""
    wall: float
    """Seconds."""
    memory: int
    """Peak in kilobytes, children included."""
    failure: str | None = None
    """The sandbox itself failed, so that the program never ran."""
