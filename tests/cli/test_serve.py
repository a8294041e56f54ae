"""``troth serve``, as a process of its own."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

import pytest
import requests

from tests.support.workspaces import Team
from troth.cli.serve import until_ended
from troth.loopback import LoopbackServer

FORECAST = "/cities/Atlantis/forecast?units=metric"
DEADLINE = 30.0


@dataclass
class Served:
    """A running ``troth serve``."""

    process: subprocess.Popen[str]
    said: list[str]

    @property
    def url(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+", self.said[0])
        assert found is not None, self.said
        return found[0]

    def end(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end."""
        self.process.send_signal(number)
        return self.process.wait(DEADLINE)


Serve = Callable[..., Served]


@pytest.fixture
def serve(weather_files: Team) -> Iterator[Serve]:
    """Start ``troth serve`` and wait until it said that it is ready."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> Served:
        process = subprocess.Popen(
            [sys.executable, "-m", "troth", "serve", "weather", *arguments],
            cwd=weather_files.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        assert process.stdout is not None
        return Served(process, _until_ready(process, process.stdout))

    yield start
    for process in running:
        process.kill()
        process.communicate()


def _until_ready(process: subprocess.Popen[str], stream: IO[str]) -> list[str]:
    watch = threading.Timer(DEADLINE, process.kill)
    watch.start()
    said = []
    for line in stream:
        said.append(line.rstrip())
        if "Ctrl-C" in line:
            break
    watch.cancel()
    return said


def test_it_answers_once_it_has_said_where(serve: Serve) -> None:
    served = serve()
    assert requests.get(served.url + FORECAST, timeout=10).status_code == 404


def test_it_says_what_answers_and_with_which_credential(serve: Serve) -> None:
    assert serve().said[0].startswith("weather-fake 1 on http://127.0.0.1:")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_its_turn_when_asked_to(serve: Serve, number: signal.Signals) -> None:
    assert serve().end(number) == 0


def test_a_signal_that_another_thread_takes_is_heard() -> None:
    with until_ended() as wait_for_the_end:
        other = threading.Timer(0.05, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGTERM))
        other.start()

        assert wait_for_the_end() == bytes([signal.SIGTERM])
    other.join()


def test_a_signal_before_anybody_waits_is_heard() -> None:
    with until_ended() as wait_for_the_end:
        signal.raise_signal(signal.SIGINT)

        assert wait_for_the_end() == bytes([signal.SIGINT])


def test_signals_are_left_as_they_were() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with until_ended():
        pass

    assert signal.getsignal(signal.SIGTERM) is before


def test_with_states_it_prints_a_token_that_opens_them(serve: Serve) -> None:
    served = serve("--states")
    token = next(line for line in served.said if "states token" in line).rpartition(" ")[2]
    reply = requests.post(
        f"{served.url}/_troth/state", json={"state": ""}, headers={"X-Troth-Token": token}, timeout=10
    )
    assert reply.status_code == 200


def test_a_token_that_was_given_is_not_printed(serve: Serve) -> None:
    assert "given-token" not in "\n".join(serve("--states", "--states-token", "given-token").said)


def test_a_port_in_use_is_a_usage_error(weather_files: Team) -> None:
    with LoopbackServer(lambda request: pytest.fail(request.url)) as taken:
        ran = weather_files.troth("serve", "weather", "--port", str(taken.port))
    assert (ran.status, f"port {taken.port} on 127.0.0.1 cannot be opened" in ran.err) == (2, True)


def test_a_stub_without_cassettes_could_not_check(weather_files: Team) -> None:
    ran = weather_files.troth("serve", "weather", "--stub")
    assert (ran.status, "weather has no cassettes" in ran.err) == (3, True)


def test_a_stub_has_no_states(weather_files: Team) -> None:
    ran = weather_files.troth("serve", "weather", "--stub", "--states")
    assert (ran.status, "a stub has no states" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("option", "why"), [("--stub", "a stub keeps nothing"), ("--states", "each state begins with an empty")]
)
def test_what_does_not_go_with_data(weather_files: Team, option: str, why: str) -> None:
    ran = weather_files.troth("serve", "weather", option, "--data", "folder")
    assert (ran.status, why in ran.err) == (2, True)


def test_a_fake_that_keeps_nothing_refuses_data(weather_files: Team) -> None:
    ran = weather_files.troth("serve", "weather", "--data", "folder")
    assert (ran.status, "the fake of weather keeps nothing" in ran.err) == (2, True)


def test_an_unknown_api_names_the_nearest(weather_files: Team) -> None:
    ran = weather_files.troth("serve", "wether")
    assert (ran.status, "did you mean 'weather'?" in ran.err) == (2, True)


def test_a_provider_that_does_not_come_up_could_not_check(weather_files: Team) -> None:
    weather_files.edit("providers/weather/provider.py", "service = Weather()", "raise OSError('no disk')")
    ran = weather_files.troth("serve", "weather")
    assert (ran.status, "did not come up: OSError: no disk" in ran.err) == (3, True)
