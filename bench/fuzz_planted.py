"""Which planted defects `troth fuzz` and plain `schemathesis run` find, and with how many examples.

    .venv/bin/python -m bench.fuzz_planted [--defects 'crash-*'] [--budgets 5 25 100] [--seeds 1 2 3] [--json]

bench/planted is a small library with one defect of some fifty at a time. Both tools get the same document,
the same world to begin with, every check, every phase, one worker, the same seed and the same --max-examples.
Both try the operations of the resource that has the defect, or with --whole all of them. Plain Schemathesis
reaches the library over HTTP, with its credential in its own configuration; troth in process. A defect is
found where something fails with it and, under the same seed and budget, nothing without it. It is not looked
for with a larger budget then.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from troth.loopback import LoopbackServer
from troth.workspace import Workspace
from troth.wsgi import wsgi_handler

if TYPE_CHECKING:
    from providers.library.defects import Defect

PLANTED = Path(__file__).parent / "planted"
DOCUMENT = PLANTED / "contracts" / "library" / "openapi.json"
CONFIG = """
cache.enabled = false
auth.openapi.valid.bearer = "{valid}"
"""
"""Of plain Schemathesis. The cache would hand failures on from one run to the next."""
SECONDS = 1200
"""What a run takes at most."""


@dataclass(frozen=True)
class Ran:
    """What one run of a tool came to."""

    checks: tuple[str, ...]
    """Those that failed; none where nothing was found."""
    cases: int
    seconds: float


@dataclass(frozen=True)
class Found:
    """With how many examples a tool found a defect under one seed; None where it did not."""

    tool: str
    defect: str
    where: str
    seed: int
    budget: int | None
    checks: tuple[str, ...]
    cases: int
    seconds: float


Tool = Callable[[str, str, int, int], Ran]
"""Takes the name of a defect (empty for none), the resource whose operations are tried (empty for all),
--max-examples and the seed."""


class FalseAlarm(Exception):
    """A tool found something where there is no defect: then its findings would say nothing."""


# --- the tools ------------------------------------------------------------------------------------


def with_troth(defect: str, where: str, examples: int, seed: int) -> Ran:
    """`troth fuzz`, in process."""
    command = ["troth", "fuzz", "library", f"--seed={seed}", f"--max-examples={examples}", "--format=json"]
    command += ["-k", f"* /{where}*"]
    ran, seconds = _ran([sys.executable, "-m", *command], LIBRARY_DEFECT=defect)
    if ran.returncode not in (0, 1, 3):
        raise RuntimeError(f"{' '.join(command)} ended with {ran.returncode}\n{ran.stdout}{ran.stderr}")
    said = json.loads(ran.stdout)
    (step,) = said["steps"]
    broken = [finding["code"] for finding in step["findings"] if finding["verdict"] == "broken"]
    checks = {code.removeprefix("fuzz-").replace("-", "_") for code in broken}
    return Ran(tuple(sorted(checks)), step["counts"]["attempted"], seconds)


def with_schemathesis(defect: str, where: str, examples: int, seed: int) -> Ran:
    """`schemathesis run`, over HTTP."""
    from providers.library.provider import NORMAL, opened

    provider = opened(defect)
    provider.states[NORMAL]({})
    with tempfile.TemporaryDirectory() as folder, LoopbackServer(wsgi_handler(provider.app)) as server:
        config, report = Path(folder) / "schemathesis.toml", Path(folder) / "report.json"
        config.write_text(CONFIG.format(**provider.credentials), "utf-8")
        options = [f"--max-examples={examples}", f"--seed={seed}", "--workers=1", "--checks=all"]
        options += ["--phases=examples,coverage,fuzzing,stateful", "--generation-database=none"]
        options += [f"--include-path-regex=^/{where}"]
        options += ["--report=json", f"--report-json-path={report}", f"--url={server.url}"]
        program = [sys.executable, "-m", "schemathesis.cli", f"--config-file={config}", "run"]
        ran, seconds = _ran([*program, str(DOCUMENT), *options])
        if ran.returncode not in (0, 1):
            raise RuntimeError(f"schemathesis ended with {ran.returncode}\n{ran.stdout}{ran.stderr}")
        said = json.loads(report.read_text("utf-8"))
    checks = {failure["type"] for failure in said["failures"]}
    return Ran(tuple(sorted(checks)), said["test_cases"]["generated"], seconds)


def _ran(command: Sequence[str], **env: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """Run in the workspace, and tell how many seconds it took."""
    started = time.perf_counter()
    ran = subprocess.run(
        command,
        cwd=PLANTED,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return ran, time.perf_counter() - started


TOOLS: dict[str, Tool] = {"troth": with_troth, "schemathesis": with_schemathesis}


# --- the search -----------------------------------------------------------------------------------


def searched(tool: str, defect: str, where: str, seed: int, budgets: Sequence[int]) -> Found:
    """The smallest of ``budgets`` with which the tool finds the defect."""
    cases, seconds = 0, 0.0
    for budget in sorted(budgets):
        ran = TOOLS[tool](defect, where, budget, seed)
        cases, seconds = cases + ran.cases, seconds + ran.seconds
        if ran.checks:
            return Found(tool, defect, where, seed, budget, ran.checks, cases, seconds)
    return Found(tool, defect, where, seed, None, (), cases, seconds)


def refuse_false_alarm(tool: str, where: str, seed: int, budget: int) -> None:
    """See that a tool finds nothing in the library without a defect.

    Raises:
        FalseAlarm: it does.
    """
    ran = TOOLS[tool]("", where, budget, seed)
    if ran.checks:
        raise FalseAlarm(f"{tool}, /{where}, seed {seed}, {budget} examples: {', '.join(ran.checks)}")


def bench(
    defects: Sequence[Defect],
    budgets: Sequence[int],
    seeds: Sequence[int],
    tools: Sequence[str],
    *,
    whole: bool,
    jobs: int,
) -> Iterator[Found]:
    """Look for each defect with each tool and seed; then for what is wrong without any."""
    many = [
        (tool, each.name, "" if whole else each.where, seed)
        for seed in seeds
        for each in defects
        for tool in tools
    ]
    quiet = set()
    with ThreadPoolExecutor(jobs) as pool:
        for found in pool.map(lambda one: searched(one[0], one[1], one[2], one[3], budgets), many):
            if found.budget is not None:
                quiet.add((found.tool, found.where, found.seed, found.budget))
            yield found
        list(pool.map(lambda one: refuse_false_alarm(*one), sorted(quiet)))


def planted(globs: Sequence[str]) -> list[Defect]:
    """The defects whose names fit one of ``globs``."""
    Workspace.find(PLANTED)
    from providers.library.defects import DEFECTS

    return [each for each in DEFECTS if any(fnmatch.fnmatchcase(each.name, glob) for glob in globs)]


# --- the table ------------------------------------------------------------------------------------


def median(found: Sequence[Found]) -> int | None:
    """The budget that finds a defect under half of the seeds; None where none does."""
    ordered = sorted((each.budget for each in found), key=lambda budget: (budget is None, budget or 0))
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def table(defects: Sequence[Defect], found: Sequence[Found], tools: Sequence[str]) -> Iterator[str]:
    """A row for each defect: with how many examples each tool finds it, the median over the seeds."""
    yield "| Defect | What is wrong | Shown by | " + " | ".join(tools) + " | Seeds | Found by |"
    yield "|---|---|---|" + "---|" * len(tools) + "---|---|"
    for defect in defects:
        of = {t: [each for each in found if (each.defect, each.tool) == (defect.name, t)] for t in tools}
        budgets = " | ".join(_budget(median(of[tool])) for tool in tools)
        seeds = ", ".join(f"{sum(each.budget is not None for each in of[t])}/{len(of[t])}" for t in tools)
        checks = ", ".join(sorted({check for each in of[tools[0]] for check in each.checks}))
        yield f"| {defect.name} | {defect.what} | {defect.shown} | {budgets} | {seeds} | {checks} |"


def _budget(budget: int | None) -> str:
    return "not found" if budget is None else str(budget)


def totals(found: Sequence[Found], budgets: Sequence[int], tools: Sequence[str]) -> Iterator[str]:
    """How many defects each tool finds within each budget, seed by seed."""
    for budget in budgets:
        for seed in sorted({each.seed for each in found}):
            counts = {
                tool: sum(
                    each.budget is not None and each.budget <= budget
                    for each in found
                    if (each.tool, each.seed) == (tool, seed)
                )
                for tool in tools
            }
            said = ", ".join(f"{tool} {count}" for tool, count in counts.items())
            yield f"within {budget} examples, seed {seed}: {said}"


def missed(found: Sequence[Found]) -> Iterator[str]:
    """Where plain Schemathesis was the better one."""
    by = {(each.tool, each.defect, each.seed): each.budget for each in found}
    for (tool, defect, seed), budget in by.items():
        ours = by.get(("troth", defect, seed))
        if tool == "schemathesis" and budget is not None and (ours is None or ours > budget):
            yield f"{defect}, seed {seed}: schemathesis with {budget}, troth {_budget(ours)}"


def main() -> None:
    """Look for them and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--defects", nargs="+", default=["*"], metavar="GLOB")
    parser.add_argument("--budgets", nargs="+", type=int, default=[5, 25, 100])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--tools", nargs="+", choices=sorted(TOOLS), default=["troth", "schemathesis"])
    parser.add_argument("--whole", action="store_true", help="try every operation each time")
    parser.add_argument("--jobs", type=int, default=1, help="runs at the same time")
    parser.add_argument("--json", action="store_true", help="a line for each search, as it ends")
    parser.add_argument("--read", nargs="+", type=Path, metavar="FILE", help="the table of such lines")
    options = parser.parse_args()
    defects = planted(options.defects)
    found = list(read(options.read) if options.read else told(defects, options))
    if not options.json:
        print("\n".join([*table(defects, found, options.tools), ""]))
        print("\n".join(totals(found, options.budgets, options.tools)))
        print("\n".join(missed(found)) or "no defect was found by schemathesis sooner than by troth")


def told(defects: Sequence[Defect], options: argparse.Namespace) -> Iterator[Found]:
    """Search, and say what comes of it."""
    for each in bench(
        defects, options.budgets, options.seeds, options.tools, whole=options.whole, jobs=options.jobs
    ):
        line = f"{each.tool:13} {each.defect:26} seed {each.seed}  {_budget(each.budget)}"
        print(json.dumps(asdict(each)) if options.json else line, flush=True)
        yield each


def read(files: Sequence[Path]) -> Iterator[Found]:
    """What runs wrote with ``--json``. Of a search that was made twice, the better one counts."""
    best: dict[tuple[str, str, int], Found] = {}
    for line in (line for file in files for line in file.read_text("utf-8").splitlines()):
        said = json.loads(line)
        each = Found(**{**said, "checks": tuple(said["checks"])})
        key = (each.tool, each.defect, each.seed)
        best[key] = min(each, best.get(key, each), key=lambda one: (one.budget is None, one.budget or 0))
    yield from best.values()


if __name__ == "__main__":
    main()
