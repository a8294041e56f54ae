"""What is sent to be judged, and what comes of it, in the client's own units."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from consumers.judge0 import units
from contracts.judge0.payloads import Outcome
from contracts.judge0.status import Status

BASH = 46
C = 50
CPP = 54
JAVA = 62
JAVASCRIPT = 63
PYTHON = 71

Json: TypeAlias = "str | int | float | bool"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may use; None leaves it to the service. Seconds, and sizes in bytes."""

    cpu_seconds: float | None = None
    extra_cpu_seconds: float | None = None
    wall_seconds: float | None = None
    memory: int | None = None
    stack: int | None = None
    file_size: int | None = None
    processes: int | None = None

    def fields(self) -> Iterator[tuple[str, Json | None]]:
        """The request's fields."""
        yield "cpu_time_limit", self.cpu_seconds
        yield "cpu_extra_time", self.extra_cpu_seconds
        yield "wall_time_limit", self.wall_seconds
        yield "memory_limit", units.to_kilobytes(self.memory)
        yield "stack_limit", units.to_kilobytes(self.stack)
        yield "max_file_size", units.to_kilobytes(self.file_size)
        yield "max_processes_and_or_threads", self.processes


@dataclass(frozen=True, slots=True)
class Program:
    """A program to run. ``language`` is Judge0's id; ``archive`` a zip of further files."""

    source: str | None
    language: int | None
    stdin: str | None = None
    expected_output: str | None = None
    arguments: str | None = None
    compiler_options: str | None = None
    limits: Limits = field(default_factory=Limits)
    runs: int | None = None
    redirect_stderr: bool | None = None
    archive: bytes | None = None
    callback_url: str | None = None
    network: bool | None = None
    """Whether it may reach the network, where the deployment lets any program."""

    def document(self, *, encoded: bool) -> dict[str, Json]:
        """The request body. Nothing is checked here: the rules are the service's."""
        fields = dict(self._fields(encoded=encoded))
        return {name: value for name, value in fields.items() if value is not None}

    def _fields(self, *, encoded: bool) -> Iterator[tuple[str, Json | None]]:
        for name, text in (
            ("source_code", self.source),
            ("stdin", self.stdin),
            ("expected_output", self.expected_output),
        ):
            yield name, units.encode(text) if encoded else text
        yield "language_id", self.language
        yield "command_line_arguments", self.arguments
        yield "compiler_options", self.compiler_options
        yield from self.limits.fields()
        yield "number_of_runs", self.runs
        yield "redirect_stderr_to_stdout", self.redirect_stderr
        yield "callback_url", self.callback_url
        yield "enable_network", self.network
        if self.archive is not None:
            yield "additional_files", base64.b64encode(self.archive).decode("ascii")


@dataclass(frozen=True, slots=True)
class Output:
    """What was printed."""

    data: bytes

    @property
    def text(self) -> str:
        """As UTF-8, with a mark where it is not."""
        return self.data.decode("utf-8", errors="replace")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a program. Nothing printed is None; so is everything before the end."""

    token: str
    status: Status
    stdout: Output | None
    stderr: Output | None
    compile_output: Output | None
    message: str | None
    cpu_seconds: Decimal | None
    memory: int | None
    """Bytes, at the peak."""

    @classmethod
    def of(cls, outcome: Outcome, *, encoded: bool) -> Verdict:
        """Read an answer.

        Raises:
            ValueError: a text is not the base64 that it should be.
        """
        message = _output(outcome.message, encoded=encoded)
        return cls(
            token=outcome.token,
            status=outcome.status.id,
            stdout=_output(outcome.stdout, encoded=encoded),
            stderr=_output(outcome.stderr, encoded=encoded),
            compile_output=_output(outcome.compile_output, encoded=encoded),
            message=None if message is None else message.text,
            cpu_seconds=units.seconds(outcome.time),
            memory=units.to_bytes(outcome.memory),
        )


def _output(text: str | None, *, encoded: bool) -> Output | None:
    data = units.decode(text) if encoded else (None if text is None else text.encode())
    return None if data is None else Output(data)
