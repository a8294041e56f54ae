"""A submission as JSON, with the columns of release 1.13.1 in their order.

Later development versions add started_at, queued_at, updated_at, queue_host and execution_host;
this release does not have them, and neither has the fake.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal

from contracts.judge0.status import Status
from providers.judge0.encoding import encode_lines
from providers.judge0.submission import Progress, Submission

DEFAULT_FIELDS = frozenset(
    ("token", "time", "memory", "stdout", "stderr", "compile_output", "message", "status")
)


def status_json(status: Status) -> dict[str, object]:
    """A status as it stands in a submission and in GET /statuses."""
    return {"id": int(status), "description": status.description}


class NotUtf8(Exception):
    """A text of the submission cannot be shown as JSON unless as base64."""


def present(
    submission: Submission, *, fields: Collection[str] = DEFAULT_FIELDS, base64_encoded: bool
) -> dict[str, object]:
    """The fields asked for, at the submission's true progress.

    Raises:
        NotUtf8: a text that was asked for is not UTF-8, and ``base64_encoded`` is off.
    """
    return present_at(submission, submission.progress, fields=fields, base64_encoded=base64_encoded)


def present_at(
    submission: Submission, progress: Progress, *, fields: Collection[str], base64_encoded: bool
) -> dict[str, object]:
    """The same at a given progress."""
    view = _View(submission, progress, base64_encoded=base64_encoded)
    return {name: column(view) for name, column in COLUMNS.items() if name in fields}


class _View:
    def __init__(self, submission: Submission, progress: Progress, *, base64_encoded: bool) -> None:
        self.submission = submission
        self.draft = submission.draft
        self.progress = progress
        self.result = progress.result
        self._base64_encoded = base64_encoded

    def text(self, data: bytes | None) -> str | None:
        if data is None:
            return None
        if self._base64_encoded:
            return encode_lines(data)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise NotUtf8 from error

    @property
    def message(self) -> str | None:
        message = self.result.message
        return None if message is None else self.text(message.encode())

    @property
    def additional_files(self) -> str | None:
        files = self.draft.additional_files
        return None if files is None else encode_lines(files)

    @property
    def language(self) -> dict[str, object]:
        return {"id": self.draft.language.id, "name": self.draft.language.name}


def _seconds(value: Decimal | None) -> str | None:
    """Decimals travel as text, with at least one digit after the point: "0.001", "5.0"."""
    if value is None:
        return None
    text = format(value, "f")
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def _moment(value: datetime | None) -> str | None:
    return (
        None if value is None else value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    )


COLUMNS: dict[str, Callable[[_View], object]] = {
    "source_code": lambda view: view.text(view.draft.source_code),
    "language_id": lambda view: view.draft.language.id,
    "stdin": lambda view: view.text(view.draft.stdin),
    "expected_output": lambda view: view.text(view.draft.expected_output),
    "stdout": lambda view: view.text(view.result.stdout),
    "status_id": lambda view: int(view.progress.status),
    "created_at": lambda view: _moment(view.submission.created_at),
    "finished_at": lambda view: _moment(view.progress.finished_at),
    "time": lambda view: _seconds(view.result.time),
    "memory": lambda view: view.result.memory,
    "stderr": lambda view: view.text(view.result.stderr),
    "token": lambda view: view.submission.token,
    "number_of_runs": lambda view: view.draft.number_of_runs,
    "cpu_time_limit": lambda view: _seconds(view.draft.cpu_time_limit),
    "cpu_extra_time": lambda view: _seconds(view.draft.cpu_extra_time),
    "wall_time_limit": lambda view: _seconds(view.draft.wall_time_limit),
    "memory_limit": lambda view: view.draft.memory_limit,
    "stack_limit": lambda view: view.draft.stack_limit,
    "max_processes_and_or_threads": lambda view: view.draft.max_processes_and_or_threads,
    "enable_per_process_and_thread_time_limit": (
        lambda view: view.draft.enable_per_process_and_thread_time_limit
    ),
    "enable_per_process_and_thread_memory_limit": (
        lambda view: view.draft.enable_per_process_and_thread_memory_limit
    ),
    "max_file_size": lambda view: view.draft.max_file_size,
    "compile_output": lambda view: view.text(view.result.compile_output),
    "exit_code": lambda view: view.result.exit_code,
    "exit_signal": lambda view: view.result.exit_signal,
    "message": lambda view: view.message,
    "wall_time": lambda view: _seconds(view.result.wall_time),
    "compiler_options": lambda view: view.draft.compiler_options,
    "command_line_arguments": lambda view: view.draft.command_line_arguments,
    "redirect_stderr_to_stdout": lambda view: view.draft.redirect_stderr_to_stdout,
    "callback_url": lambda view: view.draft.callback_url,
    "additional_files": lambda view: view.additional_files,
    "enable_network": lambda view: view.draft.enable_network,
    "status": lambda view: status_json(view.progress.status),
    "language": lambda view: view.language,
}

ALL_FIELDS = frozenset(COLUMNS)

IN_QUEUE = Progress(Status.IN_QUEUE)
PROCESSING = Progress(Status.PROCESSING)
