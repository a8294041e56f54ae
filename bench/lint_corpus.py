"""How right the rules of ``troth lint`` are: precision and recall of each over the golden corpus.

    .venv/bin/python -m bench.lint_corpus

The files of tests/quality/corpus say themselves what is to be found in them: ``# expect: Q201`` at the
line of the problem, ``# expect[+1]: Q201`` so many lines above it. ``# rules: Q201 Q202`` in the first line
means that only these are looked at in the file; all are without it. What is found and not expected is a
false alarm, what is expected and not found a miss.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from troth.quality.context import Files, Project
from troth.quality.outcome import FileReport
from troth.quality.peers import Found, ask_ruff
from troth.quality.pytest_settings import PytestSettings
from troth.quality.rules import known
from troth.quality.run import lint_file
from troth.quality.settings import LintSettings
from troth.workspace import Workspace

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "tests" / "quality" / "corpus"
_EXPECT = re.compile(r"# expect(?:\[\+(\d+)\])?: ((?:Q\d{3}[, ]*)+)")
_RULES = re.compile(r"# rules: ((?:Q\d{3}[, ]*)+)")

Place = tuple[str, int, str]
"""File, line, rule."""


@dataclass(frozen=True)
class Score:
    """How a rule did."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Of what was found, what is right; 1 where nothing was found."""
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        """Of what is to be found, what was."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def files(corpus: Path = CORPUS) -> list[Path]:
    """The files with expectations; a conftest.py among them has fixtures, and may have some too."""
    return sorted(corpus.rglob("*.py"))


def expected(path: Path, corpus: Path = CORPUS) -> Counter[Place]:
    """What a file says is to be found in it."""
    return Counter(_expected(path, path.relative_to(corpus).as_posix()))


def _expected(path: Path, name: str) -> Iterator[Place]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for found in _EXPECT.finditer(line):
            for rule in re.findall(r"Q\d{3}", found[2]):
                yield (name, number + int(found[1] or 0), rule)


def found(path: Path, corpus: Path = CORPUS) -> Counter[Place]:
    """What the rules find in a file. The corpus is a project of its own; every file in it is a test file."""
    report = look(path, corpus)
    name = path.relative_to(corpus).as_posix()
    assert not report.unchecked, f"{path}: {report.unchecked}"
    return Counter((name, smell.line, smell.rule) for smell in report.smells)


def look(path: Path, corpus: Path = CORPUS) -> FileReport:
    """Lint one file of the corpus."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    meant = _RULES.match(first)
    select = tuple(re.findall(r"Q\d{3}", meant[1])) if meant else ()
    collected = PytestSettings(python_files=("*.py",), plugins_off=("randomly",))
    project = Project(
        corpus,
        LintSettings(select=select, first_party=("shop", "campus")),
        Files(corpus, collected),
        load_apis=lambda: Workspace.find(ROOT).apis,
    )
    return lint_file(path, project, _of_ruff(corpus).problems.get(path, ()))[0]


@cache
def _of_ruff(corpus: Path) -> Found:
    """What ruff finds, asked once for all files."""
    found = ask_ruff(files(corpus), frozenset(known()))
    assert not found.missing, found.missing
    return found


def scores(corpus: Path = CORPUS) -> Mapping[str, Score]:
    """Every rule that is expected or found anywhere, and how it did."""
    right: Counter[str] = Counter()
    false: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for path in files(corpus):
        wanted, seen = expected(path, corpus), found(path, corpus)
        right.update(rule for _, _, rule in (wanted & seen).elements())
        false.update(rule for _, _, rule in (seen - wanted).elements())
        missed.update(rule for _, _, rule in (wanted - seen).elements())
    rules = sorted({*right, *false, *missed})
    return {rule: Score(right[rule], false[rule], missed[rule]) for rule in rules}


def main() -> int:
    """Print a line for each rule; 1 when one of them is wrong anywhere."""
    made = scores()
    print(f"{'rule':6}{'right':>7}{'false':>7}{'missed':>8}{'precision':>11}{'recall':>8}")
    for rule, score in made.items():
        print(
            f"{rule:6}{score.right:7}{score.false:7}{score.missed:8}"
            f"{score.precision:11.2f}{score.recall:8.2f}"
        )
    return 1 if any(score.false or score.missed for score in made.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
