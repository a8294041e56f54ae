"""What an operator of Judge0 may configure, with the defaults of release 1.13.1.

The fields are those of GET /config_info, in its order.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Seconds are floats, sizes are kilobytes."""

    maintenance_mode: bool = False
    enable_wait_result: bool = True
    enable_compiler_options: bool = True
    allowed_languages_for_compile_options: tuple[str, ...] = ()
    enable_command_line_arguments: bool = True
    enable_submission_delete: bool = False
    enable_callbacks: bool = True
    callbacks_max_tries: int = 3
    callbacks_timeout: float = 5.0
    enable_additional_files: bool = True
    max_queue_size: int = 100
    cpu_time_limit: float = 5.0
    max_cpu_time_limit: float = 15.0
    cpu_extra_time: float = 1.0
    max_cpu_extra_time: float = 5.0
    wall_time_limit: float = 10.0
    max_wall_time_limit: float = 20.0
    memory_limit: int = 128000
    max_memory_limit: int = 512000
    stack_limit: int = 64000
    max_stack_limit: int = 128000
    max_processes_and_or_threads: int = 60
    max_max_processes_and_or_threads: int = 120
    enable_per_process_and_thread_time_limit: bool = False
    allow_enable_per_process_and_thread_time_limit: bool = True
    enable_per_process_and_thread_memory_limit: bool = False
    allow_enable_per_process_and_thread_memory_limit: bool = True
    max_file_size: int = 1024
    max_max_file_size: int = 4096
    number_of_runs: int = 1
    max_number_of_runs: int = 20
    redirect_stderr_to_stdout: bool = False
    max_extract_size: int = 10240
    enable_batched_submissions: bool = True
    max_submission_batch_size: int = 20
    submission_cache_duration: float = 1.0
    use_docs_as_homepage: bool = False
    allow_enable_network: bool = False
    """Judge0 itself ships True. A program with the network has this machine's, loopback and all, so here
    it is a state that has to be asked for."""
    enable_network: bool = False

    def as_config_info(self) -> dict[str, object]:
        """The body of GET /config_info."""
        return asdict(self)
