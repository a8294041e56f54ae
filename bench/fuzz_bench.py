"""What fuzzing costs: ``troth fuzz campus`` beside plain ``schemathesis run``.

    .venv/bin/python -m bench.fuzz_bench [--max-examples 25] [--rounds 3] [--json]

The same document, checks, phases and number of examples, on the same machine, one way after the other in each
round: plain Schemathesis against campus on granian, as ``manage.py serve`` deploys it; ``troth fuzz --url``
against the same; ``troth fuzz`` in process, with one worker, and with as many as there are cores. Cases a
second are requests that were answered, by the wall time of the run without the start of the program; ratios
are to plain.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CAMPUS = ROOT / "providers" / "campus"
SEED = 1


@dataclass(frozen=True)
class Figure:
    """Medians over the rounds."""

    way: str
    cases: float
    seconds: float
    a_second: float
    ratio: float


@dataclass(frozen=True)
class Round:
    """One way, once."""

    cases: int
    seconds: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--max-examples", type=int, default=25)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    figures = measured(options.max_examples, options.rounds)
    if options.json:
        print(json.dumps([vars(each) for each in figures]))
        return
    print(f"{'way':38} {'cases':>6} {'s':>7} {'cases/s':>8} {'ratio':>6}")
    for each in figures:
        print(f"{each.way:38} {each.cases:6.0f} {each.seconds:7.1f} {each.a_second:8.1f} {each.ratio:6.2f}")


def measured(examples: int, rounds: int) -> list[Figure]:
    """Every way, in turns."""
    cores = len(os.sched_getaffinity(0))
    ways: Mapping[str, Callable[[str, str], Round]] = {
        "schemathesis run, over HTTP": lambda url, token: _plain(url, token, examples),
        "troth fuzz --url, over HTTP": lambda url, token: _at_url(url, token, examples),
        "troth fuzz, in process, 1 worker": lambda _url, _token: _in_process(examples, 1),
        f"troth fuzz, in process, {cores} workers": lambda _url, _token: _in_process(examples, cores),
    }
    found: dict[str, list[Round]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, run in ways.items():
            with served() as (url, token):
                found[way].append(run(url, token))
    speeds = {way: statistics.median(one.cases / one.seconds for one in each) for way, each in found.items()}
    plain = next(iter(speeds.values()))
    return [_figure(way, found[way], speed, plain) for way, speed in speeds.items()]


def _figure(way: str, rounds: list[Round], speed: float, plain: float) -> Figure:
    cases = statistics.median(one.cases for one in rounds)
    seconds = statistics.median(one.seconds for one in rounds)
    return Figure(way, cases, seconds, speed, speed / plain)


@contextmanager
def served() -> Iterator[tuple[str, str]]:
    """campus with its demonstration, on granian, with a database of its own: its URL, a teacher's token."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder}/campus.sqlite3",
            "JUDGE0_URL": "http://127.0.0.1:1",
            "CAMPUS_SUBMISSIONS_PER_MINUTE": "1000000",
            "CAMPUS_LOGINS_PER_MINUTE": "1000000",
        }
        manage = [sys.executable, str(CAMPUS / "manage.py")]
        command = [*manage, "demo", "--example-password"]
        demo = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        token = _token(demo.stdout)
        port = _free_port()
        server = subprocess.Popen(
            [*manage, "serve", "--port", str(port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}", token
        finally:
            server.terminate()
            server.wait(timeout=30)


def _token(said: str) -> str:
    found = re.search(r"^teacher\s+Authorization: Bearer (\S+)", said, flags=re.MULTILINE)
    assert found is not None, said
    return found[1]


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("campus did not come up")


def _plain(url: str, token: str, examples: int) -> Round:
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", "contracts/campus/openapi.json"),
            *("--url", url, "--seed", str(SEED), "--max-examples", str(examples), "--workers", "1"),
            "--no-color",
        ],
        cwd=ROOT,
        env={**os.environ, "CAMPUS_TOKEN": token},
        capture_output=True,
        text=True,
        check=False,
    )
    cases = re.search(r"(\d+) generated", ran.stdout)
    # The last line has the time of the whole run; those before have the times of its phases.
    seconds = re.findall(r"in ([\d.]+)s", ran.stdout)
    assert cases is not None, ran.stdout[-2000:] + ran.stderr[-2000:]
    assert ran.returncode == 0, ran.stdout[-2000:]
    return Round(int(cases[1]), float(seconds[-1]))


def _at_url(url: str, token: str, examples: int) -> Round:
    from troth.events import silent
    from troth.fuzz import at_url
    from troth.workspace import Workspace

    workspace = Workspace.find(ROOT)
    os.environ["CAMPUS_TOKEN"] = token
    return _fuzzed(at_url(workspace, workspace.api("campus"), url, None, silent), examples, 1)


def _in_process(examples: int, workers: int) -> Round:
    from troth.events import silent
    from troth.fuzz import in_process
    from troth.workspace import Workspace

    workspace = Workspace.find(ROOT)
    with in_process(workspace, workspace.api("campus"), silent) as service:
        return _fuzzed(service, examples, workers)


def _fuzzed(service: object, examples: int, workers: int) -> Round:
    from troth.fuzz import Budget, Choice, Service, fuzz, read_document, read_settings, settings_path
    from troth.openapi import openapi_path
    from troth.workspace import Workspace

    assert isinstance(service, Service)
    workspace = Workspace.find(ROOT)
    api = workspace.api("campus")
    ran = fuzz(
        workspace,
        api,
        service,
        read_document(openapi_path(workspace, api), "contracts/campus/openapi.json"),
        read_settings(settings_path(workspace, api)),
        Choice(budget=Budget(SEED, examples), workers=workers),
        now=datetime.now(UTC),
    )
    return Round(len(ran.sent), ran.seconds)


if __name__ == "__main__":
    main()
