"""Start one program, watch it, end it in time, and say what it used."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from providers.judge0.sandbox import watch
from providers.judge0.sandbox.cgroups import Group, Hierarchy
from providers.judge0.sandbox.isolation import Isolation, Launch, command, processes_allowed
from providers.judge0.sandbox.limits import KILL_STATUS, Finish, Limits, Stop
from providers.judge0.sandbox.workdir import Workdir

_FIRST_LOOK, _LONGEST_STEP = 0.001, 0.01
"""Seconds between two looks at a program: short ones first, so that short programs are seen at all."""
_BOX_STEP = 0.05
_SCAN_SHARE = 4
"""A look at /proc is followed by a pause of this many times its length."""
_DEATH_DEADLINE = 10.0
_BIRTH_DEADLINE = 5.0
"""Seconds for which the first process of a sandbox is waited for, before it is ended without it."""


@dataclass(frozen=True, slots=True)
class Job:
    """A script in the box to run with bash. Its output goes to the workdir's files of these names."""

    script: str
    limits: Limits
    stdin: bytes = b""
    stdout: str = "stdout"
    stderr: str | None = "stderr"
    """None: into stdout."""
    network: bool = False


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The isolation and the control groups that this machine allows."""

    isolation: Isolation
    hierarchy: Hierarchy | None
    base: Path
    """A folder for the runs; holds ``etc``."""

    def workdir(self) -> Workdir:
        return Workdir.create(self.base, self.isolation.owner)

    def execute(self, workdir: Workdir, job: Job, cancelled: threading.Event) -> Finish:
        """Run the job to its end. Every process that it started is gone on return.

        Raises:
            OSError: the machine refused a process, a file or a control group.
        """
        with _group(self.hierarchy, job.limits) as group:
            run = _Run(self, workdir, job, group, cancelled)
            return run.finish()


@contextlib.contextmanager
def _group(hierarchy: Hierarchy | None, limits: Limits) -> Iterator[Group | None]:
    if hierarchy is None:
        yield None
        return
    group = hierarchy.make()
    try:
        group.limit(memory=limits.memory, processes=limits.processes)
        yield group
    finally:
        group.remove()


@dataclass(slots=True)
class _Run:
    sandbox: Sandbox
    workdir: Workdir
    job: Job
    group: Group | None
    cancelled: threading.Event
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    peak: int = 0
    seen_cpu: float = 0.0
    processes: int = 0
    status: str = ""
    child: int | None = None
    """pidfd of the first process inside, with whose end the whole sandbox ends."""

    def finish(self) -> Finish:
        reading, writing = os.pipe()
        try:
            os.set_blocking(reading, False)
            process, started = self._spawn(writing)
            os.close(writing)
            return self._to_end(process, started, reading)
        finally:
            os.close(reading)
            if self.child is not None:
                os.close(self.child)

    def _spawn(self, status_fd: int) -> tuple[subprocess.Popen[bytes], float]:
        stdin = self.workdir.output("stdin")
        stdin.write_bytes(self.job.stdin)
        launch = self._launch(status_fd)
        with contextlib.ExitStack() as files:
            source = files.enter_context(stdin.open("rb"))
            out = files.enter_context(self.workdir.output(self.job.stdout).open("wb"))
            error = subprocess.STDOUT
            if self.job.stderr is not None:
                error = files.enter_context(self.workdir.output(self.job.stderr).open("wb")).fileno()
            started = time.monotonic()
            process = subprocess.Popen(
                command(self.sandbox.isolation, launch, self.sandbox.base / "etc"),
                stdin=source,
                stdout=out,
                stderr=error,
                cwd=self.workdir.box,
                env={"PATH": os.defpath},
                pass_fds=(status_fd,),
                start_new_session=True,
            )
        return process, started

    def _launch(self, status_fd: int) -> Launch:
        return Launch(
            workdir=self.workdir,
            script=self.job.script,
            limits=self.job.limits,
            network=self.job.network,
            status_fd=status_fd,
            entrances=self.group.entrances() if self.group is not None else (),
            mark=self.mark,
            limit_processes=not self._group_holds("pids"),
        )

    def _to_end(self, process: subprocess.Popen[bytes], started: float, reading: int) -> Finish:
        outer = os.pidfd_open(process.pid)
        try:
            stop = self._watch(process, outer, started, reading)
            wall = time.monotonic() - started
            if stop is not None:
                self._kill(outer, reading)
            cpu = self._reap(process)
        finally:
            if process.returncode is None:
                self._kill(outer, reading)
                process.wait()
            os.close(outer)
        self._sweep()
        self._read_status(reading)
        return self._finish(process, stop, cpu, wall)

    def _watch(
        self, process: subprocess.Popen[bytes], outer: int, started: float, reading: int
    ) -> Stop | None:
        """None when the program ended by itself."""
        step, next_box, next_scan = _FIRST_LOOK, started + _BOX_STEP, 0.0
        while not _ended(outer, step):
            now = time.monotonic()
            self._read_status(reading)
            if now >= next_scan and not self._group_is_enough:
                self._scan(process.pid)
                next_scan = now + _SCAN_SHARE * (time.monotonic() - now)
            stop = self._over_limit(now - started)
            if stop is None and now >= next_box:
                stop = Stop.BOX if self.workdir.overfull() else None
                next_box = time.monotonic() + _BOX_STEP
            if stop is not None:
                return stop
            step = min(step * 2, _LONGEST_STEP)
        return None

    def _over_limit(self, wall: float) -> Stop | None:
        limits = self.job.limits
        if self.cancelled.is_set():
            return Stop.CANCELLED
        if wall > limits.wall:
            return Stop.WALL
        if limits.cpu and self._cpu() > limits.cpu + limits.extra_cpu:
            return Stop.CPU
        return self._over_watched_limit()

    def _over_watched_limit(self) -> Stop | None:
        if not self._group_holds("memory") and self.peak > self.job.limits.memory:
            return Stop.MEMORY
        if not self._group_holds("pids") and self.processes > processes_allowed(self.job.limits):
            return Stop.PROCESSES
        return None

    def _scan(self, root: int) -> None:
        usage = watch.usage(root)
        self.peak = max(self.peak, usage.memory)
        self.seen_cpu = max(self.seen_cpu, usage.cpu)
        self.processes = usage.processes

    def _cpu(self) -> float:
        counted = self.group.cpu() if self.group is not None else None
        return self.seen_cpu if counted is None else counted

    def _group_holds(self, controller: str) -> bool:
        return self.group is not None and controller in self.group.folders

    @property
    def _group_is_enough(self) -> bool:
        return self.group is not None and self._group_holds("pids") and self.group.cpu() is not None

    def _read_status(self, reading: int) -> None:
        """bubblewrap writes a JSON object a line: the first process inside, and at the end its status."""
        with contextlib.suppress(BlockingIOError):
            self.status += os.read(reading, 4096).decode()
        child = _reported(self.status, "child-pid")
        if self.child is None and child is not None:
            with contextlib.suppress(ProcessLookupError):
                self.child = os.pidfd_open(child)

    def _kill(self, outer: int, reading: int) -> None:
        """The first process inside goes first: its end ends all others, and bubblewrap still reaps it.

        Bubblewrap itself is not killed while it may be making that process: an orphan would be left,
        which waits for it for ever.
        """
        self._await_child(outer, reading)
        if self.child is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.child, signal.SIGKILL)
            if _ended(outer, 1.0):
                return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(outer, signal.SIGKILL)
        _ended(outer, _DEATH_DEADLINE)

    def _await_child(self, outer: int, reading: int) -> None:
        if self.sandbox.isolation.bubblewrap is None:
            return
        deadline = time.monotonic() + _BIRTH_DEADLINE
        while self.child is None and time.monotonic() < deadline and not _ended(outer, _FIRST_LOOK):
            self._read_status(reading)

    def _reap(self, process: subprocess.Popen[bytes]) -> float:
        """Seconds of CPU that bubblewrap and all that it waited for have used."""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return used.ru_utime + used.ru_stime

    def _sweep(self) -> None:
        """Wait until nothing of the run is alive; without isolation, find and kill it."""
        if self.child is not None:
            _ended(self.child, _DEATH_DEADLINE)
        if self.sandbox.isolation.bubblewrap is None:
            _kill_marked(self.mark)

    def _finish(
        self, process: subprocess.Popen[bytes], stop: Stop | None, reaped_cpu: float, wall: float
    ) -> Finish:
        counted = self.group.cpu() if self.group is not None else None
        peak = self.group.memory_peak() if self.group is not None else None
        code = process.returncode
        return Finish(
            exit_status=KILL_STATUS if stop is not None or code < 0 else code,
            stop=stop,
            cpu=max(reaped_cpu, self.seen_cpu) if counted is None else counted,
            wall=wall,
            memory=min(self.peak if peak is None else peak, self.job.limits.memory),
            failure=self._failure(stop, code),
        )

    def _failure(self, stop: Stop | None, code: int) -> str | None:
        """bubblewrap reports the status of a program that it ran; when it could not, it reports none."""
        if stop is not None or code <= 0 or self.sandbox.isolation.bubblewrap is None:
            return None
        if _reported(self.status, "exit-code") is not None:
            return None
        return f"the sandbox did not start (exit status {code}): {self._last_words()}"

    def _last_words(self) -> str:
        words = self.workdir.read_output(self.job.stderr or self.job.stdout) or b""
        return words[-300:].decode(errors="replace").strip()


def _ended(pidfd: int, within: float) -> bool:
    """The process is gone, or goes within so many seconds."""
    poller = select.poll()
    poller.register(pidfd, select.POLLIN)
    return bool(poller.poll(within * 1000))


def _reported(status: str, key: str) -> int | None:
    for line in status.splitlines(keepends=True):
        if line.endswith("\n") and key in (document := json.loads(line)):
            return int(document[key])
    return None


def _kill_marked(mark: str) -> None:
    """Stopped first: what is stopped cannot fork while the others are killed."""
    deadline = time.monotonic() + _DEATH_DEADLINE
    while (left := watch.marked(mark)) and time.monotonic() < deadline:
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
        time.sleep(0.002)
