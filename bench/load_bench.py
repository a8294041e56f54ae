"""What it costs to make a cassette of 1,000 exchanges ready to answer: troth beside vcrpy.

    .venv/bin/python -m bench.load_bench [--json]

Both read the same file, which troth wrote. What is compared is reading it into memory, digest and all,
as vcrpy's ``Cassette.load`` does. Judging every exchange and the index of requests come on top, once a
session, and are shown beside it: vcrpy has neither. Medians, in milliseconds, taken in turns within one
run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from vcr.cassette import Cassette as VcrCassette  # type: ignore[import-untyped]

from bench.mock_bench import exchange, jobs_api, timed
from troth.api import Api
from troth.cassettes.model import Cassette, Provenance
from troth.cassettes.read import load
from troth.cassettes.write import save
from troth.mock.library import tape_of
from troth.mock.offers import Offers

COUNT, ROUNDS = 1_000, 15


def write(folder: Path) -> Path:
    """A cassette of ``COUNT`` exchanges."""
    said = Provenance(
        api="jobs",
        scenario="jobs",
        recorded_at=datetime(2025, 1, 1, tzinfo=UTC),
        simulated=True,
        provider="jobs-fake 1",
        troth="0.1.0",
    )
    path = folder / "cassettes" / "jobs" / "jobs.yaml"
    save(Cassette(path, said, tuple(exchange(number) for number in range(COUNT))))
    return path


def ready(api: Api, path: Path) -> None:
    """What the first ``play`` of a session does."""
    Offers().play(api, tape_of(api, load(path)).recordings)


def measure(path: Path) -> dict[str, float]:
    """Milliseconds by step."""
    api = jobs_api()
    steps: dict[str, Callable[[], object]] = {
        "vcrpy: Cassette.load": lambda: VcrCassette.load(path=str(path)),
        "troth: read": lambda: load(path),
        "troth: read, judged, ready to answer": lambda: ready(api, path),
    }
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, step in steps.items():
            times[name].append(timed(step))
    return {name: statistics.median(spent) * 1e3 for name, spent in times.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(write(Path(folder)))
    ratio = found["troth: read"] / found["vcrpy: Cassette.load"]
    if asked.json:
        print(json.dumps({"milliseconds": found, "ratio": ratio, "within": ratio < 0.2}))
    else:
        table = Table("step", "ms", title=f"a cassette of {COUNT:,} exchanges")
        for name, spent in found.items():
            table.add_row(name, f"{spent:,.1f}")
        console = Console()
        console.print(table)
        console.print(f"troth / vcrpy, reading: {ratio:.2f} (under 0.2)")
    return 0 if ratio < 0.2 else 1


if __name__ == "__main__":
    sys.exit(main())
