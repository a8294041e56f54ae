"""The names that ``fields`` may list."""

from __future__ import annotations

COLUMNS = (
    "source_code",
    "language_id",
    "stdin",
    "expected_output",
    "stdout",
    "status_id",
    "created_at",
    "finished_at",
    "time",
    "memory",
    "stderr",
    "token",
    "number_of_runs",
    "cpu_time_limit",
    "cpu_extra_time",
    "wall_time_limit",
    "memory_limit",
    "stack_limit",
    "max_processes_and_or_threads",
    "enable_per_process_and_thread_time_limit",
    "enable_per_process_and_thread_memory_limit",
    "max_file_size",
    "compile_output",
    "exit_code",
    "exit_signal",
    "message",
    "wall_time",
    "compiler_options",
    "command_line_arguments",
    "redirect_stderr_to_stdout",
    "callback_url",
    "additional_files",
    "enable_network",
    "status",
    "language",
)
"""Every column of release 1.13.1; any other name is refused with 400.

Source: app/services/fields/submission.rb, db/schema.rb, v1.13.1."""

_ONE = f"({'|'.join(COLUMNS)})"
COLUMN_LIST = rf"^(\*|{_ONE}(,{_ONE})*)$"
"""``*``, or column names with commas between them."""
