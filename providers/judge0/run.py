"""Compile and run a submission, as often as it asks, and come to its verdict."""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass
from decimal import Decimal

from contracts.judge0.status import Status
from providers.judge0.archive import unpack
from providers.judge0.sandbox.execute import Job, Sandbox
from providers.judge0.sandbox.limits import Finish, Limits, Stop
from providers.judge0.sandbox.workdir import Workdir
from providers.judge0.settings import Settings
from providers.judge0.submission import Draft, Result
from providers.judge0.verdict import Verdict, decide

logger = logging.getLogger(__name__)
_SHELL_SPECIAL = re.compile(r"[$&;<>|`]")
COMPILE_TIMEOUT = "Compilation time limit exceeded."


class Cancelled(Exception):
    """The submission was dropped while it ran."""


@dataclass(frozen=True, slots=True)
class Outcome:
    status: Status
    result: Result


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of the program."""

    verdict: Verdict
    finish: Finish
    stdout: bytes | None
    stderr: bytes | None
    compile_output: bytes | None


def judge(draft: Draft, sandbox: Sandbox, settings: Settings, cancelled: threading.Event) -> Outcome:
    """Run to a final status. What the machine refuses ends as Internal Error.

    Raises:
        Cancelled: ``cancelled`` was set meanwhile.
    """
    try:
        return _judge(draft, sandbox, settings, cancelled)
    except OSError as error:
        logger.exception("a submission could not be run")
        return Outcome(Status.INTERNAL_ERROR, Result(message=str(error)))


def _judge(draft: Draft, sandbox: Sandbox, settings: Settings, cancelled: threading.Event) -> Outcome:
    runs: list[_Run] = []
    while len(runs) < draft.number_of_runs:
        run = _run_once(draft, sandbox, settings, cancelled)
        if isinstance(run, Outcome):
            return run
        runs.append(run)
        if run.verdict.status is not Status.ACCEPTED:
            break
    return _summary(runs)


def _summary(runs: list[_Run]) -> Outcome:
    """The last run, with the averages of all."""
    last = runs[-1]
    result = Result(
        stdout=last.stdout,
        stderr=last.stderr,
        compile_output=last.compile_output,
        message=last.verdict.message,
        time=_mean_seconds([run.finish.cpu for run in runs]),
        wall_time=_seconds(last.finish.wall),
        memory=sum(run.finish.memory for run in runs) // len(runs),
        exit_code=last.verdict.exit_code,
    )
    return Outcome(last.verdict.status, result)


def _seconds(value: float) -> Decimal:
    return Decimal(f"{value:.3f}")


def _mean_seconds(values: list[float]) -> Decimal:
    return Decimal(repr(float(sum(map(_seconds, values)) / len(values))))


def _run_once(
    draft: Draft, sandbox: Sandbox, settings: Settings, cancelled: threading.Event
) -> _Run | Outcome:
    """The outcome itself when it does not compile."""
    workdir = sandbox.workdir()
    try:
        _fill(workdir, draft, settings)
        script = _compile_script(draft, workdir)
        compile_output = None
        if script is not None:
            finish = _execute(sandbox, workdir, _compile_job(script, settings), cancelled)
            compile_output = workdir.read_output("compile_output")
            if finish.exit_status != 0:
                return _not_compiled(finish, compile_output)
        return _run_program(draft, sandbox, workdir, compile_output, cancelled)
    finally:
        workdir.remove()


def _fill(workdir: Workdir, draft: Draft, settings: Settings) -> None:
    """Sources first: an archive replaces no file."""
    if draft.language.source_file is not None:
        workdir.write(draft.language.source_file, draft.source_code or b"")
    if draft.additional_files:
        left_out = unpack(draft.additional_files, workdir.box, max_kilobytes=settings.max_extract_size)
        if left_out:
            logger.warning(
                "additional_files: %d entries were left out, the first is %.80r", len(left_out), left_out[0]
            )
        workdir.adopt()


def _compile_script(draft: Draft, workdir: Workdir) -> str | None:
    """The name of the script that compiles; None when nothing is to be compiled."""
    if draft.language.is_project:
        return next((name for name in ("compile.sh", "compile") if workdir.has_file(name)), None)
    if draft.language.compile_cmd is None:
        return None
    options = _harmless(draft.compiler_options)
    workdir.write("compile.sh", draft.language.compile_cmd.replace("%s", options).encode())
    return "compile.sh"


def _compile_job(script: str, settings: Settings) -> Job:
    limits = Limits(
        cpu=settings.max_cpu_time_limit,
        extra_cpu=0,
        wall=settings.max_wall_time_limit,
        memory=settings.max_memory_limit,
        stack=settings.max_stack_limit,
        processes=settings.max_max_processes_and_or_threads,
        file_size=settings.max_max_file_size,
    )
    return Job(script, limits, stdout="compile_output", stderr=None)


def _not_compiled(finish: Finish, output: bytes | None) -> Outcome:
    """Every field of the run stays null."""
    if finish.failure is not None:
        return Outcome(Status.INTERNAL_ERROR, Result(message=finish.failure))
    timed_out = finish.stop in (Stop.CPU, Stop.WALL)
    text = COMPILE_TIMEOUT.encode() if timed_out else output
    return Outcome(Status.COMPILATION_ERROR, Result(compile_output=text))


def _run_program(
    draft: Draft, sandbox: Sandbox, workdir: Workdir, compile_output: bytes | None, cancelled: threading.Event
) -> _Run:
    job = _run_job(draft, _run_script(draft, workdir))
    finish = _execute(sandbox, workdir, job, cancelled)
    stdout = workdir.read_output("stdout")
    stderr = workdir.read_output("stderr") if job.stderr is not None else None
    verdict = decide(finish, job.limits, expected=draft.expected_output, stdout=stdout)
    return _Run(verdict, finish, stdout, stderr, compile_output)


def _run_script(draft: Draft, workdir: Workdir) -> str:
    """A project brings its own; bash says so when it does not."""
    if draft.language.is_project or draft.language.run_cmd is None:
        return next((name for name in ("run.sh", "run") if workdir.has_file(name)), "run.sh")
    arguments = _harmless(draft.command_line_arguments)
    workdir.write("run.sh", f"{draft.language.run_cmd} {arguments}".encode())
    return "run.sh"


def _run_job(draft: Draft, script: str) -> Job:
    limits = Limits(
        cpu=float(draft.cpu_time_limit),
        extra_cpu=float(draft.cpu_extra_time),
        wall=float(draft.wall_time_limit),
        memory=draft.memory_limit,
        stack=draft.stack_limit,
        processes=draft.max_processes_and_or_threads,
        file_size=draft.max_file_size,
    )
    return Job(
        script,
        limits,
        stdin=draft.stdin or b"",
        stderr=None if draft.redirect_stderr_to_stdout else "stderr",
        network=draft.enable_network,
    )


def _execute(sandbox: Sandbox, workdir: Workdir, job: Job, cancelled: threading.Event) -> Finish:
    finish = sandbox.execute(workdir, job, cancelled)
    if finish.stop is Stop.CANCELLED:
        raise Cancelled
    return finish


def _harmless(text: str | None) -> str:
    """Options and arguments go into a shell script, without what would start another command."""
    return _SHELL_SPECIAL.sub("", (text or "").strip()).encode("utf-8", "replace").decode()
