"""``troth serve --fault`` and ``--tls``, as a process of its own."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import requests

from tests.faults_wire.conftest import LONG, SHORT
from tests.support.workspaces import Team
from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import weather_files as weather_files
from tests.support.workspaces import weather_team as weather_team
from troth.cli.app import main

FORECAST = "/cities/Atlantis/forecast?units=metric"
DEADLINE = 30.0


@dataclass
class Served:
    """A running ``troth serve weather``."""

    process: subprocess.Popen[str]
    said: str

    def found(self, pattern: str) -> str:
        """The first group of a pattern in what was said."""
        match = re.search(pattern, self.said, re.MULTILINE)
        assert match is not None, self.said
        return match[1]

    @property
    def url(self) -> str:
        return self.found(r"on (https?://127\.0\.0\.1:\d+)$")


Serve = Callable[..., Served]


@pytest.fixture
def serve(weather_files: Team) -> Iterator[Serve]:
    """Start it in the team's folder, and wait until it said all."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> Served:
        process = subprocess.Popen(
            [sys.executable, "-m", "troth", "serve", "weather", *arguments],
            cwd=weather_files.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        watch = threading.Timer(DEADLINE, process.kill)
        watch.start()
        said = _said(process)
        watch.cancel()
        return Served(process, said)

    yield start
    for process in running:
        process.kill()
        process.communicate()


def _said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    return "".join(lines)


def test_what_is_on_strikes(serve: Serve, client: requests.Session) -> None:
    served = serve("--fault", "http_503:forecast:1", "--fault", "http_429:forecast:1")
    statuses = [client.get(served.url + FORECAST, timeout=LONG).status_code for _ in range(3)]

    assert statuses == [503, 429, 404]


@pytest.mark.needs("curl")
def test_the_line_that_it_prints_switches_a_fault_on(serve: Serve, client: requests.Session) -> None:
    served = serve()
    line = shlex.split(served.found(r"^ +(curl -H .*)$"))
    ran = subprocess.run(
        [*line, "--noproxy", "*", "--silent"], capture_output=True, text=True, timeout=DEADLINE, check=False
    )
    statuses = [client.get(served.url + FORECAST, timeout=LONG).status_code for _ in range(3)]

    assert ran.returncode == 0, ran.stderr
    assert statuses == [503, 503, 404]


def test_with_tls_it_names_the_authority_while_it_lasts(
    serve: Serve, weather_files: Team, client: requests.Session
) -> None:
    served = serve("--tls")
    trusted = weather_files.root / served.found(r"--cacert (\S+)")
    reply = client.get(served.url + FORECAST, verify=str(trusted), timeout=LONG)

    served.process.send_signal(signal.SIGTERM)
    served.process.wait(DEADLINE)

    assert (served.url.split(":")[0], reply.status_code) == ("https", 404)
    assert list(trusted.parent.iterdir()) == []


def test_a_client_with_a_timeout_is_not_held_up_by_a_body_that_drips(
    serve: Serve, client: requests.Session
) -> None:
    served = serve("--fault", "body_drips")

    with pytest.raises(requests.exceptions.ConnectionError, match="Read timed out"):
        client.get(served.url + FORECAST, timeout=SHORT)


def test_it_ends_in_its_turn_while_a_client_waits(serve: Serve) -> None:
    served = serve("--fault", "read_timeout")
    with requests.Session() as session:
        session.trust_env = False
        asking = threading.Thread(target=lambda: _failing(session, served.url))
        asking.start()
        served.process.send_signal(signal.SIGTERM)
        status = served.process.wait(DEADLINE)
        asking.join(DEADLINE)

    assert (status, asking.is_alive()) == (0, False)


def _failing(session: requests.Session, url: str) -> None:
    with pytest.raises(requests.RequestException):
        session.get(url + FORECAST, timeout=(1, DEADLINE))


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("http_53", "did you mean 'http_503'"),
        ("http_503:forcast", "did you mean 'forecast'"),
        ("tls_expired:forecast", "before it is known which operation"),
        ("http_503:0", "cannot strike 0 times"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--stub"]])
@pytest.mark.usefixtures("weather_team")
def test_what_cannot_be_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], options: list[str], written: str, why: str
) -> None:
    status = main(["serve", "weather", "--fault", written, *options])
    shown = capsys.readouterr()

    assert (status, why in shown.err, shown.out) == (2, True, "")
