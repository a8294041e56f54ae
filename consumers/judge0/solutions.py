"""The programs that campus has judged, as it sends them, for the scenarios of its use."""

from __future__ import annotations

from collections.abc import Sequence

from consumers.judge0.programs import PYTHON, Limits, Program

_MEBIBYTE = 1024 * 1024
_FREE = Limits(cpu_seconds=2.0, wall_seconds=5.0, memory=128 * _MEBIBYTE)
_OF_A_PROBLEM = Limits(cpu_seconds=1.0, wall_seconds=3.0, memory=256 * _MEBIBYTE)

ADDITION = "def solve(a, b):\n    return a + b"
"""What a user writes."""

WRAPPED = f"""{ADDITION}


def _campus_main():
    import json
    import sys

    text = sys.stdin.read().strip()
    if not text:
        sys.exit(0)
    try:
        given = json.loads(text)
    except ValueError:
        given = text.split(", ")
    if isinstance(given, list):
        result = solve(*given)
    elif isinstance(given, dict):
        result = solve(**given)
    else:
        result = solve(given)
    if result is None or isinstance(result, (bool, dict, list, tuple)):
        result = json.dumps(result, ensure_ascii=False)
    print(result)


if __name__ == "__main__":
    _campus_main()
"""
"""What campus makes of it."""


def free_run(source: str) -> Program:
    """A program that is run as it stands."""
    return Program(source, PYTHON, stdin="", limits=_FREE, network=False)


def solution(cases: Sequence[tuple[str, str]], source: str = WRAPPED) -> list[Program]:
    """A user's function with each test case: its input, and what is expected."""
    return [
        Program(source, PYTHON, stdin=given, expected_output=wanted, limits=_OF_A_PROBLEM, network=False)
        for given, wanted in cases
    ]
