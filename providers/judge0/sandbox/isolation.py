"""How a program is shut in: the command line that runs it, and which isolation this machine allows.

With bubblewrap a program sees ``/usr`` read-only, its own ``/box``, ``/tmp`` and ``/dev/shm``, and
nothing else of the machine: no other files, processes, users or (unless asked for) network.
"""

from __future__ import annotations

import math
import os
import platform
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from providers.judge0.languages import SANDBOX_PATH
from providers.judge0.sandbox import watch
from providers.judge0.sandbox.limits import Limits
from providers.judge0.sandbox.workdir import Workdir

NOBODY = 65534
_INNER_USER = "1000"
_OPEN_FILES = 256
_SPARE_PROCESSES = 5
MARK = "TROTH_JUDGE0_RUN"
"""Environment variable that finds the processes of a run without isolation."""

_ENTER_GROUPS = (
    'n=$1; shift; while [ "$n" -gt 0 ]; do echo 0 > "$1" || exit 125; shift; n=$((n-1)); done; exec "$@"'
)
_LIMIT_AND_RUN = 'ulimit $1 || exit 125; exec /bin/bash "$2"'
_ETC = (
    "alternatives",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "ssl/certs",
    "ssl/openssl.cnf",
)
_ETC_OF_NETWORK = ("resolv.conf", "hosts", "nsswitch.conf")
_SYSTEM_FOLDERS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")


@dataclass(frozen=True, slots=True)
class Isolation:
    """One way to shut a program in. ``owner`` is the user that it runs under outside; None for the own."""

    bubblewrap: str | None
    owner: int | None = None
    nested_namespaces: bool = True
    """Programs may make user namespaces of their own: bubblewrap could not forbid it here."""

    def name(self) -> str:
        """Which way it is, in a few words."""
        user = "" if self.owner is None else f", as user {self.owner}"
        return f"NO isolation{user}" if self.bubblewrap is None else f"isolation by bubblewrap{user}"

    def describe(self) -> str:
        """Which way it is, and what programs see."""
        if self.bubblewrap is None:
            return f"{self.name()}: programs see this machine's files, processes and network"
        return f"{self.name()}: programs see /usr, and no other files, processes or network"


@dataclass(frozen=True, slots=True)
class Launch:
    """One program to start. ``entrances`` are the files through which it enters its control group."""

    workdir: Workdir
    script: str
    limits: Limits
    network: bool
    status_fd: int
    entrances: Sequence[str]
    mark: str
    limit_processes: bool
    """Nothing else limits their number."""


def candidates() -> list[Isolation]:
    """The ways worth trying with bubblewrap on this machine, best first."""
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        return []
    return [
        Isolation(bubblewrap, owner, nested_namespaces=nested)
        for owner in _owners()
        for nested in (False, True)
    ]


def unisolated() -> list[Isolation]:
    """The ways without isolation, best first."""
    return [Isolation(None, owner) for owner in _owners()]


def _owners() -> list[int | None]:
    can_drop = os.geteuid() == 0 and shutil.which("setpriv") is not None
    return [NOBODY, None] if can_drop else [None]


def command(isolation: Isolation, launch: Launch, etc: Path) -> list[str]:
    """The whole command line; ``etc`` holds the passwd and group files that the program sees."""
    entering = ["/bin/sh", "-c", _ENTER_GROUPS, "enter", str(len(launch.entrances)), *launch.entrances]
    inner = ["/bin/bash", "-c", _LIMIT_AND_RUN, "limit", _ulimits(isolation, launch), launch.script]
    around = _unwrapped(launch) if isolation.bubblewrap is None else _wrapped(isolation, launch, etc)
    return [*entering, *_dropping(isolation.owner), *around, *inner]


def _dropping(owner: int | None) -> list[str]:
    if owner is None:
        return []
    user = str(owner)
    return ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs"]


def _unwrapped(launch: Launch) -> list[str]:
    environment = _environment(str(launch.workdir.tmp))
    return ["/usr/bin/env", "-i", *(f"{k}={v}" for k, v in environment.items()), f"{MARK}={launch.mark}"]


def _environment(home: str) -> dict[str, str]:
    return {"PATH": SANDBOX_PATH, "HOME": home, "LANG": "C.UTF-8"}


def _wrapped(isolation: Isolation, launch: Launch, etc: Path) -> list[str]:
    workdir = launch.workdir
    arguments = [str(isolation.bubblewrap), "--unshare-all", "--unshare-user"]
    arguments += [] if isolation.nested_namespaces else ["--disable-userns"]
    arguments += ["--share-net"] if launch.network else []
    arguments += ["--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL"]
    arguments += ["--uid", _INNER_USER, "--gid", _INNER_USER, "--hostname", "judge0", "--clearenv"]
    for name, value in _environment("/tmp").items():
        arguments += ["--setenv", name, value]
    arguments += [*_system_folders(), *_etc(etc, network=launch.network), "--proc", "/proc", "--dev", "/dev"]
    for inside, outside in (("/box", workdir.box), ("/tmp", workdir.tmp), ("/dev/shm", workdir.shm)):
        arguments += ["--bind", str(outside), inside]
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/box"]
    return [*arguments, "--json-status-fd", str(launch.status_fd), "--"]


def _system_folders() -> list[str]:
    arguments = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM_FOLDERS:
        folder = Path("/", name)
        if folder.is_symlink():
            arguments += ["--symlink", os.readlink(folder), str(folder)]
        elif folder.is_dir():
            arguments += ["--ro-bind", str(folder), str(folder)]
    return arguments


def _etc(etc: Path, *, network: bool) -> list[str]:
    arguments = ["--dir", "/etc"]
    for name in ("passwd", "group"):
        arguments += ["--ro-bind", str(etc / name), f"/etc/{name}"]
    java = [folder.name for folder in Path("/etc").glob("java-*-openjdk")]
    for name in (*_ETC, *java, *(_ETC_OF_NETWORK if network else ())):
        arguments += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return arguments


def write_etc(folder: Path) -> None:
    """The two files that name the only user that a program knows."""
    folder.mkdir(mode=0o755)
    (folder / "passwd").write_text(f"judge:x:{_INNER_USER}:{_INNER_USER}::/tmp:/bin/bash\n")
    (folder / "group").write_text(f"judge:x:{_INNER_USER}:\n")


def _ulimits(isolation: Isolation, launch: Launch) -> str:
    """Arguments of bash's ulimit: both soft and hard limits, sizes in kilobytes."""
    limits = launch.limits
    options = ["-c 0", f"-n {_OPEN_FILES}"]
    options += [f"-s {limits.stack}"] if limits.stack else []
    options += [f"-f {limits.file_size}"] if limits.file_size else []
    options += [f"-t {math.ceil(limits.cpu + limits.extra_cpu) + 1}"] if limits.cpu else []
    if launch.limit_processes:
        options += _process_ulimit(isolation, limits.processes)
    return " ".join(options)


def _process_ulimit(isolation: Isolation, processes: int) -> list[str]:
    """The limit counts the processes of a user in a namespace (before Linux 5.14: everywhere), and never
    binds root. Where it cannot be had, the watcher counts."""
    user = os.geteuid() if isolation.owner is None else isolation.owner
    if user == 0:
        return []
    if isolation.bubblewrap is None:
        return [f"-u {processes + watch.threads_of(user)}"]
    return [f"-u {processes}"] if _counts_processes_by_namespace() else []


def processes_allowed(limits: Limits) -> int:
    """How many the watcher lets pass; bash and the launch chain are among them."""
    return limits.processes + _SPARE_PROCESSES


def _counts_processes_by_namespace() -> bool:
    release = re.match(r"(\d+)\.(\d+)", platform.release())
    return release is not None and (int(release[1]), int(release[2])) >= (5, 14)
