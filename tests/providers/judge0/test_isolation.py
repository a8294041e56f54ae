"""What a program can see and reach."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from providers.judge0.languages import PYTHON
from providers.judge0.provider import create
from providers.judge0.sandbox import detect
from tests.providers.judge0.stage import Judge, status_id
from troth.errors import ProviderRefused
from troth.provider import Provider, ProviderOptions

NZEC, ACCEPTED = 11, 3


@pytest.mark.needs("bwrap")
def test_environment_is_empty_but_for_three(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HOST", "1")

    submission = judge.bash("compgen -e | grep -v -x -e PWD -e SHLVL -e _ -e OLDPWD | sort | tr '\\n' ' '")

    assert submission["stdout"] == "HOME LANG PATH "


@pytest.mark.needs("bwrap")
@pytest.mark.parametrize("path", ["/root", "/home", "/etc/shadow", "/etc/hostname", "/var", "/sys", "/opt"])
def test_files_of_the_host_are_hidden(judge: Judge, path: str) -> None:
    submission = judge.bash(f"ls -d {path}")

    assert status_id(submission) == NZEC


@pytest.mark.needs("bwrap")
def test_file_beside_the_box_is_hidden(judge: Judge, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("seen")

    submission = judge.bash(f"cat {secret}")

    assert (status_id(submission), submission["stdout"]) == (NZEC, None)


@pytest.mark.needs("bwrap")
@pytest.mark.parametrize("path", ["/usr/x", "/x", "/dev/x", "/etc/x", "/proc/sys/kernel/core_pattern"])
def test_only_the_own_folders_can_be_written(judge: Judge, path: str) -> None:
    submission = judge.bash(f"echo x > {path}")

    assert status_id(submission) == NZEC


@pytest.mark.needs("bwrap")
@pytest.mark.parametrize("path", ["/box/x", "/tmp/x", "/dev/shm/x"])
def test_own_folders_start_empty(judge: Judge, path: str) -> None:
    first = judge.bash(f"echo x > {path}; ls {path}")
    second = judge.bash(f"ls {path}")

    assert (status_id(first), status_id(second)) == (ACCEPTED, NZEC)


@pytest.mark.needs("bwrap")
def test_processes_of_the_host_are_hidden(judge: Judge) -> None:
    submission = judge.bash(f"ls /proc/{os.getpid()}/fd; ls -d /proc/[0-9]* | wc -l")

    assert int(str(submission["stdout"])) < 6


@pytest.mark.needs("bwrap")
def test_program_is_not_root_and_has_no_capabilities(judge: Judge) -> None:
    submission = judge.bash("id -u; grep CapEff /proc/self/status")

    assert submission["stdout"] == "1000\nCapEff:\t0000000000000000\n"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.mark.needs("bwrap")
@pytest.mark.parametrize(("enabled", "status"), [(False, NZEC), (True, ACCEPTED)])
def test_network_is_there_only_when_enabled(
    judge: Judge,
    enter: Callable[..., object],
    listener: socket.socket,
    *,
    enabled: bool,
    status: int,
) -> None:
    enter("network is allowed")
    port = listener.getsockname()[1]

    submission = judge.bash(f"exec 3<>/dev/tcp/127.0.0.1/{port}", enable_network=enabled)

    assert status_id(submission) == status


@pytest.fixture
def no_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "candidates", list)


@pytest.mark.usefixtures("no_bubblewrap")
@pytest.mark.parametrize("options", [ProviderOptions(strangers=True), ProviderOptions(generated=True)])
def test_programs_of_nobody_known_are_refused_without_bubblewrap(options: ProviderOptions) -> None:
    with pytest.raises(ProviderRefused, match="--unsafe-no-sandbox") as refusal:
        create(options)

    assert "bubblewrap (bwrap) is not installed" in refusal.value.message


@pytest.fixture
def forbidden_bubblewrap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Installed, and not allowed to do its work."""
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'no permission to make a namespace' >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", {"bwrap": str(program)}.get)
    monkeypatch.setattr("providers.judge0.provider.detect", lambda: ({PYTHON: None}, {}))


@pytest.mark.usefixtures("forbidden_bubblewrap")
def test_bubblewrap_that_may_not_work_is_told_once() -> None:
    with pytest.raises(ProviderRefused) as refusal:
        create(ProviderOptions(strangers=True))

    assert refusal.value.message.count("no permission to make a namespace") == 1
    assert refusal.value.hint.startswith("Let this user make namespaces")


@pytest.fixture
def unisolated(request: pytest.FixtureRequest) -> Iterator[Provider]:
    request.getfixturevalue("no_bubblewrap")
    provider = create(ProviderOptions())
    yield provider
    provider.close()


def test_own_programs_run_without_bubblewrap_and_it_is_said(unisolated: Provider) -> None:
    assert "NO isolation" in unisolated.notes[0]
    assert "bubblewrap (bwrap) is not installed" in unisolated.notes[0]


@pytest.fixture
def unsafe() -> Iterator[Provider]:
    provider = create(ProviderOptions(strangers=True, unsafe_no_sandbox=True))
    yield provider
    provider.close()


def test_unsafe_mode_is_said(unsafe: Provider) -> None:
    assert "NO isolation" in unsafe.notes[0]


@pytest.mark.needs("bwrap")
def test_isolation_is_said(provider: Provider) -> None:
    assert "isolation by bubblewrap" in provider.notes[0]
    assert "memory and processes held by" in provider.notes[1]
