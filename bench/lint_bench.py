"""What linting tests costs, beside ``ruff check --select PT`` and flake8 with flake8-pytest-style.

    .venv/bin/python -m bench.lint_bench [--lines 10000] [--rounds 5] [--core 0]

The same files for all: test files of this repository, copied into a folder of their own until they have
that many lines. Each run is a process of its own on one core, in turns; medians of CPU seconds, children
included, and of wall time. "cold" is without a cache, "warm" with one that knows every file, "one changed"
after an edit of one file. At most 2 s of CPU are wanted when warm.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = {
    "ruff check --select PT": ["-m", "ruff", "check", "--isolated", "--no-cache", "--select", "PT", "tests"],
    "flake8 with flake8-pytest-style": ["-m", "flake8", "--isolated", "-j", "1", "--select", "PT", "tests"],
    "troth lint, cold": ["-m", "troth", "lint", "tests", "--no-cache"],
    "troth lint, one changed": ["-m", "troth", "lint", "tests"],
    "troth lint, warm": ["-m", "troth", "lint", "tests"],
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--core", type=int, default=0)
    given = parser.parse_args()
    os.sched_setaffinity(0, {given.core})
    with tempfile.TemporaryDirectory() as folder:
        files, lines = _copy(Path(folder), given.lines)
        print(f"{lines} lines in {files} files")
        _print(_measure(Path(folder), given.rounds))


def _copy(folder: Path, wanted: int) -> tuple[int, int]:
    """Lay out a project with at least ``wanted`` lines of tests; how many files and lines it has."""
    (folder / "pyproject.toml").write_text("[tool.troth]\n", encoding="utf-8")
    files = lines = 0
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if lines >= wanted or "corpus" in path.parts:
            continue
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        lines += len(path.read_text(encoding="utf-8").splitlines())
        files += 1
    return files, lines


def _measure(folder: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """Medians of CPU and wall seconds by run."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in RUNS}
    for number in range(rounds + 1):
        for name, arguments in RUNS.items():
            if name.endswith("one changed"):
                _change(folder, number)
            taken[name].append(_seconds(folder, arguments))
    # The first round fills the caches, of the disk too.
    return {name: _median(times[1:]) for name, times in taken.items()}


def _change(folder: Path, number: int) -> None:
    path = min(folder.rglob("test_*.py"))
    path.write_text(f"{path.read_text(encoding='utf-8')}\n# {number}\n", encoding="utf-8")


def _seconds(folder: Path, arguments: Sequence[str]) -> tuple[float, float]:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ran = subprocess.run(
        [sys.executable, *arguments], cwd=folder, check=False, capture_output=True, text=True
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode not in (0, 1):
        raise SystemExit(f"{arguments}: exit status {ran.returncode}\n{ran.stderr}")
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def _median(times: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(cpu for cpu, _ in times), statistics.median(wall for _, wall in times)


def _print(medians: dict[str, tuple[float, float]]) -> None:
    flake8 = medians["flake8 with flake8-pytest-style"][0]
    print(f"{'':34}{'CPU s':>8}{'wall s':>8}{'of flake8':>11}")
    for name, (cpu, wall) in medians.items():
        print(f"{name:34}{cpu:8.2f}{wall:8.2f}{cpu / flake8:11.2f}")


if __name__ == "__main__":
    main()
