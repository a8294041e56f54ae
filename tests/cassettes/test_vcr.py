"""The plain tools load our cassettes as they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import requests
import vcr  # type: ignore[import-untyped]

from tests.cassettes.stage import SERVER, TOKEN, call, cassette, polled, started
from troth.cassettes.write import save

RAW = b"\xff\x00 bytes"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "cassettes" / "jobs" / "a_job_is_done.yaml"
    save(cassette(found, [started(), polled(title="it's ünïcode\n"), call("GET", "/version", 200, RAW)]))
    return found


def test_vcrpy_replays_it(path: Path) -> None:
    with vcr.use_cassette(str(path), record_mode="none") as played, requests.Session() as session:
        job = session.post(f"{SERVER}/jobs", json={"title": "count"}, timeout=5)
        later = session.get(f"{SERVER}/jobs/{TOKEN}", timeout=5)
        version = session.get(f"{SERVER}/version", timeout=5)

    assert (job.status_code, job.json()["token"]) == (201, TOKEN)
    assert later.json()["title"] == "it's ünïcode\n"
    assert version.content == RAW
    assert played.play_count == 3


USER_TEST = """
import pytest
import requests

@pytest.fixture(scope="module")
def vcr_cassette_dir():
    return {folder!r}

@pytest.mark.vcr
@pytest.mark.default_cassette("a_job_is_done.yaml")
@pytest.mark.block_network
def test_replays():
    assert requests.get({url!r}, timeout=5).json()["state"] == 3
"""


def test_pytest_recording_replays_it(path: Path, tmp_path: Path) -> None:
    test = tmp_path / "test_user.py"
    test.write_text(USER_TEST.format(folder=str(path.parent), url=f"{SERVER}/jobs/{TOKEN}"), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:troth", str(test)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert "1 passed" in done.stdout, done.stdout + done.stderr
