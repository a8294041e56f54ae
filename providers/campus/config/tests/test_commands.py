"""The commands of manage.py, as a person types them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from config.runner import target

MANAGE = settings.HOME / "manage.py"
LOG_IN = (
    "from django.contrib.auth import authenticate;"
    "from accounts.schemas import EXAMPLE_NAME as username, EXAMPLE_PASSWORD as password;"
    "print(authenticate(username=username, password=password) is not None)"
)


def environment(tmp_path: Path) -> dict[str, str]:
    passed = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return passed | {"DATABASE_URL": f"sqlite:///{tmp_path}/campus.sqlite3", "CAMPUS_LOG_LEVEL": "ERROR"}


def manage(tmp_path: Path, *arguments: str, cwd: Path = settings.ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(MANAGE), *arguments],
        cwd=cwd,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_no_migration_is_missing(tmp_path: Path) -> None:
    ran = manage(tmp_path, "makemigrations", "--check", "--dry-run")

    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("folder", [settings.ROOT, settings.ROOT.parent], ids=["root", "elsewhere"])
def test_a_demonstration_is_made_from_any_folder(tmp_path: Path, folder: Path) -> None:
    ran = manage(tmp_path, "demo", cwd=folder)

    assert ran.returncode == 0, ran.stderr
    assert re.search(r"^student +Authorization: Bearer \S{43}$", ran.stdout, flags=re.MULTILINE)
    assert "problem_id = 1" in ran.stdout


def test_a_second_demonstration_stands_beside_the_first(tmp_path: Path) -> None:
    manage(tmp_path, "demo")

    ran = manage(tmp_path, "demo")

    assert ran.returncode == 0, ran.stderr
    assert "course_id = 2" in ran.stdout


@pytest.mark.parametrize(("options", "accepted"), [((), "False"), (("--example-password",), "True")])
def test_the_password_of_the_document_is_good_only_where_it_is_asked_for(
    tmp_path: Path, options: tuple[str, ...], accepted: str
) -> None:
    manage(tmp_path, "demo", *options)

    ran = manage(tmp_path, "shell", "-c", LOG_IN)

    assert ran.stdout.split()[-1:] == [accepted], ran.stderr


def test_a_demonstration_says_which_token_to_try_it_with(tmp_path: Path) -> None:
    ran = manage(tmp_path, "demo")

    teacher = re.search(r"^teacher +Authorization: Bearer (\S{43})$", ran.stdout, flags=re.MULTILINE)
    assert teacher is not None
    assert ran.stdout.splitlines()[-1] == f"export CAMPUS_TOKEN={teacher[1]}"


def test_a_database_that_is_none_is_refused_without_its_password(tmp_path: Path) -> None:
    env = environment(tmp_path) | {"DATABASE_URL": "mysql://ada:s3cr3t@db.example/campus"}

    ran = subprocess.run(
        [sys.executable, str(MANAGE), "check"],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.returncode != 0
    assert "DATABASE_URL" in ran.stderr
    assert "s3cr3t" not in ran.stderr


def test_several_workers_need_a_store_that_they_share(tmp_path: Path) -> None:
    ran = manage(tmp_path, "serve", "--workers", "2")

    assert ran.returncode != 0
    assert "REDIS_URL" in ran.stderr


@contextmanager
def serving(folder: Path, path: Path) -> Iterator[None]:
    """The service on granian, on a socket that has a path; it is up when the block begins."""
    with subprocess.Popen(
        [sys.executable, str(MANAGE), "serve", "--socket", str(path)],
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        given_up = threading.Timer(60, process.kill)
        given_up.start()
        try:
            if not any("Started worker-1" in line for line in process.stdout or ()):
                raise RuntimeError("granian did not come up")
            yield
        finally:
            given_up.cancel()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "campus.sock"
    with serving(tmp_path, path):
        yield path


@pytest.mark.needs("curl")
def test_it_is_served_on_granian(served: Path) -> None:
    # It says that it has started a moment before it listens.
    patient = ["curl", "-s", "--retry", "20", "--retry-connrefused", "--retry-delay", "1"]

    ran = subprocess.run(
        [*patient, "--unix-socket", str(served), "http://localhost/api/v1/health"],
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert json.loads(ran.stdout) == {"status": "ok", "database": "ok", "store": "ok"}


@pytest.mark.parametrize(
    ("label", "path"),
    [
        ("courses", "courses"),
        ("courses.tests.test_models", "courses/tests/test_models.py"),
        ("courses.tests.test_services", "courses/tests/test_services"),
        ("courses.tests.test_models.test_x", "courses/tests/test_models.py::test_x"),
        ("courses.tests.test_models.TestX.test_y", "courses/tests/test_models.py::TestX::test_y"),
    ],
)
def test_a_dotted_name_is_found_as_django_would(label: str, path: str) -> None:
    assert target(label) == f"{settings.HOME}/{path}"


@pytest.mark.parametrize(("label", "code"), [("courses.tests.test_models", 0), ("courses.no_such", 1)])
def test_the_runner_tells_how_it_went(tmp_path: Path, label: str, code: int) -> None:
    ran = manage(tmp_path, "test", label)

    assert bool(ran.returncode) is bool(code), ran.stdout
