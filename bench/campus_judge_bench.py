"""How many submissions campus judges in a second, against the fake of Judge0 on loopback.

    .venv/bin/python -m bench.campus_judge_bench [--submissions 48] [--json]

Each submission is a correct solution with three test cases, so three programs in Python are started for it.
Judged as campus does, by a batch that is polled; and beside it by the same programs one after the other,
each in a request that waits for its end. The database is a new SQLite file.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from consumers.judge0.client import Judge0Client
from consumers.judge0.waiting import Clock
from contracts.judge0.operations import judge0
from troth.target import Target, open_fake
from troth.workspace import Workspace

if TYPE_CHECKING:
    from courses.models import Problem
    from courses.services.execution import Executor
    from courses.services.judging import Result, Task, Ticket

ROOT = Path(__file__).resolve().parents[1]
IN_FLIGHT = (1, 4, 16)
CASES = (("[1, 2]", "3"), ("[2, 2]", "4"), ("[20, 22]", "42"))
CODE = "def solve(a, b):\n    return a + b\n"


@dataclass(frozen=True)
class Figure:
    """Of one run: submissions a second, and the median of what one takes."""

    how: str
    in_flight: int
    a_second: float
    median_ms: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--submissions", type=int, default=48)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with open_fake(Workspace(ROOT), judge0) as fake, campus(fake):
        figures = [
            measured(how, in_flight, options.submissions)
            for how in ("batch", "one by one")
            for in_flight in IN_FLIGHT
        ]
    if options.json:
        print(json.dumps([asdict(each) for each in figures]))
        return
    print("how          in flight   a second   median of one")
    for each in figures:
        print(f"{each.how:12} {each.in_flight:9} {each.a_second:10.1f} {each.median_ms:12.0f} ms")


@contextlib.contextmanager
def campus(fake: Target) -> Iterator[None]:
    """The service's code, with the fake for its judge and a database that is gone at the end."""
    sys.path.insert(0, str(ROOT / "providers" / "campus"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": f"sqlite:///{folder}/campus.sqlite3",
            "JUDGE0_URL": fake.url,
            "JUDGE0_AUTH_TOKEN": fake.secrets["valid"],
        }
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", verbosity=0)
        yield
        connections.close_all()


def measured(how: str, in_flight: int, count: int) -> Figure:
    """Submit ``count`` programs, ``in_flight`` at a time."""
    from django.db import connections

    from courses.factories import AlgorithmProblemFactory, TestCaseFactory

    info = AlgorithmProblemFactory.create()
    for given, wanted in CASES:
        TestCaseFactory.create(problem=info, input_data=given, expected_output=wanted)

    def one(_: int) -> float:
        try:
            return submitted(how, info.problem)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(in_flight) as pool:
        start = time.perf_counter()
        took = list(pool.map(one, range(count)))
        seconds = time.perf_counter() - start
    return Figure(how, in_flight, round(count / seconds, 1), round(statistics.median(took) * 1000, 1))


def submitted(how: str, problem: Problem) -> float:
    """Seconds from a submission to its verdict."""
    from accounts.factories import UserFactory
    from courses.models import SubmissionStatus
    from courses.services import execution, submissions

    user = UserFactory.create()
    start = time.perf_counter()
    with execution.executor() if how == "batch" else one_by_one() as executor:
        found = submissions.submit(user, problem, CODE, executor=executor)
    seconds = time.perf_counter() - start
    if found.status != SubmissionStatus.ACCEPTED:
        raise SystemExit(f"a submission ended as {found.status}: {found.error}")
    return seconds


@contextlib.contextmanager
def one_by_one() -> Iterator[Executor]:
    """An executor whose judge waits for one program before it sends the next."""
    from django.conf import settings

    from courses.services import execution

    with Judge0Client(settings.JUDGE0_URL, token=settings.JUDGE0_AUTH_TOKEN, encoded=True) as client:
        yield execution.Executor(OneByOne(client), execution.breaker(Clock()), Clock())


@dataclass(frozen=True)
class OneByOne:
    """A judge that runs a task when its result is asked for."""

    client: Judge0Client

    def submit(self, tasks: Sequence[Task]) -> Sequence[Ticket]:
        from courses.services.judging import Ticket

        return [Ticket("", task) for task in tasks]

    def results(self, tickets: Sequence[Ticket]) -> Sequence[Result]:
        from courses.services.judging import program, result

        return [result(self.client.judge(program(each.task)), each.task) for each in tickets]


if __name__ == "__main__":
    main()
