"""Lint files: find them, look at each with every rule, and take out what is excepted."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from troth.errors import UsageProblem
from troth.quality import baseline, peers, suppress
from troth.quality.cache import Cache
from troth.quality.context import Context, Project
from troth.quality.outcome import Excepted, FileReport, LintRun
from troth.quality.project import environment
from troth.quality.rule import Problem, Rule, Severity, Smell
from troth.quality.rules import RULES
from troth.quality.source import TestFile
from troth.quality.suppress import Suppression

BAD_EXCEPTION = Rule(
    "Q900",
    "exception without reason",
    Severity.ERROR,
    "Exceptions have a reason",
    "write # troth: ignore[Q201] and why it has to be so",
)
UNUSED_EXCEPTION = Rule(
    "Q901",
    "exception of nothing",
    Severity.WARNING,
    "Exceptions are needed",
    "take the comment out",
)
OWN_RULES = (BAD_EXCEPTION, UNUSED_EXCEPTION, baseline.STALE)
"""What the engine itself finds. No comment excepts these."""
SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist"})

Theirs = Sequence[peers.Told]
"""What ruff found in a file."""


def lint(paths: Sequence[Path], project: Project, *, known: Path | None = None, keep: bool = True) -> LintRun:
    """Lint the test files at or below ``paths``. ``known`` is a baseline; ``keep`` uses the cache.

    Raises:
        UsageProblem: a path is not there, none of them holds a file, or a rule of the settings is unknown.
    """
    _refuse_unknown_rules(project)
    found, empty = files_below(paths, project)
    folder = project.root / ".troth" / "lint-cache" if keep else None
    cache = Cache(folder, environment(project), project.files)
    reports = {path: report for path in found if (report := cache.get(path)) is not None}
    left = [path for path in found if path not in reports]
    theirs = peers.ask_ruff(left, frozenset(rule.id for rule in RULES if project.settings.holds(rule.id)))
    missing = list(theirs.missing)
    with _uncollected():
        for path in left:
            report, context = lint_file(path, project, theirs.problems.get(path, ()), missing=missing)
            reports[path] = report
            if not missing:
                cache.put(path, report, context.reads)
    cache.save()
    made = LintRun(
        tuple(reports[path] for path in found),
        tuple(smell for path in found for smell in reports[path].smells),
        empty=empty,
        missing=tuple(dict.fromkeys(missing)),
        cached=len(found) - len(left),
        fail_on=project.settings.fail_on,
    )
    return made if known is None else _without_known(made, known, project)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Trees are made by the ten thousand and kept to the end: looking for garbage among them takes a quarter
    of the time and finds nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _without_known(made: LintRun, known: Path, project: Project) -> LintRun:
    looked_at = frozenset(file.path for file in made.files)
    settled = baseline.apply(made.smells, known, _name(known.resolve(), project.root), looked_at)
    return replace(made, smells=settled.left, baselined=settled.known)


def _refuse_unknown_rules(project: Project) -> None:
    settings = project.settings
    given = [*settings.select, *settings.ignore, *settings.severity]
    given += [rule for each in settings.paths for rule in (*each.ignore, *each.severity)]
    ids = [rule.id for rule in (*RULES, *OWN_RULES)]
    for name in given:
        if not any(each.startswith(name) for each in ids):
            raise UsageProblem(f"no rule begins with {name!r}", hint="docs/lint.md lists them")


def files_below(paths: Sequence[Path], project: Project) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """The test files and conftest.py files at or below ``paths``, and every Python file that is named; then
    the paths that hold none.

    Raises:
        UsageProblem: a path is not there, or none of them holds a file.
    """
    found: dict[Path, None] = {}
    empty: list[str] = []
    for path in paths:
        if not path.exists():
            raise UsageProblem(f"{path} is not there")
        below = dict.fromkeys(_below(path.resolve(), project))
        empty += [] if below else [str(path)]
        found |= below
    if not found:
        hint = "pytest's python_files says which are, [tool.troth.lint] exclude which are left out"
        raise UsageProblem(f"no test file at or below {', '.join(map(str, paths))}", hint=hint)
    return tuple(found), tuple(empty)


def _below(path: Path, project: Project) -> Iterator[Path]:
    if path.is_file():
        if path.suffix == ".py" and not project.settings.excludes(_name(path, project.root)):
            yield path
        return
    for folder, folders, names in os.walk(path, onerror=_refuse):
        folders[:] = sorted(each for each in folders if each[0] != "." and each not in SKIPPED_FOLDERS)
        for name in sorted(names):
            each = Path(folder, name)
            wanted = name == "conftest.py" or project.files.pytest.is_test_file(each)
            if wanted and not project.settings.excludes(_name(each, project.root)):
                yield each


def _refuse(error: OSError) -> None:
    """A folder that cannot be looked into must not pass for one without tests."""
    raise UsageProblem(f"{error.filename} cannot be read: {error.strerror}") from error


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def lint_file(
    path: Path, project: Project, theirs: Theirs = (), *, missing: list[str] | None = None
) -> tuple[FileReport, Context]:
    """Look at one file with every rule that holds. ``theirs`` is what ruff found; a linter that is not
    there is added to ``missing``."""
    context = Context(project)
    file = project.files.looked_at(path)
    if isinstance(file, str):
        return FileReport(_name(path, project.root), 0, (), unchecked=file), context
    look = _Look(file, context, missing if missing is not None else [])
    try:
        found = [*look.ours(), *look.theirs(theirs)]
    except RecursionError:
        return FileReport(file.name, 0, (), unchecked="it is nested too deeply"), context
    return look.settled(found), context


@dataclass(frozen=True, eq=False)
class _Look:
    """One file, looked at."""

    file: TestFile
    context: Context
    missing: list[str]

    def ours(self) -> Iterator[tuple[Rule, Problem]]:
        """What our rules find."""
        for rule in self._chosen():
            if rule.check is not None and (rule.everywhere or self.file.is_test_file):
                for problem in rule.check(self.file, self.context):
                    yield rule, problem

    def theirs(self, found: Theirs) -> Iterator[tuple[Rule, Problem]]:
        """What other linters find, under the rule that it belongs to."""
        rules = {rule.id: rule for rule in self._chosen()}
        for told in found:
            if told.rule in rules and not peers.is_false_alarm(told, self.file):
                yield rules[told.rule], told.problem
        if peers.MOCK_SPEC in rules:
            specs = peers.mock_spec(self.file)
            if specs is None:
                self.missing.append("flake8-mock-spec: it is not installed")
            for problem in specs or ():
                yield rules[peers.MOCK_SPEC], problem

    def _chosen(self) -> list[Rule]:
        return [rule for rule in RULES if self.context.settings.holds(rule.id)]

    def settled(self, found: Iterable[tuple[Rule, Problem]]) -> FileReport:
        """The report: each problem once, without what is excepted, and with what is wrong with that."""
        comments, wrong = suppress.suppressions(self.file, (rule.id for rule in RULES))
        smells = self._fingerprinted(self._smell(rule, each) for rule, each in found)
        left, held, unused = suppress.apply(smells, comments)
        kept, by_path = self._by_path(left)
        own = [self._smell(BAD_EXCEPTION, each) for each in wrong]
        own += [self._smell(UNUSED_EXCEPTION, each) for each in self._unused(unused)]
        shown = sorted(
            [*kept, *self._fingerprinted(own)], key=lambda each: (each.line, each.column, each.rule)
        )
        return FileReport(self.file.name, len(self.file.tests), tuple(shown), tuple(held), tuple(by_path))

    def _smell(self, rule: Rule, problem: Problem) -> Smell:
        settings, name = self.context.settings, self.file.name
        return Smell(
            rule.id,
            settings.severity_of(rule.id, problem.severity or rule.severity, name),
            name,
            problem.line,
            problem.column,
            problem.message,
            problem.hint or rule.hint,
            rule.section,
        )

    def _fingerprinted(self, smells: Iterable[Smell]) -> list[Smell]:
        """In order, one of each rule and line; what two linters say of a line is one problem."""
        ordered = sorted(smells, key=lambda each: (each.line, each.column, each.rule))
        unique = list({(each.rule, each.line): each for each in reversed(ordered)}.values())[::-1]
        scopes = self._scopes()
        keys = [(each.rule, scopes.get(each.line, ""), self._text(each.line)) for each in unique]
        made = zip(unique, keys, baseline.numbered(keys), strict=True)
        return [
            replace(each, fingerprint=baseline.fingerprint(key[0], self.file.name, key[1], key[2], ordinal))
            for each, key, ordinal in made
        ]

    def _text(self, line: int) -> str:
        return self.file.lines[line - 1] if line <= len(self.file.lines) else ""

    def _scopes(self) -> Mapping[int, str]:
        """The test that each line belongs to."""
        return {
            line: test.qualified
            for test in self.file.tests
            for line in range(test.node.lineno, (test.node.end_lineno or test.node.lineno) + 1)
        }

    def _by_path(self, smells: Iterable[Smell]) -> tuple[list[Smell], list[Excepted]]:
        kept: list[Smell] = []
        excepted: list[Excepted] = []
        for smell in smells:
            entry = self.context.settings.ignored_by_path(smell.rule, self.file.name)
            if entry is None:
                kept.append(smell)
            else:
                excepted.append(Excepted(smell, entry.reason))
        return kept, excepted

    def _unused(self, comments: Iterable[Suppression]) -> Iterator[Problem]:
        for comment in comments:
            looked_at = [rule for rule in comment.rules if self.context.settings.holds(rule)]
            if looked_at:
                said = f"an exception of {', '.join(looked_at)} speaks of nothing"
                yield Problem(said, comment.line, comment.column)
