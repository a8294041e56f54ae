"""What a mocked call costs: troth's play beside bare responses and vcrpy.

    .venv/bin/python -m bench.mock_bench [--json]

Every figure is a median of single calls, in microseconds, taken in turns within one run, so that the
machine's moods fall on all alike; only the ratios mean something. A call is ``requests.post`` on one
session with a small JSON body. With many recordings, the last one is asked for.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
import responses
import vcr  # type: ignore[import-untyped]
from rich.console import Console
from rich.table import Table

from troth.api import Api
from troth.exchange import Exchange, Headers, Request, Response, Source, SourceKind
from troth.fields import Payload, Safe
from troth.mock import Dispatcher
from troth.mock.library import recordings_of

SERVER = "https://jobs.example"
ROUNDS, GROUPS = 400, 20
SIZES = (1, 10, 100, 1_000)

Call = Callable[[], object]


class Job(Payload, source="assumed"):
    """A job to do."""

    number: Safe[int]


class Done(Payload, source="assumed"):
    """A job that is done."""

    number: Safe[int]
    text: Safe[str]


def jobs_api() -> Api:
    """The contract of the calls that are measured."""
    api = Api("jobs", server=SERVER)
    api.post("/jobs", name="do", body=Job, responses={201: Done})
    return api


def exchange(number: int) -> Exchange:
    """The recorded call of one job."""
    typed = Headers.of({"Content-Type": "application/json"})
    request = Request("POST", f"{SERVER}/jobs", typed, json.dumps({"number": number}).encode())
    body = json.dumps({"number": number, "text": "done"}).encode()
    return Exchange(request, Response(201, typed, body), Source(SourceKind.SIMULATED))


def ask(session: requests.Session, number: int) -> None:
    """Make the call, and read its answer."""
    assert session.post(f"{SERVER}/jobs", json={"number": number}).json()["number"] == number


@contextmanager
def played(count: int) -> Iterator[Call]:
    """troth: ``count`` recordings of different bodies, the last one offered for every round."""
    api = jobs_api()
    recordings = recordings_of(api, [exchange(number) for number in range(count)], "jobs")
    with Dispatcher() as dispatcher, requests.Session() as session:
        dispatcher.desk.serve(api)
        dispatcher.desk.offers.play(api, recordings)
        for _ in range(ROUNDS):
            dispatcher.desk.offers.play(api, recordings[-1:])
        yield lambda: ask(session, count - 1)


@contextmanager
def bare(count: int) -> Iterator[Call]:
    """responses, each body with its matcher; with one URL alone it matches nothing but that."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock, requests.Session() as session:
        for number in range(count):
            match = [responses.matchers.json_params_matcher({"number": number})] if count > 1 else []
            body = {"number": number, "text": "done"}
            mock.add("POST", f"{SERVER}/jobs", json=body, status=201, match=match)
        yield lambda: ask(session, count - 1)


@contextmanager
def taped(count: int) -> Iterator[Call]:
    """vcrpy, matching bodies, with repeats allowed."""
    with tempfile.TemporaryDirectory() as folder, requests.Session() as session:
        path = Path(folder) / "jobs.yaml"
        path.write_text(json.dumps({"version": 1, "interactions": [interaction(n) for n in range(count)]}))
        matching = ("method", "uri", "body")
        with vcr.VCR(match_on=matching).use_cassette(
            str(path), record_mode="none", allow_playback_repeats=True
        ):
            yield lambda: ask(session, count - 1)


def interaction(number: int) -> dict[str, object]:
    """The recorded call as VCR writes it."""
    each = exchange(number)
    typed = {"Content-Type": ["application/json"]}
    return {
        "request": {
            "method": "POST",
            "uri": each.request.url,
            "body": each.request.body.decode(),
            "headers": typed,
        },
        "response": {
            "status": {"code": 201, "message": "Created"},
            "headers": typed,
            "body": {"string": each.response.body.decode()},
        },
    }


@dataclass(frozen=True)
class Way:
    """A tool with a number of recordings."""

    tool: str
    open: Callable[[int], AbstractContextManager[Call]]
    size: int

    @property
    def rounds(self) -> int:
        """How many calls are timed: fewer where each takes long."""
        return ROUNDS if self.tool == "troth" or self.size <= 10 else ROUNDS // 10


WAYS = tuple(
    Way(tool, opened, size)
    for size in SIZES
    for tool, opened in (("troth", played), ("responses", bare), ("vcrpy", taped))
)


def timed(call: Call) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def sample(way: Way, rounds: int) -> list[float]:
    """Seconds of each of ``rounds`` calls, after one that warms up."""
    with way.open(way.size) as call:
        call()
        return [timed(call) for _ in range(rounds)]


def measure() -> dict[str, dict[int, float]]:
    """Microseconds a call, by tool and number of recordings."""
    times: dict[tuple[str, int], list[float]] = {}
    for _ in range(GROUPS):
        for way in WAYS:
            spent = sample(way, way.rounds // GROUPS)
            times.setdefault((way.tool, way.size), []).extend(spent)
    found: dict[str, dict[int, float]] = {}
    for (tool, size), spent in times.items():
        found.setdefault(tool, {})[size] = statistics.median(spent) * 1e6
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    asked = parser.parse_args()
    found = measure()
    ratio = found["troth"][1] / found["responses"][1]
    growth = {name: times[SIZES[-1]] / times[1] for name, times in found.items()}
    within = ratio <= 1.1 and growth["troth"] <= 1.2
    if asked.json:
        print(json.dumps({"microseconds": found, "ratio": ratio, "growth": growth, "within": within}))
    else:
        show(found, ratio, growth)
    return 0 if within else 1


def show(found: dict[str, dict[int, float]], ratio: float, growth: dict[str, float]) -> None:
    """Print the figures."""
    table = Table("µs a call", *(f"{size:,}" for size in SIZES), "growth", title="recordings")
    for name, times in found.items():
        table.add_row(name, *(f"{times[size]:,.0f}" for size in SIZES), f"{growth[name]:.2f}")
    console = Console()
    console.print(table)
    console.print(f"troth / responses, one URL: {ratio:.2f} (at most 1.1)")
    console.print(f"troth, 1 to 1,000: {growth['troth']:.2f} (at most 1.2)")


if __name__ == "__main__":
    sys.exit(main())
