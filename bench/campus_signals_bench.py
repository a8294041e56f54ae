"""What saving progress costs in campus, by how many rows are saved, with the signals and without.

    .venv/bin/python -m bench.campus_signals_bench [--json] [--keys 200]

In a database and a store that are made for it: in memory, or on the servers of DATABASE_URL and REDIS_URL.
Each row is committed by itself, and its signal drops what is cached of it, for which the keys of the store
are looked through: --keys says how many there are. The cost should grow with the number of rows and no
faster; it fails where a row costs twice as much among 1,000 as among 100.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from courses.models import ProblemProgress

SIZES = (100, 300, 1_000)
ROUNDS = 3
CAMPUS = Path(__file__).resolve().parent.parent / "providers" / "campus"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of saving so many rows: seconds with the signals, and without."""

    rows: int
    with_signals: float
    without: float

    @property
    def each(self) -> float:
        """Milliseconds a row."""
        return self.with_signals / self.rows * 1000

    @property
    def of_signals(self) -> float:
        """Milliseconds of them that the signal takes."""
        return (self.with_signals - self.without) / self.rows * 1000


@contextmanager
def campus() -> Iterator[None]:
    """Django is set up, on an empty database and with a prefix of its own in the store."""
    os.environ.setdefault("DATABASE_URL", "sqlite:///:memory:")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["CAMPUS_CACHE_PREFIX"] = f"bench-{uuid.uuid4().hex}"
    sys.path.insert(0, str(CAMPUS))
    import django

    django.setup()
    from django.db import connection

    before = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        empty_cache()
        connection.creation.destroy_test_db(before, verbosity=0)


def empty_cache() -> None:
    """Only what this bench has put there."""
    from courses.services.cache import shared

    for key in shared().store.scan_iter(match=f"{shared().prefix}:*"):
        shared().store.delete(key)


def prepared(count: int, keys: int) -> list[ProblemProgress]:
    """Rows of one user's progress, saved once, and as much in the cache."""
    from courses.factories import ChapterFactory, EnrollmentFactory
    from courses.models import Problem, ProblemProgress
    from courses.services.cache import View, shared

    enrolled = EnrollmentFactory.create()
    chapter = ChapterFactory.create(course=enrolled.course)
    problems = Problem.objects.bulk_create(
        Problem(chapter=chapter, type="algorithm", title=f"Problem {number}") for number in range(count)
    )
    empty_cache()
    cache = shared()
    cached = {cache.key(View.PROBLEM_STATUS, f"{chapter.pk}.other{number}"): "{}" for number in range(keys)}
    cache.store.mset(cached)
    return ProblemProgress.objects.bulk_create(
        ProblemProgress(enrollment=enrolled, problem=problem) for problem in problems
    )


def seconds(rows: list[ProblemProgress]) -> float:
    """What saving them takes, one by one."""
    start = time.perf_counter()
    for row in rows:
        row.save()
    return time.perf_counter() - start


@contextmanager
def without_signals() -> Iterator[None]:
    from django.db.models.signals import post_save

    from courses.models import ProblemProgress
    from courses.signals.progress import forget_saved

    post_save.disconnect(forget_saved, sender=ProblemProgress)
    try:
        yield
    finally:
        post_save.connect(forget_saved, sender=ProblemProgress)


def cost(count: int, keys: int) -> Cost:
    """The best of several rounds: the least disturbed one says what the code costs."""
    rows = prepared(count, keys)
    with_signals, without = [], []
    for _ in range(ROUNDS):
        with_signals.append(seconds(rows))
        with without_signals():
            without.append(seconds(rows))
    return Cost(count, min(with_signals), min(without))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--keys", type=int, default=200, help="how many keys of other users are cached")
    asked = parser.parse_args()
    with campus():
        cost(SIZES[0], asked.keys)
        costs = [cost(count, asked.keys) for count in SIZES]
    growth = costs[-1].each / costs[0].each
    if asked.json:
        print(json.dumps({"costs": [asdict(each) for each in costs], "growth": growth}))
    else:
        show(costs, growth)
    return 0 if growth < 2 else 1


def show(costs: list[Cost], growth: float) -> None:
    """Print the figures."""
    table = Table("rows", "seconds", "ms a row", "of it signals", title="saving progress")
    for each in costs:
        row = f"{each.rows:,}", f"{each.with_signals:.2f}", f"{each.each:.2f}", f"{each.of_signals:.2f}"
        table.add_row(*row)
    console = Console()
    console.print(table)
    console.print(f"A row costs {growth:.2f} times as much among {SIZES[-1]:,} as among {SIZES[0]:,}.")


if __name__ == "__main__":
    raise SystemExit(main())
