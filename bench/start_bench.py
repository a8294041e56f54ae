"""What it costs to start: ``troth --help`` beside importing the libraries that draw it.

    .venv/bin/python -m bench.start_bench [--rounds 9]

Each is a process of its own, in turns; medians of wall time. At most 2.0 is wanted.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

COMMANDS = {
    'python -c "import typer, rich"': ["-c", "import typer, rich"],
    "troth --help": ["-m", "troth", "--help"],
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds + 1):
        for name, arguments in COMMANDS.items():
            taken[name].append(_seconds(arguments))
    # The first of each fills the disk's cache.
    medians = {name: statistics.median(times[1:]) for name, times in taken.items()}
    for name, median in medians.items():
        print(f"{name:32} {1000 * median:6.0f} ms")
    bare, ours = medians.values()
    print(f"ratio {ours / bare:.2f}")


def _seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
