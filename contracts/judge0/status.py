"""The fourteen statuses of a submission.

Source: judge0/judge0, app/enumerations/status.rb; docs/api/statuses_and_languages.
"""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """How far a submission is, or how it ended.

    7 to 10 and 12 hardly occur: a program runs through a shell, so one that a signal ended is an NZEC
    with the exit code 128 + signal. Do not wait for SIGSEGV to learn of a segmentation fault.
    """

    IN_QUEUE = 1
    PROCESSING = 2
    ACCEPTED = 3
    WRONG_ANSWER = 4
    TIME_LIMIT_EXCEEDED = 5
    COMPILATION_ERROR = 6
    RUNTIME_ERROR_SIGSEGV = 7
    RUNTIME_ERROR_SIGXFSZ = 8
    RUNTIME_ERROR_SIGFPE = 9
    RUNTIME_ERROR_SIGABRT = 10
    RUNTIME_ERROR_NZEC = 11
    RUNTIME_ERROR_OTHER = 12
    INTERNAL_ERROR = 13
    EXEC_FORMAT_ERROR = 14

    @property
    def description(self) -> str:
        """The text that comes with the id."""
        return _DESCRIPTIONS[self]

    @property
    def final(self) -> bool:
        """False while the submission waits or runs."""
        return self not in (Status.IN_QUEUE, Status.PROCESSING)

    @property
    def ran(self) -> bool:
        """Whether the program ran to an end, so that its time and memory are known."""
        return self.final and self not in (
            Status.COMPILATION_ERROR,
            Status.INTERNAL_ERROR,
            Status.EXEC_FORMAT_ERROR,
        )


_DESCRIPTIONS = {
    Status.IN_QUEUE: "In Queue",
    Status.PROCESSING: "Processing",
    Status.ACCEPTED: "Accepted",
    Status.WRONG_ANSWER: "Wrong Answer",
    Status.TIME_LIMIT_EXCEEDED: "Time Limit Exceeded",
    Status.COMPILATION_ERROR: "Compilation Error",
    Status.RUNTIME_ERROR_SIGSEGV: "Runtime Error (SIGSEGV)",
    Status.RUNTIME_ERROR_SIGXFSZ: "Runtime Error (SIGXFSZ)",
    Status.RUNTIME_ERROR_SIGFPE: "Runtime Error (SIGFPE)",
    Status.RUNTIME_ERROR_SIGABRT: "Runtime Error (SIGABRT)",
    Status.RUNTIME_ERROR_NZEC: "Runtime Error (NZEC)",
    Status.RUNTIME_ERROR_OTHER: "Runtime Error (Other)",
    Status.INTERNAL_ERROR: "Internal Error",
    Status.EXEC_FORMAT_ERROR: "Exec Format Error",
}
