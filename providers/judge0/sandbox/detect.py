"""Which isolation this machine allows, found by running a program in each."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path

from providers.judge0.sandbox import cgroups
from providers.judge0.sandbox.execute import Job, Sandbox
from providers.judge0.sandbox.isolation import Isolation, candidates, unisolated, write_etc
from providers.judge0.sandbox.limits import Limits

_PROBE_STATUS = 7
_PROBE = b"touch probe && exit 7\n"
_PROBE_LIMITS = Limits(cpu=5, extra_cpu=0, wall=10, memory=64000, stack=8192, processes=10, file_size=64)


class Unusable(Exception):
    """No program could be run; the message says why, way by way."""


def open_sandbox(*, isolated: bool, use_cgroups: bool = True) -> Sandbox:
    """The best sandbox that works here, with a folder of its own, to be removed with ``close_sandbox``.

    Raises:
        Unusable: none of the ways works.
    """
    base = Path(tempfile.mkdtemp(prefix="troth-judge0-"))
    try:
        base.chmod(0o711)
        write_etc(base / "etc")
        hierarchy = cgroups.detect() if use_cgroups else None
        return _first_working(candidates() if isolated else unisolated(), hierarchy, base)
    except BaseException:
        shutil.rmtree(base)
        raise


def close_sandbox(sandbox: Sandbox) -> None:
    """Remove its folder; nothing if that was done before."""
    if sandbox.base.exists():
        shutil.rmtree(sandbox.base)


def _first_working(ways: list[Isolation], hierarchy: cgroups.Hierarchy | None, base: Path) -> Sandbox:
    problems: dict[str, None] = {}
    for way in ways:
        sandbox = Sandbox(way, hierarchy, base)
        problem = _problem(sandbox)
        if problem is None:
            return sandbox
        # Ways that differ in details fail for one reason: it is told once.
        problems[f"{way.name()}: {problem}"] = None
    raise Unusable("; ".join(problems) or "bubblewrap (bwrap) is not installed")


def _problem(sandbox: Sandbox) -> str | None:
    workdir = sandbox.workdir()
    try:
        workdir.write("probe.sh", _PROBE)
        finish = sandbox.execute(workdir, Job("probe.sh", _PROBE_LIMITS), threading.Event())
        if finish.failure is not None:
            return finish.failure
        if finish.exit_status != _PROBE_STATUS or not workdir.has_file("probe"):
            return f"a trial program ended with {finish.exit_status} instead of {_PROBE_STATUS}"
        return None
    except OSError as error:
        return str(error)
    finally:
        workdir.remove()
