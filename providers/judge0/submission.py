"""A submission: what was asked, how far it is, and what came of it."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from contracts.judge0.status import Status
from providers.judge0.languages import Language


def new_token() -> str:
    """One that nobody guesses."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Draft:
    """A valid request. Seconds are Decimal, since they come back digit by digit; sizes are kilobytes."""

    language: Language
    source_code: bytes | None
    stdin: bytes | None
    expected_output: bytes | None
    number_of_runs: int
    cpu_time_limit: Decimal
    cpu_extra_time: Decimal
    wall_time_limit: Decimal
    memory_limit: int
    stack_limit: int
    max_processes_and_or_threads: int
    enable_per_process_and_thread_time_limit: bool
    enable_per_process_and_thread_memory_limit: bool
    max_file_size: int
    compiler_options: str | None
    command_line_arguments: str | None
    redirect_stderr_to_stdout: bool
    callback_url: str | None
    additional_files: bytes | None
    enable_network: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What a submission came to. Absent is None, as empty output is."""

    stdout: bytes | None = None
    stderr: bytes | None = None
    compile_output: bytes | None = None
    message: str | None = None
    time: Decimal | None = None
    """Seconds."""
    wall_time: Decimal | None = None
    """Seconds."""
    memory: int | None = None
    """Kilobytes."""
    exit_code: int | None = None
    exit_signal: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A consistent view of a submission; replaced as a whole, so that readers need no lock."""

    status: Status
    result: Result = Result()
    finished_at: datetime | None = None


@dataclass(slots=True, eq=False)
class Submission:
    """``progress`` alone changes. ``cancelled`` ends the program; ``done`` is set at the final status."""

    draft: Draft
    staged: bool = False
    """The first look shows In Queue, the second Processing, and later ones wait for the end."""
    token: str = field(default_factory=new_token)
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    progress: Progress = Progress(Status.IN_QUEUE)
    cancelled: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    looks: int = 0

    @property
    def weight(self) -> int:
        """Bytes of text that it holds in memory, nearly."""
        draft, result = self.draft, self.progress.result
        texts = (draft.source_code, draft.stdin, draft.expected_output, draft.additional_files)
        return sum(len(text or b"") for text in (*texts, result.stdout, result.stderr, result.compile_output))

    def start(self) -> None:
        self.progress = Progress(Status.PROCESSING)

    def finish(self, status: Status, result: Result) -> None:
        self.progress = Progress(status, result, datetime.now(UTC))
        self.done.set()
